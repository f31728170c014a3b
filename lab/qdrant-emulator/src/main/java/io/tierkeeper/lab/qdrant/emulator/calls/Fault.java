package io.tierkeeper.lab.qdrant.emulator.calls;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A fault to inject into one call.
 *
 * @param kind what happens
 * @param verb the call's name, as {@code replicate_points}, or {@link #ANY_CHANGE}
 * @param nth which matching call from now on, counted from one
 * @param peer only calls at this peer, or null for all
 * @param delay how long, for the delays
 */
public record Fault(
    Kind kind, String verb, int nth, @Nullable Long peer, Duration delay) {

  /** Matches every call that changes something. */
  public static final String ANY_CHANGE = "*";

  /** What can happen to a call. */
  public enum Kind {
    /** The call is not performed and the client gets UNAVAILABLE at once. */
    LOSE_CALL,
    /** The call is performed but the client gets UNAVAILABLE. */
    LOSE_ANSWER,
    /** The call is not performed and never answered: the client's deadline expires. */
    SWALLOW_CALL,
    /** The call is performed but never answered. */
    SWALLOW_ANSWER,
    /** The call is performed later. */
    DELAY_CALL,
    /** The answer comes later. */
    DELAY_ANSWER,
    /** The call is performed twice; the second answer is the one sent. */
    DOUBLE_CALL
  }

  /** A fault without a delay, at any peer. */
  public static Fault of(Kind kind, String verb, int nth) {
    return new Fault(kind, verb, nth, null, Duration.ZERO);
  }

  /** Rejects a count below one. */
  public Fault {
    if (nth < 1) {
      throw new IllegalArgumentException("nth is " + nth + ", allowed: 1 and more");
    }
  }
}
