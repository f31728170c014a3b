package io.tierkeeper.moves.act;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.Abort;
import org.junit.jupiter.api.Test;

/** What a small heap refuses. */
class HeapLimitTest {

  /** Half of the 320 MiB of the default chart. */
  private static final long CHART = 160L << 20;

  @Test
  void refusesWhatTheHeapOfTheChartCannotHold() {
    assertThat(HeapLimit.exceeded(1_000_000, 3, CHART)).isEmpty();
    assertThat(HeapLimit.exceeded(1_600_000, 3, CHART))
        .map(Abort::abortReason)
        .contains("TooManyPoints");
    assertThat(HeapLimit.exceeded(1_600_000, 3, CHART))
        .map(Abort::abortMessage)
        .hasValueSatisfying(message ->
            assertThat(message).contains("1600000 points; allowed: at most 1048576", "160 MiB"));
    assertThat(HeapLimit.exceeded(1_600_000, 3, 2 * CHART)).isEmpty();
  }

  @Test
  void allowsADemotionTwoBaselinesAndAPromotionThree() {
    assertThat(HeapLimit.refusal(Direction.PROMOTE, 50_000_000, CHART))
        .hasValueSatisfying(message -> assertThat(message).contains("50000000", "1048576"));
    assertThat(HeapLimit.refusal(Direction.DEMOTE, 50_000_000, CHART))
        .hasValueSatisfying(message -> assertThat(message).contains("50000000", "1048576"));
    assertThat(HeapLimit.refusal(Direction.DEMOTE, 1_500_000, 150 * CHART / 100))
        .isEmpty();
    assertThat(HeapLimit.refusal(Direction.PROMOTE, 1_500_000, 150 * CHART / 100))
        .isPresent();
  }

  @Test
  void needsNothingForNoPoints() {
    assertThat(HeapLimit.exceeded(0, 3, 1)).isEmpty();
  }
}
