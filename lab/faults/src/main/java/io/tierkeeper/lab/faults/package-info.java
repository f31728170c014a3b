/** The whole data path on one thread under a seed: moves, Qdrant, clients and faults take turns, and a checker judges. */
@NullMarked
package io.tierkeeper.lab.faults;

import org.jspecify.annotations.NullMarked;
