package io.tierkeeper.governance.decision;

import java.util.List;

/** One reason to hold a tenant where it is. */
interface DecisionRule {
  /** Evaluates the rule for a move in this direction; no gate when the rule does not apply. */
  List<Gate> evaluate(DecisionInput input, Direction wanted);

  /** The reason to hold when this gate of the rule is not met. */
  DecisionReason reason(DecisionInput input, Direction wanted, Gate unmet);

  /** Whether the rule lets the move pass, given its own gates. */
  default boolean passes(DecisionInput input, Direction wanted, List<Gate> gates) {
    for (Gate gate : gates) {
      if (!gate.met()) {
        return false;
      }
    }
    return true;
  }

  /** Whether the rule applies to a move that a pin requires. */
  default boolean appliesToPinned() {
    return true;
  }

  /** Whether the rule says what is wanted, rather than what is allowed now; advice rests on these rules alone. */
  default boolean isSignal() {
    return false;
  }
}
