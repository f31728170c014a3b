package io.tierkeeper.evaluation.history;

import io.tierkeeper.audit.MeasurementData;
import io.tierkeeper.audit.PolicyRef;
import io.tierkeeper.audit.ResourceRef;
import io.tierkeeper.governance.CollectionSummary;
import io.tierkeeper.governance.Evaluation;
import io.tierkeeper.governance.RegimeEvaluation;
import java.util.List;
import java.util.function.ToLongFunction;

/** How an evaluation lies in the trail, when it is written and when it is computed again. */
final class MeasurementRecord {

  private MeasurementRecord() {}

  /**
   * The measurement line of an evaluation.
   *
   * @param points how many points a tenant has, which an evaluation by weight does not know
   */
  static MeasurementData of(
      ResourceRef object,
      PolicyRef policy,
      String collection,
      String metric,
      Evaluation evaluation,
      ToLongFunction<String> points) {
    List<MeasurementData.TenantRow> rows = evaluation.regimes().stream()
        .map(row -> row(row, points.applyAsLong(row.tenant())))
        .toList();
    CollectionSummary summary = evaluation.summary();
    return new MeasurementData(
        object,
        policy,
        collection,
        metric,
        rows.stream().mapToLong(MeasurementData.TenantRow::points).sum(),
        MeasurementData.Composition.of(rows),
        new MeasurementData.Summary(
            summary.coherence(),
            summary.effectiveTenants(),
            summary.tenantsToCover90(),
            summary.discardedBudget()));
  }

  private static MeasurementData.TenantRow row(RegimeEvaluation row, long points) {
    return new MeasurementData.TenantRow(
        row.tenant(),
        points,
        row.contribution(),
        row.state().label(),
        row.observedMass(),
        row.dampedMass(),
        row.alphaStar(),
        row.penalty().total(),
        PenaltyRecord.parts(row.penalty()));
  }
}
