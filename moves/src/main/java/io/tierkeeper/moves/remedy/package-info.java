/** What a human is asked to run when a move stalls: sealed values, rendered as shell and kubectl commands in one place. */
@NullMarked
package io.tierkeeper.moves.remedy;

import org.jspecify.annotations.NullMarked;
