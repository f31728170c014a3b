package io.tierkeeper.operator.trigger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Limits how many changes are answered one by one: many at once are answered together by an evaluation. */
public final class AnswerRate {

  private static final int BURST = 10;
  private static final Duration EACH = Duration.ofMillis(100);

  private final InstantSource clock;
  private int left = BURST;
  private Instant since;

  public AnswerRate(InstantSource clock) {
    this.clock = clock;
    since = clock.instant();
  }

  /** Whether one more may be answered now; counts it where it may. */
  public synchronized boolean allowed() {
    Duration passed = Duration.between(since, clock.instant());
    if (passed.isNegative() || passed.compareTo(EACH) >= 0) {
      // A clock that was set back starts anew.
      long regained = passed.isNegative() ? BURST : passed.dividedBy(EACH);
      left = (int) Math.min(BURST, left + regained);
      since = clock.instant();
    }
    if (left == 0) {
      return false;
    }
    left--;
    return true;
  }
}
