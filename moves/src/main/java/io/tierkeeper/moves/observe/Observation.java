package io.tierkeeper.moves.observe;

import java.time.Duration;
import java.util.Optional;

/**
 * What Qdrant shows of a move at one moment.
 *
 * @param fault why the counts are not to be trusted; empty where they are
 * @param counts of points, which are made when they are asked for
 * @param steady whether a second poll showed the same
 * @param unchangedFor how long states and transfers have been the same, as far as this process knows
 * @param idleFor how long also the points of the move's keys have been the same
 */
public record Observation(
    ClusterLayout layout,
    Optional<String> fault,
    PointCounts counts,
    boolean steady,
    Duration unchangedFor,
    Duration idleFor) {

  /** Why nothing may be concluded now. */
  public Optional<String> unclear() {
    return layout.disagreement().or(() -> fault);
  }

  /** See {@link PointCounts#inFallback}. */
  public long inFallback() {
    return counts.inFallback();
  }

  /** See {@link PointCounts#marked}. */
  public long marked() {
    return counts.marked();
  }

  /** See {@link PointCounts#shared}. */
  public PointSample shared() {
    return counts.shared();
  }

  /** See {@link PointCounts#foreign}. */
  public PointSample foreign() {
    return counts.foreign();
  }
}
