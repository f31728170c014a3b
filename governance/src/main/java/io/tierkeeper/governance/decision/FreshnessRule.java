package io.tierkeeper.governance.decision;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Stale or thin data decides nothing. */
final class FreshnessRule implements DecisionRule {
  private static final String AGE = "MeasurementAge";
  private static final String SAMPLES = "Samples";

  @Override
  public List<Gate> evaluate(DecisionInput input, Direction wanted) {
    return List.of(age(input), samples(input));
  }

  private static Gate age(DecisionInput input) {
    Duration allowed = input.policy().staleAfter();
    String required = "<= " + GateText.duration(allowed);
    Instant measuredAt = input.measured().at();
    if (measuredAt == null) {
      return Gate.of(AGE, "never measured", required, false);
    }
    Duration age = Duration.between(measuredAt, input.now());
    return Gate.of(AGE, GateText.duration(age), required, age.compareTo(allowed) <= 0);
  }

  private static Gate samples(DecisionInput input) {
    int required = input.policy().minSamples();
    return new Gate(
        SAMPLES,
        Integer.toString(input.measured().samples()),
        ">= " + required,
        input.measured().samples() >= required,
        null,
        (double) input.measured().samples(),
        (double) required);
  }

  @Override
  public DecisionReason reason(DecisionInput input, Direction wanted, Gate unmet) {
    return unmet.name().equals(SAMPLES)
        ? DecisionReason.TOO_FEW_SAMPLES
        : DecisionReason.MEASUREMENT_STALE;
  }

  @Override
  public boolean isSignal() {
    return true;
  }
}
