package io.tierkeeper.governance.decision;

import java.time.Duration;

/**
 * How long a tenant rests after a move.
 *
 * @param afterMove after a move that succeeded, >= 0
 * @param afterAbort after a move that was stopped, >= 0: its cause is still there
 */
public record Cooldown(Duration afterMove, Duration afterAbort) {
  /** Checks the values; an {@link IllegalArgumentException} names the field, the value and what is allowed. */
  public Cooldown {
    Rejected.ifNegative("cooldown.afterMove", afterMove);
    Rejected.ifNegative("cooldown.afterAbort", afterAbort);
  }
}
