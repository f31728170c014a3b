package io.tierkeeper.lab.benchmarks.load;

import java.util.List;
import java.util.Locale;

/**
 * In a closed loop the points in flight are rate × time of a write (Little's law), and at most batch × parallel. Figures
 * that say more cannot both be right; figures that say much less had fewer writes in flight than they say.
 */
final class LittlesLaw {
  private static final double TOLERANCE = 0.2;

  /** A row of the note's table of expected figures, each as a range. */
  record Noted(
      int batch,
      int parallel,
      boolean waits,
      double leastRate,
      double mostRate,
      double leastP50,
      double mostP50,
      double leastP95,
      double mostP95) {

    double inFlight() {
      return (leastRate + mostRate) / 2 * (leastP50 + mostP50) / 2 / 1000;
    }
  }

  /** "Expected Throughput" of the note on high-throughput loading, at 1,024 dimensions on another machine. */
  static final List<Noted> NOTE = List.of(
      new Noted(500, 4, false, 5000, 8000, 60, 80, 150, 200),
      new Noted(1000, 8, false, 8000, 12_000, 80, 120, 200, 300),
      new Noted(500, 4, true, 1000, 2000, 250, 400, 500, 800));

  private LittlesLaw() {}

  /** Whether and how figures fit what they were measured with. */
  static String verdict(double inFlight, int batch, int parallel) {
    double most = (double) batch * parallel;
    double share = inFlight / most;
    String numbers = String.format(Locale.ROOT, "%,.0f of %,.0f", inFlight, most);
    if (share > 1 + TOLERANCE) {
      return numbers + ": impossible, more in flight than batch × parallel";
    }
    return share < 1 - TOLERANCE
        ? numbers + ": does not fit, " + String.format(Locale.ROOT, "%.1f", share * parallel)
            + " writes in flight on average"
        : numbers + ": fits";
  }
}
