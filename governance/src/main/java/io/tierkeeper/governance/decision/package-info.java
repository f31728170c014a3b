/**
 * Decisions as values: a chain of pure rules over one gathered input. Large because every
 * rule is a small class of its own, hidden behind {@link io.tierkeeper.governance.decision.DecisionChain}.
 */
@NullMarked
package io.tierkeeper.governance.decision;

import org.jspecify.annotations.NullMarked;
