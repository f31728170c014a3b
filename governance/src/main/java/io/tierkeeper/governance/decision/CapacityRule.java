package io.tierkeeper.governance.decision;

import java.util.List;

/** Only so many tenants may have a shard key of their own. */
final class CapacityRule implements DecisionRule {
  @Override
  public List<Gate> evaluate(DecisionInput input, Direction wanted) {
    int limit = input.policy().limits().maxDedicated();
    return switch (wanted) {
      case PROMOTE ->
        List.of(new Gate(
            "DedicatedLimit",
            Integer.toString(input.circumstances().dedicatedCount()),
            "< " + limit,
            input.circumstances().dedicatedCount() < limit,
            null,
            (double) input.circumstances().dedicatedCount(),
            (double) limit));
      case DEMOTE -> List.of();
    };
  }

  @Override
  public DecisionReason reason(DecisionInput input, Direction wanted, Gate unmet) {
    return DecisionReason.CAPACITY_REACHED;
  }
}
