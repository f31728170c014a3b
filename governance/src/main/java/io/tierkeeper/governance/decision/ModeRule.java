package io.tierkeeper.governance.decision;

import java.util.List;

/** Only the modes that move may move. */
final class ModeRule implements DecisionRule {
  @Override
  public List<Gate> evaluate(DecisionInput input, Direction wanted) {
    Mode mode = input.policy().mode();
    boolean moves = switch (mode) {
      case OFF, RECOMMEND -> false;
      case APPROVE, AUTO -> true;
    };
    return List.of(Gate.of("Mode", mode.label(), "Approve or Auto", moves));
  }

  @Override
  public DecisionReason reason(DecisionInput input, Direction wanted, Gate unmet) {
    return input.policy().mode() == Mode.OFF
        ? DecisionReason.MODE_OFF
        : DecisionReason.RECOMMEND_ONLY;
  }
}
