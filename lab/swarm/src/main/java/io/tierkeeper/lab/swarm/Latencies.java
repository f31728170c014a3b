package io.tierkeeper.lab.swarm;

import java.util.Arrays;
import java.util.List;

/**
 * Percentiles of the latency of calls.
 *
 * @param calls number of calls
 * @param perSecond calls per second
 * @param maxMillis the largest latency
 */
public record Latencies(
    long calls,
    double perSecond,
    double p50Millis,
    double p95Millis,
    double p99Millis,
    double maxMillis) {

  private static final double MILLION = 1e6;

  static Latencies of(List<Long> nanos, double seconds) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return new Latencies(
        sorted.length,
        seconds > 0 ? sorted.length / seconds : 0,
        at(sorted, 0.50),
        at(sorted, 0.95),
        at(sorted, 0.99),
        at(sorted, 1));
  }

  private static double at(long[] sorted, double share) {
    return sorted.length == 0
        ? 0
        : sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)] / MILLION;
  }
}
