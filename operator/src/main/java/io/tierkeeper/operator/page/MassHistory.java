package io.tierkeeper.operator.page;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The damped masses of the biggest tenants over time, in bounded memory: a sample is added when the mass has changed, and every
 * second one of the older half is dropped when there are too many, so that old times are kept more coarsely.
 */
final class MassHistory {

  /** As many as a sparkline of this width can show. */
  static final int MAX_SAMPLES = 60;

  static final int MAX_TENANTS = 1_000;

  private static final double SAME = 1e-6;

  private final Map<String, Series> series = new HashMap<>();

  /**
   * Samples of one tenant, oldest first.
   *
   * @param times epoch seconds
   * @param masses in [0,1]
   */
  record Samples(List<Long> times, List<Double> masses) {}

  /** The mass of a tenant. */
  record Sample(String tenant, double mass) {}

  /**
   * Adds the masses of now.
   *
   * @param now epoch seconds
   * @param masses the biggest first; more than {@link #MAX_TENANTS} are ignored, and what is kept of other tenants is dropped
   */
  synchronized void add(long now, List<Sample> masses) {
    Set<String> kept = HashSet.newHashSet(Math.min(masses.size(), MAX_TENANTS));
    for (Sample sample : masses.subList(0, Math.min(masses.size(), MAX_TENANTS))) {
      kept.add(sample.tenant());
      series.computeIfAbsent(sample.tenant(), tenant -> new Series()).add(now, sample.mass());
    }
    series.keySet().retainAll(kept);
  }

  synchronized void clear() {
    series.clear();
  }

  synchronized int tenants() {
    return series.size();
  }

  synchronized @Nullable Samples of(String tenant) {
    Series found = series.get(tenant);
    return found == null ? null : found.samples();
  }

  private static final class Series {
    private final long[] times = new long[MAX_SAMPLES];
    private final float[] masses = new float[MAX_SAMPLES];
    private int size;

    void add(long now, double mass) {
      if (size > 0 && Math.abs(masses[size - 1] - mass) < SAME) {
        return;
      }
      if (size == MAX_SAMPLES) {
        thin();
      }
      times[size] = now;
      masses[size] = (float) mass;
      size++;
    }

    private void thin() {
      int to = 0;
      for (int from = 0; from < size; from++) {
        if (from >= size / 2 || from % 2 == 0) {
          times[to] = times[from];
          masses[to] = masses[from];
          to++;
        }
      }
      size = to;
    }

    Samples samples() {
      return new Samples(
          Arrays.stream(times, 0, size).boxed().toList(),
          IntStream.range(0, size)
              .mapToObj(i -> Math.round(masses[i] * 1e5) / 1e5)
              .toList());
    }
  }
}
