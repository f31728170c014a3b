package io.tierkeeper.governance.decision;

import io.tierkeeper.governance.TierState;

/**
 * The policy that decides on accumulated cost instead of on level. One number s is kept for each tenant: with every
 * measurement the cost it had in the fallback is added, the cost it had in a shard key of its own is taken away, and the
 * sum is clipped to the band [0, P + Q]. At the upper end the tenant is promoted, at the lower end demoted.
 *
 * <p>s - P is the difference of the two work functions of a metrical task system with two states, so this is the work
 * function algorithm for it (Borodin, Linial, Saks, "An optimal on-line algorithm for metrical task system", J. ACM 39,
 * 1992), whose ratio 2n - 1 = 3 no deterministic online rule can undercut. For any sequence of costs, a tenant that begins
 * in the fallback, and moves carried out as soon as they are decided,
 *
 * <pre>cost &lt;= 3 * optimum + max(0, Q - P)</pre>
 *
 * (DESIGN.md has the proof). Whatever delays a move, such as a cap, a window or a cooldown, voids the bound.
 *
 * @param promotionCost P, cost of a promotion in the unit of {@link TierCost}, finite and >= 0
 * @param demotionCost Q, cost of a demotion, finite and >= 0; together with P > 0
 */
public record CostBand(double promotionCost, double demotionCost) {
  private static final CostBand DEFAULTS = new CostBand(8, 4);

  /** Checks the costs; an {@link IllegalArgumentException} names the field, the value and what is allowed. */
  public CostBand {
    notNegative("costBand.promotionCost", promotionCost);
    notNegative("costBand.demotionCost", demotionCost);
    if (!(promotionCost + demotionCost > 0)) {
      throw Rejected.because(
          "costBand.promotionCost + costBand.demotionCost",
          promotionCost + demotionCost,
          "a sum > 0: set at least one of the two");
    }
  }

  private static void notNegative(String field, double cost) {
    if (!(cost >= 0) || Double.isInfinite(cost)) {
      throw Rejected.because(field, cost, "a finite number >= 0");
    }
  }

  /** P = 8, Q = 4: a promotion costs two hours at twice the promotion size, a demotion half of that. */
  public static CostBand defaults() {
    return DEFAULTS;
  }

  /** P + Q, the upper end of the band. */
  public double width() {
    return promotionCost + demotionCost;
  }

  /** What a tenant begins with that was never measured before: nothing that speaks against the tier it is in. */
  public double start(TierState tier) {
    return tier.hot() ? width() : 0;
  }

  /**
   * s after one more measurement.
   *
   * @param accumulated s before, in [0, P + Q]
   * @param cost what the time since the last measurement cost, or would have cost, in either tier
   */
  public double accumulate(double accumulated, TierCost cost) {
    double sum = accumulated + (cost.inFallback() - cost.inDedicated());
    return Math.min(width(), Math.max(0, sum));
  }

  /** Whether s has reached the end of the band that asks for this direction. */
  public boolean asksFor(Direction direction, double accumulated) {
    return distance(direction, accumulated) <= 0;
  }

  /** How much cost is still missing until this direction is asked for, >= 0. */
  public double distance(Direction direction, double accumulated) {
    return switch (direction) {
      case PROMOTE -> width() - accumulated;
      case DEMOTE -> accumulated;
    };
  }
}
