package io.tierkeeper.operator.host;

import java.time.Duration;

/**
 * Growing intervals between the attempts of a failing reconciliation.
 *
 * @param first before the second attempt, positive
 * @param multiplier of each interval for the next one, at least 1
 * @param longest the longest interval
 */
public record RetryBackoff(Duration first, double multiplier, Duration longest) {

  /** The interval that follows this one. */
  public Duration after(Duration last) {
    Duration next = Duration.ofNanos((long) (last.toNanos() * multiplier));
    return next.compareTo(longest) < 0 ? next : longest;
  }
}
