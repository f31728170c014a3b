/** Moves: sagas of idempotent steps whose position is found again by looking at Qdrant. */
@NullMarked
package io.tierkeeper.moves;

import org.jspecify.annotations.NullMarked;
