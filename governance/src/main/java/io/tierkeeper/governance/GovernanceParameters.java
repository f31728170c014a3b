package io.tierkeeper.governance;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The weights of the damping objective; the policy sets them.
 *
 * @param objective how the tier penalty enters
 * @param varianceWeight lambda, finite and >= 0
 * @param penaltyWeight beta, finite and >= 0
 * @param coherenceWeight kappa_c, finite and >= 0
 * @param trackingWeight kappa_s, finite and >= 0; together with kappa_c > 0
 * @param window W, how many recent damped masses of a regime count; >= 0
 * @param penalties P(s) without the terms
 * @param terms what the policy adds to P(s) by values of the tenants; each name once
 */
public record GovernanceParameters(
    Objective objective,
    double varianceWeight,
    double penaltyWeight,
    double coherenceWeight,
    double trackingWeight,
    int window,
    TierPenalties penalties,
    List<PenaltyTerm> terms) {
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
    terms = List.copyOf(terms);
    Set<String> names = new HashSet<>();
    for (PenaltyTerm term : terms) {
      if (!names.add(term.name())) {
        throw Require.rejected("penaltyTerms", term.name(), "each name once");
      }
    }
  }

  /** Weights without terms. */
  public GovernanceParameters(
      Objective objective,
      double varianceWeight,
      double penaltyWeight,
      double coherenceWeight,
      double trackingWeight,
      int window,
      TierPenalties penalties) {
    this(
        objective,
        varianceWeight,
        penaltyWeight,
        coherenceWeight,
        trackingWeight,
        window,
        penalties,
        List.of());
  }

  /** P(s) of a tenant. */
  public Penalty penalty(Regime regime) {
    double tier = penalties.of(regime.state());
    return terms.isEmpty()
        ? new Penalty(tier, List.of())
        : new Penalty(
            tier,
            terms.stream()
                .map(term -> term.of(
                    regime.values().get(term.name()), regime.state(), regime.contribution() > 0))
                .toList());
  }

  /** The reference weights: lambda 0.1, beta 0.05, kappa_c 0.0206, kappa_s 0.0173, window 8, coupled. */
  public static GovernanceParameters defaults() {
    return DEFAULTS;
  }
}
