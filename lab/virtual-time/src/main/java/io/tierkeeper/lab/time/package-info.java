/** Schedulers for concurrent processes: threads in real time, or one process at a time in virtual time, reproducible by seed. */
@NullMarked
package io.tierkeeper.lab.time;

import org.jspecify.annotations.NullMarked;
