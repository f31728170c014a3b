package io.tierkeeper.lab.benchmarks.search;

import java.util.Arrays;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;

/**
 * Percentiles of the time from sending a search to its answer, in milliseconds, interpolated between measured values.
 *
 * @param searches how many were measured
 */
record Latency(int searches, double p50, double p95, double p99) {
  private static final double MILLI = 1e6;

  static Latency ofNanos(long[] nanos) {
    Percentile percentile = new Percentile().withEstimationType(EstimationType.R_7);
    percentile.setData(Arrays.stream(nanos).mapToDouble(nano -> nano / MILLI).toArray());
    return new Latency(
        nanos.length, percentile.evaluate(50), percentile.evaluate(95), percentile.evaluate(99));
  }
}
