package io.tierkeeper.governance.decision;

import java.time.Instant;
import java.util.Set;

/**
 * A pause set on a collection.
 *
 * @param owner who
 * @param reason why
 * @param until when it ends by itself; it holds strictly before
 * @param directions what it stops; empty stops both
 */
public record ActivePause(String owner, String reason, Instant until, Set<Direction> directions) {
  /** Keeps its own set. */
  public ActivePause {
    directions = Set.copyOf(directions);
  }

  /** Whether it stops this direction at this instant. */
  public boolean stops(Direction direction, Instant now) {
    return now.isBefore(until) && (directions.isEmpty() || directions.contains(direction));
  }
}
