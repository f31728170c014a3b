package io.tierkeeper.moves.observe;

import java.time.Duration;
import java.util.Optional;

/**
 * What Qdrant shows of a move at one moment.
 *
 * @param fault why the counts are not to be trusted; empty where they are
 * @param inFallback the tenant's points in the fallback, exact
 * @param shared points of the tenant in the fallback that belong to other tenants as well; counted before a promotion begins
 *     and from its verification on, else none
 * @param foreign points of the dedicated key, or of its frozen content, that are not the tenant's alone; counted before a
 *     demotion copies and before it deletes the key, else none
 * @param marked how many of them this move has marked as its copies
 * @param tenantIndexed whether the tenant field has an index
 * @param steady whether a second poll showed the same
 * @param unchangedFor how long states and transfers have been the same, as far as this process knows
 * @param idleFor how long also the points of the move's keys have been the same
 */
public record Observation(
    ClusterLayout layout,
    Optional<String> fault,
    long inFallback,
    PointSample shared,
    PointSample foreign,
    long marked,
    boolean tenantIndexed,
    boolean steady,
    Duration unchangedFor,
    Duration idleFor) {

  /** Why nothing may be concluded now. */
  public Optional<String> unclear() {
    return layout.disagreement().or(() -> fault);
  }
}
