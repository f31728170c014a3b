package io.tierkeeper.cli.report;

import java.time.Instant;
import java.util.Arrays;

/** The shares of one tenant over time, in bounded memory: of a long series, moments as far apart as needed. */
final class TenantSeries {
  private static final int MAX_POINTS = 2_000;

  private final double[] times = new double[MAX_POINTS];
  private final double[] observed = new double[MAX_POINTS];
  private final double[] damped = new double[MAX_POINTS];
  private final double[] promote = new double[MAX_POINTS];
  private final double[] demote = new double[MAX_POINTS];
  private final boolean[] dedicated = new boolean[MAX_POINTS];
  private int size;
  private int every = 1;
  private long seen;
  private double promoteNow = Double.NaN;
  private double demoteNow = Double.NaN;
  private boolean dedicatedNow;
  private double last = Double.NEGATIVE_INFINITY;

  /** The threshold of a promotion from now on. */
  void promoteAbove(double share) {
    promoteNow = share;
  }

  /** The threshold of a demotion from now on. */
  void demoteBelow(double share) {
    demoteNow = share;
  }

  /** The tier from now on. */
  void tier(String tier) {
    dedicatedNow = switch (tier) {
      case "Dedicated", "Demoting" -> true;
      // After the switch a promotion may go on, as with another replica.
      case "Promoting" -> dedicatedNow;
      default -> false;
    };
  }

  /** Adds a moment; one that is not after the last is left out. */
  void add(Instant at, double observedMass, double dampedMass) {
    double time = at.toEpochMilli();
    if (time <= last) {
      return;
    }
    last = time;
    if (seen++ % every != 0) {
      return;
    }
    if (size == MAX_POINTS) {
      thin();
    }
    times[size] = time;
    observed[size] = observedMass;
    damped[size] = dampedMass;
    promote[size] = promoteNow;
    demote[size] = demoteNow;
    dedicated[size] = dedicatedNow;
    size++;
  }

  /** Keeps every second moment. */
  private void thin() {
    for (int i = 0; i < MAX_POINTS / 2; i++) {
      times[i] = times[2 * i];
      observed[i] = observed[2 * i];
      damped[i] = damped[2 * i];
      promote[i] = promote[2 * i];
      demote[i] = demote[2 * i];
      dedicated[i] = dedicated[2 * i];
    }
    size = MAX_POINTS / 2;
    every *= 2;
  }

  int size() {
    return size;
  }

  double[] times() {
    return Arrays.copyOf(times, size);
  }

  double[] observed() {
    return Arrays.copyOf(observed, size);
  }

  double[] damped() {
    return Arrays.copyOf(damped, size);
  }

  /** The promotion thresholds of the moments; that of the first decision also before it. */
  double[] promote() {
    return fromTheBeginning(promote, promoteNow);
  }

  /** The demotion thresholds of the moments; that of the first decision also before it. */
  double[] demote() {
    return fromTheBeginning(demote, demoteNow);
  }

  private double[] fromTheBeginning(double[] values, double atEnd) {
    double[] all = Arrays.copyOf(values, size);
    double next = atEnd;
    for (int i = size - 1; i >= 0; i--) {
      next = Double.isNaN(all[i]) ? next : all[i];
      all[i] = next;
    }
    return all;
  }

  boolean[] dedicated() {
    return Arrays.copyOf(dedicated, size);
  }
}
