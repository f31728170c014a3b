package io.tierkeeper.lab.benchmarks.load;

import java.util.Arrays;

/**
 * One measured load.
 *
 * @param vectors how many were written
 * @param seconds how long that took, from the first call to the last answer
 * @param p50 the median of a write's milliseconds
 * @param p95 their 95th percentile
 * @param mean their mean; NaN where only percentiles are known
 */
record Measured(long vectors, double seconds, double p50, double p95, double mean) {
  private static final double MILLI = 1e6;

  static Measured of(long vectors, double seconds, long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Measured(
        vectors,
        seconds,
        sorted[sorted.length / 2] / MILLI,
        sorted[(int) (sorted.length * 0.95)] / MILLI,
        Arrays.stream(sorted).average().orElse(Double.NaN) / MILLI);
  }

  double rate() {
    return vectors / seconds;
  }
}
