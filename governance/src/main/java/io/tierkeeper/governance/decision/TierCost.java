package io.tierkeeper.governance.decision;

import java.time.Duration;

/**
 * What it costs to have a tenant of some size in either tier for some time. With r its size relative to the size that
 * promotion requires:
 *
 * <pre>in the fallback  min(5, max(0, r - 1))     it crowds its neighbours
 * dedicated        max(0, 1 - r)             a shard key that is not earned</pre>
 *
 * <p>The unit is a quarter of an hour at twice the promotion size. At most one of the two is above zero.
 *
 * @param inFallback cost in the fallback, >= 0
 * @param inDedicated cost in a shard key of its own, >= 0
 */
public record TierCost(double inFallback, double inDedicated) {
  /** The time that the unit of cost refers to. */
  public static final Duration UNIT_TIME = Duration.ofMinutes(15);

  /** No excess counts for more than this: a tenant a thousand times too big is not moved any faster. */
  public static final double MOST_EXCESS = 5;

  /**
   * The cost of holding a tenant of this size for this long.
   *
   * @param relativeSize r, >= 0; see {@link Thresholds#relativeSize}
   * @param held how long, >= 0
   */
  public static TierCost of(double relativeSize, Duration held) {
    double units = units(held);
    return new TierCost(
        units * Math.min(MOST_EXCESS, Math.max(0, relativeSize - 1)),
        units * Math.max(0, 1 - relativeSize));
  }

  /** A time in units of {@link #UNIT_TIME}. */
  static double units(Duration time) {
    return time.toMillis() / (double) UNIT_TIME.toMillis();
  }

  /** The cost in the tier that serves the tenant. */
  public double in(boolean dedicated) {
    return dedicated ? inDedicated : inFallback;
  }
}
