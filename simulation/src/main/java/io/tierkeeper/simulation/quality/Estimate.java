package io.tierkeeper.simulation.quality;

import org.apache.commons.math3.distribution.TDistribution;

/**
 * A mean over seeds and its 95 % confidence interval by Student's t distribution: mean +- t(0.975, n - 1) s / sqrt(n).
 *
 * @param mean of all values
 * @param low where the interval begins; NaN where there is only one value, which has no spread
 * @param high where the interval ends; NaN likewise
 */
public record Estimate(double mean, double low, double high) {
  private static final double QUANTILE = 0.975;

  /** The estimate from one value for each seed; at least one. */
  public static Estimate of(double[] values) {
    int n = values.length;
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    double mean = sum / n;
    if (n == 1) {
      return new Estimate(mean, Double.NaN, Double.NaN);
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    double half = new TDistribution(null, n - 1.0).inverseCumulativeProbability(QUANTILE)
        * Math.sqrt(squares / (n - 1) / n);
    return new Estimate(mean, mean - half, mean + half);
  }

  /** Whether there is an interval. */
  public boolean hasInterval() {
    return !Double.isNaN(low);
  }
}
