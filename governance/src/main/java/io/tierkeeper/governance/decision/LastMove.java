package io.tierkeeper.governance.decision;

import java.time.Instant;

/**
 * How the tenant's last finished move ended.
 *
 * @param direction where it went
 * @param outcome how it ended
 * @param finishedAt when it ended
 */
public record LastMove(Direction direction, Outcome outcome, Instant finishedAt) {
  /** How a move can end. */
  public enum Outcome {
    /** The tenant is in the other tier. */
    SUCCEEDED,
    /** The move was stopped and the tenant is where it was. */
    ABORTED
  }
}
