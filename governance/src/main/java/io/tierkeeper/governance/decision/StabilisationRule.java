package io.tierkeeper.governance.decision;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The thresholds must have been passed for a while without a break. */
final class StabilisationRule implements DecisionRule {
  @Override
  public List<Gate> evaluate(DecisionInput input, Direction wanted) {
    if (input.policy().costBand() != null) {
      // The band is what stabilises.
      return List.of();
    }
    Duration required = input.policy().thresholds(wanted).stabilizationWindow();
    boolean holds = ThresholdRule.holds(
        input.policy(), input.measured().dampedMass(), input.measured().points(), wanted);
    Instant since = since(input, holds);
    Duration held = since == null ? Duration.ZERO : Duration.between(since, input.now());
    boolean met = held.compareTo(required) >= 0;
    return List.of(Gate.timed(
        "StabilizationWindow",
        GateText.duration(held),
        GateText.duration(required),
        met,
        since == null ? null : since.plus(required)));
  }

  private static @Nullable Instant since(DecisionInput input, boolean holds) {
    if (!holds) {
      return null;
    }
    return input.measured().conditionSince() == null
        ? input.now()
        : input.measured().conditionSince();
  }

  @Override
  public DecisionReason reason(DecisionInput input, Direction wanted, Gate unmet) {
    return DecisionReason.STABILIZING;
  }

  @Override
  public boolean appliesToPinned() {
    return false;
  }

  @Override
  public boolean isSignal() {
    return true;
  }
}
