package io.tierkeeper.governance.decision;

/**
 * What the cheapest way through the tiers has cost so far if it ends in either of them: the two work functions of the
 * metrical task system that {@link CostBand} decides online. Their minimum is the offline optimum. With c_F and c_D the
 * costs of a step in either tier,
 *
 * <pre>F(t) = c_F(t) + min(F(t-1), D(t-1) + Q)
 * D(t) = c_D(t) + min(D(t-1), F(t-1) + P)</pre>
 */
public final class WorkFunctions {
  private final CostBand costs;
  private double fallback;
  private double dedicated;
  private boolean fallbackFromDedicated;
  private boolean dedicatedFromFallback;

  /**
   * Before the first step.
   *
   * @param costs what moves cost
   * @param startsDedicated the tier that every way begins in
   */
  public WorkFunctions(CostBand costs, boolean startsDedicated) {
    this.costs = costs;
    fallback = startsDedicated ? Double.POSITIVE_INFINITY : 0;
    dedicated = startsDedicated ? 0 : Double.POSITIVE_INFINITY;
  }

  /** One more step, at whose beginning a way may move. */
  public void step(TierCost cost) {
    double back = dedicated + costs.demotionCost();
    double there = fallback + costs.promotionCost();
    fallbackFromDedicated = back < fallback;
    dedicatedFromFallback = there < dedicated;
    fallback = Math.min(fallback, back) + cost.inFallback();
    dedicated = Math.min(dedicated, there) + cost.inDedicated();
  }

  /** Whether the cheapest way that ends in this tier moved into it in the last step; of equal ones, the one that stayed. */
  public boolean movedInto(boolean tier) {
    return tier ? dedicatedFromFallback : fallbackFromDedicated;
  }

  /** The tier in which the cheapest way of all ends; the fallback where both are as cheap. */
  public boolean endsDedicated() {
    return dedicated < fallback;
  }

  /** The cost of the cheapest way of all. */
  public double optimum() {
    return Math.min(fallback, dedicated);
  }
}
