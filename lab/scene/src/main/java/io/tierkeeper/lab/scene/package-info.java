/** Traces that are played with real moves: the move engine, clients and their checker in virtual time. */
@NullMarked
package io.tierkeeper.lab.scene;

import org.jspecify.annotations.NullMarked;
