package io.tierkeeper.governance.decision;

import java.time.Duration;
import java.util.Collection;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * What finished moves of one direction have cost, in the unit of {@link TierCost}.
 *
 * <p>A moving tenant is stored, written and compared twice: it weighs on the collection with its whole size, as an excess of
 * that size would in the fallback, for as long as the work takes.
 *
 * @param moves how many were measured, >= 0
 * @param mean of their costs, >= 0; 0 for no moves
 * @param deviation sample standard deviation of their costs, >= 0; 0 for fewer than two moves
 */
public record MeasuredCost(int moves, double mean, double deviation) {
  /** Nothing was measured. */
  public static final MeasuredCost NONE = new MeasuredCost(0, 0, 0);

  /** Checks the numbers; an {@link IllegalArgumentException} names the field, the value and what is allowed. */
  public MeasuredCost {
    Rejected.ifBelow(0, "measuredCost.moves", moves);
    Rejected.ifNotCost("measuredCost.mean", mean);
    Rejected.ifNotCost("measuredCost.deviation", deviation);
  }

  /**
   * What one move has cost.
   *
   * @param work from its first change until the comparison of both copies was over, >= 0
   * @param relativeSize of the tenant, >= 0; see {@link Thresholds#relativeSize}
   */
  public static double of(Duration work, double relativeSize) {
    return TierCost.units(work) * Math.min(TierCost.MOST_EXCESS, relativeSize);
  }

  /** Mean and deviation of the costs of these moves. */
  public static MeasuredCost over(Collection<Double> costs) {
    SummaryStatistics statistics = new SummaryStatistics();
    costs.forEach(statistics::addValue);
    return costs.isEmpty()
        ? NONE
        : new MeasuredCost(costs.size(), statistics.getMean(), statistics.getStandardDeviation());
  }
}
