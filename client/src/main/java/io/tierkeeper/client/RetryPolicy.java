package io.tierkeeper.client;

import java.time.Duration;

/**
 * How long the client tries. Only failures of which {@link TenantClientException#retryable()} is true are repeated, each attempt on
 * the next connection.
 *
 * @param attemptTimeout of one attempt; {@link #DEFAULT_ATTEMPT_TIMEOUT}. Qdrant is asked to give up a second earlier
 * @param budget for all attempts and the waits between them; {@link #DEFAULT_BUDGET}. Waiting for a fence does not count
 * @param maxAttempts including the first; {@link #DEFAULT_MAX_ATTEMPTS}
 * @param firstBackOff wait after the first failure; it doubles each time, and a random part of up to half of it is left out;
 *     {@link #DEFAULT_FIRST_BACK_OFF}
 * @param maxBackOff the longest wait; {@link #DEFAULT_MAX_BACK_OFF}
 * @param maxFence how long a write waits for a fence to be lifted; {@link #DEFAULT_MAX_FENCE}
 */
public record RetryPolicy(
    Duration attemptTimeout,
    Duration budget,
    int maxAttempts,
    Duration firstBackOff,
    Duration maxBackOff,
    Duration maxFence) {

  /** 8 s: with {@link ClientConfig#MAX_FENCE_AGE} less than the 10 s that the operator's settle time leaves to clients. */
  public static final Duration DEFAULT_ATTEMPT_TIMEOUT = Duration.ofSeconds(8);

  /** 30 s. */
  public static final Duration DEFAULT_BUDGET = Duration.ofSeconds(30);

  /** 8 attempts. */
  public static final int DEFAULT_MAX_ATTEMPTS = 8;

  /** 50 ms. */
  public static final Duration DEFAULT_FIRST_BACK_OFF = Duration.ofMillis(50);

  /** 2 s. */
  public static final Duration DEFAULT_MAX_BACK_OFF = Duration.ofSeconds(2);

  /** 5 minutes. */
  public static final Duration DEFAULT_MAX_FENCE = Duration.ofMinutes(5);

  /** All defaults. */
  public static final RetryPolicy DEFAULT = new RetryPolicy(
      DEFAULT_ATTEMPT_TIMEOUT,
      DEFAULT_BUDGET,
      DEFAULT_MAX_ATTEMPTS,
      DEFAULT_FIRST_BACK_OFF,
      DEFAULT_MAX_BACK_OFF,
      DEFAULT_MAX_FENCE);

  /** @throws TenantClientException.InvalidRequest if a number is out of its range */
  public RetryPolicy {
    require(attemptTimeout, "attemptTimeout");
    require(budget, "budget");
    require(firstBackOff, "firstBackOff");
    require(maxBackOff, "maxBackOff");
    require(maxFence, "maxFence");
    if (maxAttempts < 1) {
      throw new TenantClientException.InvalidRequest(
          "maxAttempts is " + maxAttempts + ", allowed: 1 and more", null);
    }
  }

  private static void require(Duration duration, String name) {
    if (duration.isNegative() || duration.isZero()) {
      throw new TenantClientException.InvalidRequest(
          name + " is " + duration + ", allowed: more than zero", null);
    }
  }

  public RetryPolicy withAttemptTimeout(Duration timeout) {
    return new RetryPolicy(timeout, budget, maxAttempts, firstBackOff, maxBackOff, maxFence);
  }

  public RetryPolicy withBudget(Duration whole) {
    return new RetryPolicy(attemptTimeout, whole, maxAttempts, firstBackOff, maxBackOff, maxFence);
  }

  public RetryPolicy withMaxAttempts(int attempts) {
    return new RetryPolicy(attemptTimeout, budget, attempts, firstBackOff, maxBackOff, maxFence);
  }

  public RetryPolicy withBackOff(Duration first, Duration longest) {
    return new RetryPolicy(attemptTimeout, budget, maxAttempts, first, longest, maxFence);
  }

  public RetryPolicy withMaxFence(Duration longest) {
    return new RetryPolicy(attemptTimeout, budget, maxAttempts, firstBackOff, maxBackOff, longest);
  }

  /** Before the client itself gives up, so that a write ends with {@code wait_timeout} instead of without an answer. */
  long serverTimeoutSeconds() {
    return Math.max(1, attemptTimeout.toSeconds() - 1);
  }

  /**
   * The wait before another attempt.
   *
   * @param failures so far, at least one
   * @param random from 0 to 1
   */
  Duration backOff(int failures, double random) {
    double doubled = firstBackOff.toNanos() * Math.pow(2, failures - 1.0);
    double longest = Math.min(doubled, (double) maxBackOff.toNanos());
    return Duration.ofNanos((long) (longest * (1 - random / 2)));
  }
}
