package io.tierkeeper.governance.decision;

import java.util.List;

/** Moves start in maintenance windows only, where the policy has any. */
final class MaintenanceWindowRule implements DecisionRule {
  @Override
  public List<Gate> evaluate(DecisionInput input, Direction wanted) {
    WindowState window = input.circumstances().window();
    return List.of(Gate.timed(
        "MaintenanceWindow",
        window.open() ? "open" : "closed",
        "open",
        window.open(),
        window.nextEdge()));
  }

  @Override
  public DecisionReason reason(DecisionInput input, Direction wanted, Gate unmet) {
    return DecisionReason.OUTSIDE_WINDOW;
  }
}
