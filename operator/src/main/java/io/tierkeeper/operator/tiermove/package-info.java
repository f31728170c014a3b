/** The controller of TierMoves: gathers the input of one step, runs it, reports it and cleans up. */
@NullMarked
package io.tierkeeper.operator.tiermove;

import org.jspecify.annotations.NullMarked;
