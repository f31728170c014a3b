package io.tierkeeper.governance;

import java.util.Map;

/**
 * One tenant as an evaluation sees it.
 *
 * @param tenant its text, unique in the collection; sums are taken in the order of texts
 * @param contribution w, what it contributes now: points, bytes or a weighted mix; finite and >= 0. A tenant that has
 *     vanished is passed with 0 until it has decayed.
 * @param state its tier state
 * @param lastDampedMass y, its share as last published, in [0,1]; NaN for a tenant never seen before
 * @param window its recent damped masses
 * @param values what the policy's own penalty terms look at, by the name of the term; none where there is no value
 */
public record Regime(
    String tenant,
    double contribution,
    TierState state,
    double lastDampedMass,
    Window window,
    Map<String, String> values) {
  /** Room for the rounding of a published share. */
  private static final double ROUNDING = 1e-9;

  /** Checks contribution and mass; an {@link IllegalArgumentException} names the tenant, the value and what is allowed. */
  public Regime {
    if (!(contribution >= 0) || Double.isInfinite(contribution)) {
      throw Require.rejected(
          "contribution of tenant " + tenant, contribution, "a finite number >= 0");
    }
    if (lastDampedMass < 0 || lastDampedMass > 1 + ROUNDING) {
      throw Require.rejected(
          "lastDampedMass of tenant " + tenant,
          lastDampedMass,
          "a share in [0,1], or NaN for never seen");
    }
    values = Map.copyOf(values);
  }

  /** A tenant without values. */
  public Regime(
      String tenant, double contribution, TierState state, double lastDampedMass, Window window) {
    this(tenant, contribution, state, lastDampedMass, window, Map.of());
  }

  /** A tenant never seen before. */
  public static Regime first(String tenant, double contribution, TierState state) {
    return new Regime(tenant, contribution, state, Double.NaN, Window.empty());
  }

  /** Whether it has a published mass to inherit from. */
  public boolean seen() {
    return !Double.isNaN(lastDampedMass);
  }
}
