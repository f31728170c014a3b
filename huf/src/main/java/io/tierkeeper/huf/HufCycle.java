package io.tierkeeper.huf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One cycle of the framework: normalise, set aside what is below tau, normalise the rest.
 *
 * @param config how
 * @param coherenceMap one row per regime, the largest first
 * @param activeSet the items that are kept, the largest first
 * @param discardedBudgetGlobal the share that was set aside, in [0,1)
 */
public record HufCycle(
    HufConfig config,
    List<RegimeRow> coherenceMap,
    List<ActiveItem> activeSet,
    double discardedBudgetGlobal) {
  private static final double UNITY_TOLERANCE = 1e-9;
  private static final double COVERED = 0.90;

  /**
   * A row of the coherence map.
   *
   * @param regimeId the regime
   * @param rhoGlobalPre its share of everything
   * @param rhoGlobalPost its share of what is kept
   * @param rhoDiscardedPre the share of everything that it lost
   * @param localUnityPost the sum of its local shares, 1 but for rounding; 0 if nothing of it is kept
   * @param localUnityOk whether that sum is 1
   */
  public record RegimeRow(
      String regimeId,
      double rhoGlobalPre,
      double rhoGlobalPost,
      double rhoDiscardedPre,
      double localUnityPost,
      boolean localUnityOk) {}

  /**
   * A row of the active set.
   *
   * @param item the item
   * @param rhoGlobalPost its share of what is kept
   * @param rhoGlobalPre its share of everything
   * @param rhoLocalPre its share of its regime
   * @param rhoLocalPost its share of what is kept of its regime
   */
  public record ActiveItem(
      HufItem item,
      double rhoGlobalPost,
      double rhoGlobalPre,
      double rhoLocalPre,
      double rhoLocalPost) {}

  /** Keeps its own lists. */
  public HufCycle {
    coherenceMap = List.copyOf(coherenceMap);
    activeSet = List.copyOf(activeSet);
  }

  /**
   * Runs a cycle over the items in the order they have.
   *
   * @throws IllegalArgumentException if an item occurs twice, nothing has a value, or nothing is kept
   */
  public static HufCycle run(List<HufItem> items, HufConfig config) {
    Frame all = Frame.of(items);
    boolean[] excluded = new boolean[items.size()];
    List<HufItem> kept = new ArrayList<>();
    for (int i = 0; i < excluded.length; i++) {
      excluded[i] = excluded(config, all.global[i], all.local[i]);
      if (!excluded[i]) {
        kept.add(items.get(i));
      }
    }
    if (kept.isEmpty()) {
      throw new IllegalArgumentException(
          "tau is " + config.tau() + " and excludes every item; allowed is a smaller one");
    }
    Frame post = Frame.of(kept);
    double discarded =
        NumpySum.pairwise(select(all.values, excluded)) / NumpySum.pairwise(all.values);
    return new HufCycle(
        config,
        regimes(items, all, excluded, kept, post),
        active(items, all, excluded, post),
        discarded);
  }

  /** How many of the largest kept items cover nine tenths of what is kept. */
  public int itemsToCover90pct() {
    double covered = 0;
    for (int count = 0; count < activeSet.size(); count++) {
      covered += activeSet.get(count).rhoGlobalPost();
      if (covered >= COVERED) {
        return count + 1;
      }
    }
    return activeSet.size();
  }

  Set<String> activeIds() {
    Set<String> ids = new HashSet<>();
    activeSet.forEach(active -> ids.add(active.item().itemId()));
    return ids;
  }

  static boolean excluded(HufConfig config, double global, double local) {
    Double tauLocal = config.tauLocal();
    return switch (config.exclusion()) {
      case GLOBAL -> global < config.tau();
      case LOCAL -> local < config.tau();
      case DUAL -> global < config.tau() && tauLocal != null && local < tauLocal;
    };
  }

  private static List<RegimeRow> regimes(
      List<HufItem> items, Frame all, boolean[] excluded, List<HufItem> kept, Frame post) {
    TreeMap<String, List<Double>> lost = new TreeMap<>();
    for (int i = 0; i < excluded.length; i++) {
      List<Double> shares =
          lost.computeIfAbsent(items.get(i).regimeId(), regime -> new ArrayList<>());
      if (excluded[i]) {
        shares.add(all.global[i]);
      }
    }
    Map<String, List<Double>> unity = new HashMap<>();
    for (int i = 0; i < kept.size(); i++) {
      unity.computeIfAbsent(kept.get(i).regimeId(), regime -> new ArrayList<>()).add(post.local[i]);
    }
    Map<String, NumpySum.Kahan> before = sums(items, all.global);
    Map<String, NumpySum.Kahan> after = sums(kept, post.global);
    List<RegimeRow> rows = new ArrayList<>();
    lost.forEach((regime, discarded) -> {
      double local = sum(unity.getOrDefault(regime, List.of()));
      rows.add(new RegimeRow(
          regime,
          value(before, regime),
          value(after, regime),
          sum(discarded),
          local,
          Math.abs(Math.abs(local) - 1) < UNITY_TOLERANCE));
    });
    rows.sort(Comparator.comparingDouble(RegimeRow::rhoGlobalPre)
        .reversed()
        .thenComparing(RegimeRow::regimeId));
    return rows;
  }

  private static List<ActiveItem> active(
      List<HufItem> items, Frame all, boolean[] excluded, Frame post) {
    List<ActiveItem> active = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < excluded.length; i++) {
      if (!excluded[i]) {
        active.add(new ActiveItem(
            items.get(i), post.global[next], all.global[i], all.local[i], post.local[next]));
        next++;
      }
    }
    active.sort(Comparator.comparingDouble(ActiveItem::rhoGlobalPost)
        .reversed()
        .thenComparing(row -> row.item().itemId()));
    return active;
  }

  private static Map<String, NumpySum.Kahan> sums(List<HufItem> items, double[] column) {
    Map<String, NumpySum.Kahan> sums = new HashMap<>();
    for (int i = 0; i < column.length; i++) {
      sums.computeIfAbsent(items.get(i).regimeId(), regime -> new NumpySum.Kahan())
          .add(column[i]);
    }
    return sums;
  }

  private static double value(Map<String, NumpySum.Kahan> sums, String regime) {
    NumpySum.Kahan sum = sums.get(regime);
    return sum == null ? 0 : sum.value();
  }

  private static double sum(List<Double> terms) {
    return NumpySum.pairwise(terms.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static double[] select(double[] values, boolean[] wanted) {
    double[] selected = new double[values.length];
    int count = 0;
    for (int i = 0; i < values.length; i++) {
      if (wanted[i]) {
        selected[count++] = values[i];
      }
    }
    return Arrays.copyOf(selected, count);
  }

  /** The columns of one table: values, shares of everything, shares of the regime. */
  static final class Frame {
    final double[] values;
    final double[] global;
    final double[] local;

    private Frame(double[] values, double[] global, double[] local) {
      this.values = values;
      this.global = global;
      this.local = local;
    }

    static Frame of(List<HufItem> items) {
      Set<String> seen = new HashSet<>();
      for (HufItem item : items) {
        if (!seen.add(item.itemId())) {
          throw new IllegalArgumentException(
              "item " + item.itemId() + " occurs twice; allowed is each item once");
        }
      }
      double[] values = items.stream().mapToDouble(HufItem::value).toArray();
      double total = NumpySum.pairwise(values);
      if (!(total > 0)) {
        throw new IllegalArgumentException(
            "the sum of the values is " + total + "; allowed is a number > 0");
      }
      Map<String, NumpySum.Kahan> regimes = sums(items, values);
      double[] global = new double[values.length];
      double[] local = new double[values.length];
      for (int i = 0; i < values.length; i++) {
        double regime = value(regimes, items.get(i).regimeId());
        global[i] = values[i] / total;
        local[i] = regime > 0 ? values[i] / regime : 0;
      }
      return new Frame(values, global, local);
    }
  }
}
