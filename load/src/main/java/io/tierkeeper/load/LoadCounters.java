package io.tierkeeper.load;

import io.tierkeeper.load.LoadReport.Latency;
import io.tierkeeper.qdrant.TenantId;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts what a load does; safe for use by several threads. */
final class LoadCounters {
  private static final double MILLI = 1e6;

  private final Map<TenantId, Long> tenants = new HashMap<>();
  private long[] latencies = new long[1024];
  private int answers;
  private long written;
  private long retries;

  synchronized void written(TenantId tenant, long points, long nanos) {
    counted(tenant, points);
    if (answers == latencies.length) {
      latencies = Arrays.copyOf(latencies, answers * 2);
    }
    latencies[answers++] = nanos;
  }

  /** Counts points that a dry run would write. */
  synchronized void counted(TenantId tenant, long points) {
    written += points;
    tenants.merge(tenant, points, Long::sum);
  }

  synchronized void retried() {
    retries++;
  }

  synchronized long written() {
    return written;
  }

  synchronized long retries() {
    return retries;
  }

  synchronized int tenantCount() {
    return tenants.size();
  }

  /** The largest tenants. */
  synchronized Map<String, Long> tenants() {
    Map<String, Long> largest = new LinkedHashMap<>();
    tenants.entrySet().stream()
        .sorted(Map.Entry.<TenantId, Long>comparingByValue(Comparator.reverseOrder())
            .thenComparing(entry -> entry.getKey().toString()))
        .limit(LoadReport.MAX_TENANTS)
        .forEach(entry -> largest.put(entry.getKey().toString(), entry.getValue()));
    return largest;
  }

  synchronized Latency latency() {
    long[] sorted = Arrays.copyOf(latencies, answers);
    Arrays.sort(sorted);
    return new Latency(quantile(sorted, 0.5), quantile(sorted, 0.95));
  }

  private static double quantile(long[] sorted, double share) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[Math.min(sorted.length - 1, (int) (share * sorted.length))] / MILLI;
  }
}
