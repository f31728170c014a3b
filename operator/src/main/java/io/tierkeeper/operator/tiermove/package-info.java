/** The controller of TierMoves: gathers what one step looks at, has it taken, tells and tidies. */
@NullMarked
package io.tierkeeper.operator.tiermove;

import org.jspecify.annotations.NullMarked;
