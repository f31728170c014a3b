package io.tierkeeper.governance.decision;

import java.time.Duration;
import java.util.List;

/** A tenant rests after a move, longer after one that was stopped. */
final class CooldownRule implements DecisionRule {
  @Override
  public List<Gate> evaluate(DecisionInput input, Direction wanted) {
    LastMove last = input.moves().last();
    if (last == null) {
      return List.of();
    }
    Duration required = switch (last.outcome()) {
      case SUCCEEDED -> input.policy().cooldown().afterMove();
      case ABORTED -> input.policy().cooldown().afterAbort();
    };
    Duration rested = Duration.between(last.finishedAt(), input.now());
    return List.of(Gate.timed(
        "Cooldown",
        GateText.duration(rested),
        GateText.duration(required),
        rested.compareTo(required) >= 0,
        last.finishedAt().plus(required)));
  }

  @Override
  public DecisionReason reason(DecisionInput input, Direction wanted, Gate unmet) {
    return DecisionReason.COOLING_DOWN;
  }

  @Override
  public boolean appliesToPinned() {
    return false;
  }
}
