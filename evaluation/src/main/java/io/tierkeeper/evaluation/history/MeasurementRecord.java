package io.tierkeeper.evaluation.history;

import io.tierkeeper.audit.MeasurementData;
import io.tierkeeper.audit.PolicyRef;
import io.tierkeeper.audit.ResourceRef;
import io.tierkeeper.audit.chain.LineForm;
import io.tierkeeper.governance.CollectionSummary;
import io.tierkeeper.governance.Evaluation;
import io.tierkeeper.governance.RegimeEvaluation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** How an evaluation lies in the trail, when it is written and when it is computed again. */
final class MeasurementRecord {

  private static final int BIGGEST = 20;
  private static final int MOST = 40;

  /** Bytes of the names in the list; a row has at most 160 bytes besides. */
  private static final int ROOM_FOR_NAMES = 4_096;

  /** The biggest last. */
  private static final Comparator<RegimeEvaluation> BY_MASS = Comparator.comparingDouble(
          RegimeEvaluation::dampedMass)
      .thenComparing(RegimeEvaluation::tenant, Comparator.reverseOrder());

  private MeasurementRecord() {}

  /**
   * The measurement line of an evaluation.
   *
   * @param after the state after the evaluation, with the same tenants
   * @param parts of its Delta
   * @param measurements since the measurement line before, this one included
   * @param at time of the line
   */
  static MeasurementData of(
      ResourceRef object,
      PolicyRef policy,
      String collection,
      String metric,
      Evaluation evaluation,
      RecordedComposition after,
      int parts,
      int measurements,
      Instant at) {
    CollectionSummary summary = evaluation.summary();
    return new MeasurementData(
        object,
        policy,
        collection,
        metric,
        after.totalPoints(),
        evaluation.regimes().size(),
        parts,
        measurements,
        CompositionDigest.of(evaluation, after),
        top(evaluation, after),
        new MeasurementData.Summary(
            summary.coherence(),
            summary.effectiveTenants(),
            summary.tenantsToCover90(),
            summary.discardedBudget(),
            // A sum of shares may be more than 1 by its rounding.
            Math.min(1, summary.warmMass()),
            Math.min(1, summary.hotMass()),
            after.coherence().hour(at),
            after.coherence().day(at)));
  }

  /** The 20 biggest tenants, then the biggest others with a shard key of their own, up to 40 and as far as names fit. */
  private static MeasurementData.Top top(Evaluation evaluation, RecordedComposition after) {
    List<RegimeEvaluation> biggest = biggest(evaluation, BIGGEST, row -> true);
    Set<RegimeEvaluation> known = new HashSet<>(biggest);
    List<RegimeEvaluation> all = new ArrayList<>(biggest);
    all.addAll(biggest(
        evaluation, MOST - biggest.size(), row -> row.state().hot() && !known.contains(row)));
    List<RegimeEvaluation> rows = new ArrayList<>();
    int bytes = 0;
    for (RegimeEvaluation row : all) {
      bytes += LineForm.bytes(row.tenant());
      if (bytes > ROOM_FOR_NAMES) {
        break;
      }
      rows.add(row);
    }
    return new MeasurementData.Top(
        column(rows, RegimeEvaluation::tenant),
        column(rows, row -> row.state().label()),
        column(rows, row -> Objects.requireNonNull(after.find(row.tenant())).points()),
        column(rows, RegimeEvaluation::observedMass),
        column(rows, RegimeEvaluation::dampedMass),
        column(rows, RegimeEvaluation::alphaStar),
        column(rows, row -> row.penalty().total()));
  }

  /** The biggest first. */
  private static List<RegimeEvaluation> biggest(
      Evaluation evaluation, int most, Predicate<RegimeEvaluation> which) {
    PriorityQueue<RegimeEvaluation> queue = new PriorityQueue<>(BY_MASS);
    for (RegimeEvaluation row : evaluation.regimes()) {
      if (which.test(row)) {
        queue.add(row);
        if (queue.size() > most) {
          queue.remove();
        }
      }
    }
    return queue.stream().sorted(BY_MASS.reversed()).toList();
  }

  private static <T> List<T> column(
      List<RegimeEvaluation> rows, Function<RegimeEvaluation, T> value) {
    return rows.stream().map(value).toList();
  }
}
