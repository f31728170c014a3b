package io.tierkeeper.governance.decision;

import java.util.List;

/** A pinned tenant stays in the tier that its TenantTier requests. */
final class PinRule implements DecisionRule {
  @Override
  public List<Gate> evaluate(DecisionInput input, Direction wanted) {
    if (input.pin() == Pin.AUTO) {
      return List.of();
    }
    String required = switch (wanted) {
      case PROMOTE -> "Auto or Dedicated";
      case DEMOTE -> "Auto or Fallback";
    };
    return List.of(Gate.of("Pin", input.pin().label(), required, input.pin().requires(wanted)));
  }

  @Override
  public DecisionReason reason(DecisionInput input, Direction wanted, Gate unmet) {
    return switch (wanted) {
      case PROMOTE -> DecisionReason.PINNED_FALLBACK;
      case DEMOTE -> DecisionReason.PINNED_DEDICATED;
    };
  }

  @Override
  public boolean isSignal() {
    return true;
  }
}
