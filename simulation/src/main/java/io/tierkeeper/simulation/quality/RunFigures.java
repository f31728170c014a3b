package io.tierkeeper.simulation.quality;

import io.soabase.recordbuilder.core.RecordBuilder;
import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.governance.decision.TierCost;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one trajectory. The cost of a tenant is what it cost to have it where it was ({@link TierCost}), and P
 * and Q for each move, also for one that is taken back.
 *
 * @param cost of all tenants
 * @param optimum the same in hindsight
 * @param worstRatio the largest ratio of the two of any tenant; an optimum below one unit counts as one, or a single
 *     move that was not needed would be infinitely bad
 * @param tenantDays tenants times days
 * @param moves of all tenants
 * @param optimumMoves the same in hindsight
 * @param flaps moves within 24 hours of an opposite one of the same tenant
 * @param optimumFlaps the same in hindsight
 * @param tiers how well tiers fitted sizes
 * @param movedPoints points moved per stored point and day
 * @param made what became of the moves; null where they were not really made
 */
@RecordBuilder
public record RunFigures(
    double cost,
    double optimum,
    double worstRatio,
    double tenantDays,
    int moves,
    int optimumMoves,
    int flaps,
    int optimumFlaps,
    TierUse tiers,
    double movedPoints,
    @Nullable MadeMoves made)
    implements RunFiguresBuilder.With {

  /**
   * How well tiers fitted sizes.
   *
   * @param overInFallback part of the time that tenants spent in the fallback although above the promotion size, in [0,1]
   * @param belowInDedicated part of the time that tenants spent in a shard key of their own although below it, in [0,1]
   * @param peakDedicated most shard keys at any time
   * @param meanDedicated shard keys on average
   */
  public record TierUse(
      double overInFallback, double belowInDedicated, int peakDedicated, double meanDedicated) {}

  /** Computes the figures of a trajectory with these costs of moves. */
  public static RunFigures of(Trajectory trajectory, CostBand costs) {
    return new TrajectoryCosts(trajectory, costs).figures();
  }

  /** Cost over optimum; an optimum below one unit counts as one, unless it was reached. */
  static double ratio(double cost, double optimum) {
    return cost <= optimum ? 1 : Math.max(1, cost / Math.max(1, optimum));
  }

  /** Cost over optimum of all tenants together. */
  public double costRatio() {
    return ratio(cost, optimum);
  }
}
