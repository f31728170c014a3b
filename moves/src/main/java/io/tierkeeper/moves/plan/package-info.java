/** The whole decision of a step, from what was observed and journaled: guards first, then the planner of the direction; pure. */
@NullMarked
package io.tierkeeper.moves.plan;

import org.jspecify.annotations.NullMarked;
