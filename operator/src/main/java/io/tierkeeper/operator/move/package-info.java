/** TierMoves: planned, approved, driven step by step, kept, tidied away. */
@NullMarked
package io.tierkeeper.operator.move;

import org.jspecify.annotations.NullMarked;
