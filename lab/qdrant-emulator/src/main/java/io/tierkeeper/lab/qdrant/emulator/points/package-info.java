/** Points as a replica stores them: ids, payload paths, vectors, indexes, filters and scores, and the errors of the engine. */
@NullMarked
package io.tierkeeper.lab.qdrant.emulator.points;

import org.jspecify.annotations.NullMarked;
