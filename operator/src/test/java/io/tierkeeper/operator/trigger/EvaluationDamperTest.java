package io.tierkeeper.operator.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Any number of changes come to few evaluations, and an outage is not waited out until the next day's schedule. */
class EvaluationDamperTest {

  private static final String KB = "default/kb";

  private Instant now = Instant.parse("2026-11-21T00:00:00Z");
  private final EvaluationDamper damper = new EvaluationDamper(() -> now, Duration.ofSeconds(2));

  @Test
  void fourHundredChangesAMinuteAreABoundedNumberOfEvaluations() {
    int evaluations = 0;
    for (int change = 0; change < 400; change++) {
      if (damper.tooEarly(KB).isEmpty()) {
        evaluations++;
        damper.ended(KB, Duration.ofMillis(20), true);
      }
      now = now.plusMillis(150);
    }
    assertThat(evaluations).isBetween(20, 30);
  }

  @Test
  void aChangeAtRestIsEvaluatedAtOnceAndTheLastOneOfABurstAfterTheGap() {
    assertThat(damper.tooEarly(KB)).isEmpty();
    damper.ended(KB, Duration.ofMillis(20), true);
    now = now.plusMillis(500);
    assertThat(damper.tooEarly(KB)).contains(Duration.ofMillis(1500));
    now = now.plusMillis(1500);
    assertThat(damper.tooEarly(KB)).isEmpty();
    assertThat(damper.tooEarly("default/another")).isEmpty();
  }

  @Test
  void longEvaluationsTakeAtMostAQuarterOfTheTime() {
    damper.ended(KB, Duration.ofSeconds(3), true);
    assertThat(damper.tooEarly(KB)).contains(Duration.ofSeconds(9));
    damper.ended(KB, Duration.ofHours(1), true);
    assertThat(damper.tooEarly(KB)).contains(Duration.ofSeconds(10));
  }

  @Test
  void anOutageIsRetriedAtGrowingIntervals() {
    List<Duration> retries = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      retries.add(damper.ended(KB, Duration.ofMillis(20), false).orElseThrow());
    }
    assertThat(retries)
        .containsExactly(
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(120),
            Duration.ofSeconds(240),
            Duration.ofSeconds(300),
            Duration.ofSeconds(300));
    assertThat(damper.ended(KB, Duration.ofMillis(20), true)).isEmpty();
    assertThat(damper.ended(KB, Duration.ofMillis(20), false)).contains(Duration.ofSeconds(30));
  }

  @Test
  void aClockThatWasSetBackHoldsNothingUp() {
    damper.ended(KB, Duration.ofMillis(20), true);
    now = now.minusSeconds(3600);
    assertThat(damper.tooEarly(KB)).isEmpty();
  }
}
