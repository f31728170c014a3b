/** The operations of one peer apart from the protocols: routing, reading and writing of points, changes of the layout. */
@NullMarked
package io.tierkeeper.lab.qdrant.emulator.api;

import org.jspecify.annotations.NullMarked;
