package io.tierkeeper.lab.benchmarks.scale;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a run found, with the goals.
 *
 * @param tenants in the collection
 * @param tiers TenantTiers
 * @param firstSeconds from the start of the process until each TenantTier had a status
 * @param writesAtRest writes of the API in a minute without any change, without those of the Lease
 * @param latenciesMillis from the answer to a changed spec until a watch showed a status of its generation; infinite where it did
 *     not come in time
 */
record ScaleReport(
    int tenants,
    int tiers,
    double firstSeconds,
    int writesAtRest,
    int evaluationsAtRest,
    List<Double> latenciesMillis,
    Memory memory,
    Work work) {

  private static final double MIB = 1 << 20;
  private static final double MAX_FIRST = 60;
  private static final double MAX_LATENCY = 250;

  /** Most and lasting resident memory, and the chart's limit, in bytes. */
  record Memory(long peak, long steady, long limit) {}

  /** What the process did meanwhile. */
  record Work(int restarts, double gcSeconds, double evaluationSeconds, int statusWrites) {}

  private double percentile(double part) {
    double[] sorted =
        latenciesMillis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted.length == 0
        ? Double.NaN
        : sorted[(int) Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)];
  }

  /** The resident memory that is allowed for so many TenantTiers, in MiB. */
  private double maxMemory() {
    return tiers <= 1_000 ? 192 : 320;
  }

  /** Whether all goals are met. */
  boolean passed() {
    return firstSeconds <= MAX_FIRST
        && writesAtRest == 0
        && percentile(0.99) <= MAX_LATENCY
        && memory.peak() / MIB <= maxMemory()
        && work.restarts() == 0;
  }

  String text() {
    StringBuilder text = new StringBuilder(String.format(
        Locale.ROOT,
        "%,d TenantTiers, %,d tenants, memory limit %.0f MiB%n",
        tiers,
        tenants,
        memory.limit() / MIB));
    row(text, "first evaluation complete", "s", firstSeconds, MAX_FIRST);
    row(text, "writes at rest in a minute", "", writesAtRest, 0);
    row(text, "change to status, p50", "ms", percentile(0.50), Double.NaN);
    row(text, "change to status, p99", "ms", percentile(0.99), MAX_LATENCY);
    row(text, "resident memory, peak", "MiB", memory.peak() / MIB, maxMemory());
    row(text, "resident memory, steady", "MiB", memory.steady() / MIB, Double.NaN);
    row(text, "restarts", "", work.restarts(), 0);
    row(text, "garbage collection", "s", work.gcSeconds(), Double.NaN);
    row(text, "one evaluation", "s", work.evaluationSeconds(), Double.NaN);
    row(
        text,
        "statuses written at the start",
        "/s",
        work.statusWrites() / firstSeconds,
        Double.NaN);
    text.append(passed() ? "All goals are met." : "Not all goals are met.");
    return text.toString();
  }

  private static void row(StringBuilder text, String what, String unit, double is, double goal) {
    text.append(String.format(Locale.ROOT, "%-30s %10.1f %-4s", what, is, unit));
    if (!Double.isNaN(goal)) {
      text.append(
          String.format(Locale.ROOT, " goal %6.0f  %s", goal, is <= goal ? "PASS" : "FAIL"));
    }
    text.append(System.lineSeparator());
  }

  String json() {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("tiers", tiers);
    figures.put("tenants", tenants);
    figures.put("firstEvaluationSeconds", firstSeconds);
    figures.put("writesAtRest", writesAtRest);
    figures.put("evaluationsAtRest", evaluationsAtRest);
    figures.put("changes", latenciesMillis.size());
    for (double part : Arrays.asList(0.5, 0.99)) {
      double value = percentile(part);
      figures.put(
          String.format(Locale.ROOT, "changeToStatusMillisP%.0f", part * 100),
          Double.isFinite(value) ? value : null);
    }
    figures.put("peakBytes", memory.peak());
    figures.put("steadyBytes", memory.steady());
    figures.put("limitBytes", memory.limit());
    figures.put("restarts", work.restarts());
    figures.put("gcSeconds", work.gcSeconds());
    figures.put("evaluationSeconds", work.evaluationSeconds());
    figures.put("passed", passed());
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(figures);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
