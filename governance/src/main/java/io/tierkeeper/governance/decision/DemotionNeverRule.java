package io.tierkeeper.governance.decision;

import java.util.List;

/** A policy may report tenants that could be demoted and never demote them. */
final class DemotionNeverRule implements DecisionRule {
  @Override
  public List<Gate> evaluate(DecisionInput input, Direction wanted) {
    return switch (wanted) {
      case PROMOTE -> List.of();
      case DEMOTE ->
        input.policy().demotionNever()
            ? List.of(Gate.of("DemotionStrategy", "Never", "Freeze or Fence", false))
            : List.of();
    };
  }

  @Override
  public DecisionReason reason(DecisionInput input, Direction wanted, Gate unmet) {
    return DecisionReason.DEMOTION_NEVER;
  }
}
