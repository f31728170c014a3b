package io.tierkeeper.client;

import java.time.Duration;

/** Observes the calls of a client; called on its threads, so an implementation must not block or throw. */
public interface CallListener {

  /** How a call ended. */
  enum Outcome {
    OK,
    /** With an error of which {@link TenantClientException#retryable()} is true. */
    FAILED,
    /** With another error. */
    REFUSED
  }

  /** Observes nothing. */
  CallListener NONE = new CallListener() {};

  /**
   * A call has ended.
   *
   * @param operation such as {@code upsert} or {@code query}
   * @param attempts made, at least one
   * @param took from the call to its end, with all attempts and waits
   */
  default void ended(String operation, Outcome outcome, int attempts, Duration took) {}

  /** A call has failed and is repeated after this wait. */
  default void retried(String operation, TenantClientException failure, Duration wait) {}

  /** A write waits for a fence to be lifted. */
  default void fenced(String operation) {}

  /** A writer of batches has waited so long for its batches: for a free place, for an earlier point of the same id, or at its end. */
  default void heldBack(Duration waited) {}
}
