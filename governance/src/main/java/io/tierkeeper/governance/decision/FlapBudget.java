package io.tierkeeper.governance.decision;

import java.time.Duration;

/**
 * How often one tenant may move.
 *
 * @param maxMoves moves in one period, >= 1
 * @param period how far back moves count, >= 0
 */
public record FlapBudget(int maxMoves, Duration period) {
  /** Two opposite moves of a tenant within this time are a flap. */
  public static final Duration FLAP = Duration.ofHours(24);

  /** Checks the values; an {@link IllegalArgumentException} names the field, the value and what is allowed. */
  public FlapBudget {
    Rejected.ifBelow(1, "flapBudget.maxMoves", maxMoves);
    Rejected.ifNegative("flapBudget.period", period);
  }
}
