package io.tierkeeper.huf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How much the active set depends on tau: the same items at several thresholds, compared with the first.
 *
 * @param rows one row per tau, in the given order
 */
public record StabilityPacket(List<Row> rows) {
  private static final int LEAST_TAUS = 3;
  private static final int TOP_REGIMES = 25;

  /**
   * What one tau gives.
   *
   * @param tau the threshold
   * @param activeCount the items kept
   * @param discardedBudgetGlobal the share set aside
   * @param jaccard overlap of the active set with the baseline's, in [0,1]
   * @param spearman rank correlation of the baseline's largest regimes, in [-1,1]; 0 without variance
   * @param nearThreshold the items within a tenth of tau
   * @param invalid whether this tau keeps nothing
   */
  public record Row(
      double tau,
      int activeCount,
      double discardedBudgetGlobal,
      double jaccard,
      double spearman,
      int nearThreshold,
      boolean invalid) {}

  /** Keeps its own list. */
  public StabilityPacket {
    rows = List.copyOf(rows);
  }

  /**
   * Sweeps the thresholds.
   *
   * @throws IllegalArgumentException if there are fewer than three thresholds or the first keeps nothing
   */
  public static StabilityPacket of(List<HufItem> items, HufConfig config, List<Double> taus) {
    if (taus.size() < LEAST_TAUS) {
      throw new IllegalArgumentException(
          "the sweep has " + taus.size() + " thresholds; allowed are at least 3");
    }
    HufCycle baseline = HufCycle.run(items, config.withTau(taus.get(0)));
    HufCycle.Frame frame = HufCycle.Frame.of(items);
    double[] shares = config.exclusion() == Exclusion.LOCAL ? frame.local : frame.global;
    List<Row> rows = new ArrayList<>();
    for (double tau : taus) {
      int near = near(shares, tau);
      HufConfig swept = config.withTau(tau);
      if (keepsNothing(frame, swept)) {
        rows.add(new Row(tau, 0, 1, 0, 0, near, true));
      } else {
        HufCycle cycle = HufCycle.run(items, swept);
        rows.add(new Row(
            tau,
            cycle.activeSet().size(),
            cycle.discardedBudgetGlobal(),
            jaccard(baseline.activeIds(), cycle.activeIds()),
            spearman(baseline, cycle),
            near,
            false));
      }
    }
    return new StabilityPacket(rows);
  }

  private static boolean keepsNothing(HufCycle.Frame frame, HufConfig config) {
    for (int i = 0; i < frame.values.length; i++) {
      if (!HufCycle.excluded(config, frame.global[i], frame.local[i])) {
        return false;
      }
    }
    return true;
  }

  private static int near(double[] shares, double tau) {
    int count = 0;
    for (double share : shares) {
      if (share >= 0.9 * tau && share <= 1.1 * tau) {
        count++;
      }
    }
    return count;
  }

  static double jaccard(Set<String> one, Set<String> other) {
    if (one.isEmpty() && other.isEmpty()) {
      return 1;
    }
    Set<String> union = new HashSet<>(one);
    union.addAll(other);
    Set<String> common = new HashSet<>(one);
    common.retainAll(other);
    return (double) common.size() / union.size();
  }

  private static double spearman(HufCycle baseline, HufCycle cycle) {
    List<HufCycle.RegimeRow> largest =
        baseline.coherenceMap().stream().limit(TOP_REGIMES).toList();
    Map<String, Double> now = new HashMap<>();
    cycle.coherenceMap().stream()
        .limit(TOP_REGIMES)
        .forEach(row -> now.put(row.regimeId(), row.rhoGlobalPre()));
    double[] before = new double[largest.size()];
    double[] after = new double[largest.size()];
    for (int i = 0; i < before.length; i++) {
      before[i] = largest.get(i).rhoGlobalPre();
      after[i] = now.getOrDefault(largest.get(i).regimeId(), 0.0);
    }
    return spearman(before, after);
  }

  /** Pearson's correlation of the ranks, equal values sharing their average rank; 0 without variance. */
  static double spearman(double[] x, double[] y) {
    double[] dx = deviations(ranks(x));
    double[] dy = deviations(ranks(y));
    double denominator = Math.sqrt(products(dx, dx) * products(dy, dy));
    return denominator == 0 ? 0 : products(dx, dy) / denominator;
  }

  private static double[] ranks(double[] values) {
    double[] ranks = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      int less = 0;
      int equal = 0;
      for (double other : values) {
        less += other < values[i] ? 1 : 0;
        equal += other == values[i] ? 1 : 0;
      }
      ranks[i] = less + (equal + 1) / 2.0;
    }
    return ranks;
  }

  private static double[] deviations(double[] values) {
    double mean = NumpySum.pairwise(values) / values.length;
    double[] deviations = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      deviations[i] = values[i] - mean;
    }
    return deviations;
  }

  private static double products(double[] x, double[] y) {
    double[] products = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      products[i] = x[i] * y[i];
    }
    return NumpySum.pairwise(products);
  }
}
