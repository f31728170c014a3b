package io.tierkeeper.simulation.quality;

import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.governance.decision.TierCost;
import io.tierkeeper.governance.decision.WorkFunctions;
import io.tierkeeper.simulation.trace.Timeline;

/**
 * The cheapest sequence of tiers in hindsight for one tenant: an exact dynamic programme over two states in O(T), which is
 * that of the {@link WorkFunctions}. Of equally cheap sequences the one that stays where it is is taken.
 *
 * @param cost of the cheapest sequence
 * @param dedicated that sequence
 * @param moves how often it moves
 */
public record OfflineOptimum(double cost, boolean[] dedicated, int moves) {

  /**
   * The optimum for these relative sizes, one for each step.
   *
   * @param startsDedicated where the tenant is before the first step
   */
  public static OfflineOptimum of(
      double[] sizes, Timeline timeline, CostBand costs, boolean startsDedicated) {
    int steps = sizes.length;
    boolean[] movedIntoFallback = new boolean[steps];
    boolean[] movedIntoDedicated = new boolean[steps];
    WorkFunctions work = new WorkFunctions(costs, startsDedicated);
    for (int t = 0; t < steps; t++) {
      work.step(TierCost.of(sizes[t], timeline.held(t)));
      movedIntoFallback[t] = work.movedInto(false);
      movedIntoDedicated[t] = work.movedInto(true);
    }
    boolean[] path = new boolean[steps];
    boolean state = work.endsDedicated();
    int moves = 0;
    for (int t = steps - 1; t >= 0; t--) {
      path[t] = state;
      if (state ? movedIntoDedicated[t] : movedIntoFallback[t]) {
        state = !state;
        moves++;
      }
    }
    return new OfflineOptimum(work.optimum(), path, moves);
  }
}
