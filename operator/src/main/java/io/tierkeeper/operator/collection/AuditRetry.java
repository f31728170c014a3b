package io.tierkeeper.operator.collection;

import io.tierkeeper.audit.AuditUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tries a failed trail again at growing intervals; in between, callers receive the last failure. */
final class AuditRetry {

  private static final Duration FIRST = Duration.ofSeconds(1);

  private final InstantSource clock;
  private final Duration longest;
  private @Nullable AuditUnavailableException last;
  private Duration pause = Duration.ZERO;
  private Instant failedAt = Instant.MIN;

  AuditRetry(InstantSource clock, Duration longest) {
    this.clock = clock;
    this.longest = longest;
  }

  /**
   * Runs the attempt, unless the last one failed a short while ago.
   *
   * @throws AuditUnavailableException of this attempt or, where there was none, of the last
   */
  synchronized <T> T attempt(Supplier<T> attempt) {
    if (last != null && pausing()) {
      throw last;
    }
    try {
      T done = attempt.get();
      last = null;
      pause = Duration.ZERO;
      return done;
    } catch (AuditUnavailableException e) {
      last = e;
      failedAt = clock.instant();
      Duration doubled = pause.isZero() ? FIRST : pause.multipliedBy(2);
      pause = doubled.compareTo(longest) < 0 ? doubled : longest;
      throw e;
    }
  }

  /** A clock that was set back ends the pause, so that no caller waits until it has caught up. */
  private boolean pausing() {
    Instant now = clock.instant();
    return !now.isBefore(failedAt) && now.isBefore(failedAt.plus(pause));
  }
}
