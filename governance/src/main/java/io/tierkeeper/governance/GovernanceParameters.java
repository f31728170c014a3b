package io.tierkeeper.governance;

/**
 * The weights of the damping objective; the policy sets them.
 *
 * @param objective how the tier penalty enters
 * @param varianceWeight lambda, finite and >= 0
 * @param penaltyWeight beta, finite and >= 0
 * @param coherenceWeight kappa_c, finite and >= 0
 * @param trackingWeight kappa_s, finite and >= 0; together with kappa_c > 0
 * @param window W, how many recent damped masses of a regime count; >= 0
 * @param penalties P(s)
 */
public record GovernanceParameters(
    Objective objective,
    double varianceWeight,
    double penaltyWeight,
    double coherenceWeight,
    double trackingWeight,
    int window,
    TierPenalties penalties) {
  private static final GovernanceParameters DEFAULTS = new GovernanceParameters(
      Objective.COUPLED, 0.1, 0.05, 0.0206, 0.0173, 8, TierPenalties.defaults());

  /** Checks every weight; an {@link IllegalArgumentException} names the field, the value and what is allowed. */
  public GovernanceParameters {
    Require.notNegative("varianceWeight", varianceWeight);
    Require.notNegative("penaltyWeight", penaltyWeight);
    Require.notNegative("coherenceWeight", coherenceWeight);
    Require.notNegative("trackingWeight", trackingWeight);
    if (!(coherenceWeight + trackingWeight > 0)) {
      throw Require.rejected(
          "coherenceWeight + trackingWeight",
          coherenceWeight + trackingWeight,
          "a sum > 0: set at least one of the two");
    }
    if (window < 0) {
      throw Require.rejected("window", window, "a whole number >= 0");
    }
  }

  /** The reference weights: lambda 0.1, beta 0.05, kappa_c 0.0206, kappa_s 0.0173, window 8, coupled. */
  public static GovernanceParameters defaults() {
    return DEFAULTS;
  }
}
