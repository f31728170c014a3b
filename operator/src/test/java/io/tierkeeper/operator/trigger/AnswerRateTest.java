package io.tierkeeper.operator.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A few changes are answered one by one, and thousands are left to an evaluation. */
class AnswerRateTest {

  private Instant now = Instant.parse("2026-11-21T00:00:00Z");
  private final AnswerRate rate = new AnswerRate(() -> now);

  @Test
  void ofTenThousandChangesInTenSecondsAHundredAreAnswered() {
    int answered = 0;
    for (int change = 0; change < 10_000; change++) {
      answered += rate.allowed() ? 1 : 0;
      now = now.plusMillis(1);
    }
    assertThat(answered).isBetween(100, 110);
  }

  @Test
  void oneChangeASecondIsAlwaysAnswered() {
    for (int change = 0; change < 100; change++) {
      assertThat(rate.allowed()).isTrue();
      now = now.plusSeconds(1);
    }
  }

  @Test
  void aClockThatIsSetBackHoldsNothingUp() {
    while (rate.allowed()) {
      now = now.plusMillis(1);
    }
    now = now.minusSeconds(3600);
    assertThat(rate.allowed()).isTrue();
  }
}
