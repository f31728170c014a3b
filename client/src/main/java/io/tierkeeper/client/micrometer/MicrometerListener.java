package io.tierkeeper.client.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import io.tierkeeper.client.CallListener;
import io.tierkeeper.client.TenantClientException;
import java.time.Duration;
import java.util.Locale;

/**
 * Counts and times the calls of a client. No meter has a label for the tenant: there may be millions of them.
 *
 * <ul>
 *   <li>{@code tierkeeper.client.calls}: timer by {@code operation} and {@code outcome}, with all attempts and waits;
 *   <li>{@code tierkeeper.client.attempts}: distribution of attempts by {@code operation};
 *   <li>{@code tierkeeper.client.retries}: counter by {@code operation} and {@code error};
 *   <li>{@code tierkeeper.client.fenced}: counter of writes that waited for a fence, by {@code operation};
 *   <li>{@code tierkeeper.client.held.back}: timer of the waits of batch writers.
 * </ul>
 */
public final class MicrometerListener implements CallListener {

  private static final String PREFIX = "tierkeeper.client.";
  private static final String OPERATION = "operation";

  private final MeterRegistry registry;

  /** Registers its meters when they are first used. */
  public MicrometerListener(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void ended(String operation, Outcome outcome, int attempts, Duration took) {
    registry
        .timer(
            PREFIX + "calls",
            OPERATION,
            operation,
            "outcome",
            outcome.name().toLowerCase(Locale.ROOT))
        .record(took);
    registry.summary(PREFIX + "attempts", OPERATION, operation).record(attempts);
  }

  @Override
  public void retried(String operation, TenantClientException failure, Duration wait) {
    registry
        .counter(
            PREFIX + "retries",
            OPERATION,
            operation,
            "error",
            failure.getClass().getSimpleName())
        .increment();
  }

  @Override
  public void fenced(String operation) {
    registry.counter(PREFIX + "fenced", OPERATION, operation).increment();
  }

  @Override
  public void heldBack(Duration waited) {
    registry.timer(PREFIX + "held.back").record(waited);
  }
}
