package io.tierkeeper.governance.decision;

import io.tierkeeper.governance.Penalty;
import java.util.List;

/**
 * Shows of what the penalty is made that damped the share, where the policy has terms of its own; it never holds a tenant. A
 * cost band depends on the observed share, which no penalty influences.
 */
final class PenaltyRule implements DecisionRule {
  @Override
  public List<Gate> evaluate(DecisionInput input, Direction wanted) {
    Penalty penalty = input.measured().penalty();
    return penalty == null || penalty.terms().isEmpty() || input.policy().costBand() != null
        ? List.of()
        : List.of(Gate.of(Gate.PENALTY, penalty.text(), "any", true));
  }

  @Override
  public DecisionReason reason(DecisionInput input, Direction wanted, Gate unmet) {
    throw new IllegalStateException("the penalty rule never holds a tenant");
  }

  @Override
  public boolean appliesToPinned() {
    return false;
  }
}
