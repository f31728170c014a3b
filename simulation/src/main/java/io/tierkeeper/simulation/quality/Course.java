package io.tierkeeper.simulation.quality;

import io.tierkeeper.governance.decision.Decision;
import io.tierkeeper.governance.decision.Direction;
import java.time.Duration;
import java.util.List;

/**
 * What happened to a collection under a policy.
 *
 * @param tenants in the order of their names
 * @param step time between two steps
 * @param sizes of each tenant at each step, relative to the promotion size, as they truly were
 * @param dedicated whether each tenant was served by a shard key of its own, at each step after its decisions
 * @param moves in the order in which they were begun
 * @param meanPoints points of the whole collection, averaged over the steps
 */
public record Course(
    List<String> tenants,
    Duration step,
    double[][] sizes,
    boolean[][] dedicated,
    List<Moved> moves,
    double meanPoints) {

  /**
   * One move.
   *
   * @param tenant its position
   * @param step in which it was decided
   * @param points of its tenant at that time
   * @param decision what decided it
   */
  public record Moved(
      int tenant, int step, Direction direction, double points, Decision decision) {}

  /** How many steps it has. */
  public int steps() {
    return sizes.length == 0 ? 0 : sizes[0].length;
  }
}
