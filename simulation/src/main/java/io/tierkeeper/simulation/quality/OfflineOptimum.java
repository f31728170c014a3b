package io.tierkeeper.simulation.quality;

import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.governance.decision.TierCost;
import java.time.Duration;

/**
 * The cheapest sequence of tiers in hindsight for one tenant that begins in the fallback: an exact dynamic programme over
 * two states in O(T). With c_F and c_D the costs of a step in either tier,
 *
 * <pre>F(t) = c_F(t) + min(F(t-1), D(t-1) + Q)
 * D(t) = c_D(t) + min(D(t-1), F(t-1) + P)</pre>
 *
 * <p>Of equally cheap sequences the one that stays where it is is taken.
 *
 * @param cost of the cheapest sequence
 * @param dedicated that sequence
 * @param moves how often it moves
 */
public record OfflineOptimum(double cost, boolean[] dedicated, int moves) {

  /** The optimum for these relative sizes, one for each step. */
  public static OfflineOptimum of(double[] sizes, Duration step, CostBand costs) {
    int steps = sizes.length;
    boolean[] fallbackFromDedicated = new boolean[steps];
    boolean[] dedicatedFromFallback = new boolean[steps];
    double fallback = 0;
    double dedicated = Double.POSITIVE_INFINITY;
    for (int t = 0; t < steps; t++) {
      TierCost cost = TierCost.of(sizes[t], step);
      double back = dedicated + costs.demotionCost();
      double there = fallback + costs.promotionCost();
      fallbackFromDedicated[t] = back < fallback;
      dedicatedFromFallback[t] = there < dedicated;
      fallback = Math.min(fallback, back) + cost.inFallback();
      dedicated = Math.min(dedicated, there) + cost.inDedicated();
    }
    boolean[] path = new boolean[steps];
    boolean state = dedicated < fallback;
    int moves = 0;
    for (int t = steps - 1; t >= 0; t--) {
      path[t] = state;
      if (state ? dedicatedFromFallback[t] : fallbackFromDedicated[t]) {
        state = !state;
        moves++;
      }
    }
    return new OfflineOptimum(Math.min(fallback, dedicated), path, moves);
  }
}
