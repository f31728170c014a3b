/** Processes that wait for each other and for time: on threads in real time, or one turn at a time under a seed. */
@NullMarked
package io.tierkeeper.lab.time;

import org.jspecify.annotations.NullMarked;
