package io.tierkeeper.governance;

/**
 * The tier penalty P(s) of each tier state.
 *
 * @param fallback T(FALLBACK), finite and >= 0
 * @param dedicated T(DEDICATED), finite and >= 0
 * @param promoting M, while promoting, finite and >= 0
 * @param demoting M_d, while demoting, finite and >= 0
 */
public record TierPenalties(double fallback, double dedicated, double promoting, double demoting) {
  private static final TierPenalties DEFAULTS = new TierPenalties(0.10, 0.00, 0.15, 0.10);

  /** Checks every penalty; an {@link IllegalArgumentException} names the field, the value and what is allowed. */
  public TierPenalties {
    Require.notNegative("penalties.fallback", fallback);
    Require.notNegative("penalties.dedicated", dedicated);
    Require.notNegative("penalties.promoting", promoting);
    Require.notNegative("penalties.demoting", demoting);
  }

  /** The penalties of the reference: 0.10, 0.00, 0.15 while promoting, 0.10 while demoting. */
  public static TierPenalties defaults() {
    return DEFAULTS;
  }

  /** P(s), >= 0. */
  public double of(TierState state) {
    return switch (state) {
      case FALLBACK -> fallback;
      case DEDICATED -> dedicated;
      case PROMOTING -> promoting;
      case DEMOTING -> demoting;
    };
  }
}
