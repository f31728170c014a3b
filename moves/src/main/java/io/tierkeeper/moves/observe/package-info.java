/** What Qdrant shows of a move: the layout on every peer, the state of keys, counts; reads only. */
@NullMarked
package io.tierkeeper.moves.observe;

import org.jspecify.annotations.NullMarked;
