package io.tierkeeper.governance.decision;

import java.util.List;

/** A tenant that is being moved is left alone. */
final class MoveInProgressRule implements DecisionRule {
  @Override
  public List<Gate> evaluate(DecisionInput input, Direction wanted) {
    return List.of(Gate.of(
        "TenantSettled",
        input.tier().label(),
        "Fallback or Dedicated",
        !input.tier().moving()));
  }

  @Override
  public DecisionReason reason(DecisionInput input, Direction wanted, Gate unmet) {
    return DecisionReason.MOVE_IN_PROGRESS;
  }

  @Override
  public boolean isSignal() {
    return true;
  }
}
