/** The entry point of every distribution: finds the commands on the class path and runs the one that is named. */
@NullMarked
package io.tierkeeper.launcher;

import org.jspecify.annotations.NullMarked;
