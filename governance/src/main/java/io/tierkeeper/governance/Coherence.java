package io.tierkeeper.governance;

import java.util.Arrays;

/** The summary numbers of a composition; governance model, section 5. */
public final class Coherence {
  private static final double COVERED = 0.9;

  /** Room for the rounding of the sum, so that nine shares of a tenth do cover 0.9. */
  private static final double ROUNDING = 1e-12;

  private Coherence() {}

  /** exp(-sum y ln y): how many equal tenants would have the same entropy. */
  public static double effectiveTenants(double... masses) {
    CompensatedSum entropy = new CompensatedSum();
    for (double mass : masses) {
      if (mass > 0) {
        entropy.add(-mass * StrictMath.log(mass));
      }
    }
    return StrictMath.exp(entropy.value());
  }

  /** The smallest number of masses that sum to at least 0.9; all of them when they never do. */
  public static int tenantsToCover90(double... masses) {
    double[] ascending = masses.clone();
    return cover90(ascending);
  }

  /** As {@link #tenantsToCover90}, sorting the array it is given. */
  static int cover90(double[] masses) {
    Arrays.sort(masses);
    CompensatedSum covered = new CompensatedSum();
    for (int count = 1; count <= masses.length; count++) {
      covered.add(masses[masses.length - count]);
      if (covered.value() >= COVERED - ROUNDING) {
        return count;
      }
    }
    return masses.length;
  }

  /** The coherence of a run: the product over its evaluations; 1 for none. */
  public static double cumulative(double... coherences) {
    double product = 1;
    for (double coherence : coherences) {
      product *= coherence;
    }
    return product;
  }

  /**
   * How much of its share a regime lost over a run, as a fraction: y'_n / y'_0 - 1, negative for a loss.
   *
   * @param first y'_0, > 0
   * @param last y'_n, >= 0
   */
  public static double erosion(double first, double last) {
    if (!(first > 0)) {
      throw Require.rejected("first mass", first, "a number > 0");
    }
    return last / first - 1;
  }
}
