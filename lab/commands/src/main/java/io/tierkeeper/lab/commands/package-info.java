/** The commands of the laboratory: demo, prove, swarm, and the player of {@code simulate --moves}. */
@NullMarked
package io.tierkeeper.lab.commands;

import org.jspecify.annotations.NullMarked;
