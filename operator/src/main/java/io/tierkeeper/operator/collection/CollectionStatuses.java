package io.tierkeeper.operator.collection;

import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.tierkeeper.api.mapping.DecimalText;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus.TopTenant;
import io.tierkeeper.audit.chain.AuditCheckpoint;
import io.tierkeeper.audit.chain.CheckpointSignature;
import io.tierkeeper.audit.file.JsonlAuditLog;
import io.tierkeeper.evaluation.EvaluationOutcome;
import io.tierkeeper.evaluation.Measurement;
import io.tierkeeper.evaluation.TenantCount;
import io.tierkeeper.evaluation.TenantVerdict;
import io.tierkeeper.evaluation.history.CoherenceWindow;
import io.tierkeeper.governance.CollectionSummary;
import io.tierkeeper.governance.Evaluation;
import io.tierkeeper.governance.RegimeEvaluation;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.qdrant.ShardKey;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The measured part of a TieredCollection's status; pure. */
final class CollectionStatuses {

  private static final double MASS_NEWS = 0.005;

  private CollectionStatuses() {}

  /**
   * Adds what an evaluation found.
   *
   * @param coherence of the last day, as the trail has it
   */
  static void measured(
      TieredCollectionStatus.Builder status,
      EvaluationOutcome outcome,
      ClusterLayout layout,
      ShardKey fallback,
      int rows,
      CoherenceWindow coherence,
      Instant now) {
    Evaluation evaluation = outcome.evaluation();
    Measurement measurement = outcome.memory().measurement();
    if (evaluation == null || measurement == null) {
      return;
    }
    long tenants = measurement.tenants().entrySet().stream()
        .filter(entry ->
            !entry.getKey().equals(ReservedNames.OTHERS) && entry.getValue().points() > 0)
        .count();
    CollectionSummary summary = evaluation.summary();
    status
        .tenants(tenants)
        .dedicated((long) outcome.dedicated())
        .fallback(fallback(layout, fallback, measurement.fallbackPoints()))
        .summary(new TieredCollectionStatus.Summary(
            DecimalText.format(summary.coherence()),
            DecimalText.format(summary.effectiveTenants()),
            summary.tenantsToCover90(),
            DecimalText.format(summary.discardedBudget()),
            points(measurement),
            DecimalText.format(summary.warmMass()),
            DecimalText.format(summary.hotMass()),
            DecimalText.format(coherence.hour(now)),
            DecimalText.format(coherence.day(now))))
        .topTenants(outcome.verdicts().values().stream()
            .filter(verdict -> verdict.numbers() != null)
            .sorted(Comparator.<TenantVerdict>comparingDouble(
                    verdict -> Objects.requireNonNull(verdict.numbers()).dampedMass())
                .reversed()
                .thenComparing(TenantVerdict::name))
            .limit(rows)
            .map(CollectionStatuses::row)
            .toList());
  }

  /** The points of all tenants. */
  static long points(Measurement measurement) {
    return measurement.tenants().values().stream()
        .mapToLong(TenantCount::points)
        .sum();
  }

  /** Adds the end of the trail. */
  static TieredCollectionStatus.Audit audit(JsonlAuditLog log) {
    @Nullable AuditCheckpoint checkpoint = log.lastCheckpoint().orElse(null);
    @Nullable CheckpointSignature signature = checkpoint == null ? null : checkpoint.signature();
    return new TieredCollectionStatus.Audit(
        log.head().sequence(),
        log.head().headHash(),
        checkpoint == null
            ? null
            : new TieredCollectionStatus.Checkpoint(
                checkpoint.size(),
                checkpoint.headHash(),
                signature == null ? null : signature.value(),
                signature == null ? null : signature.keyId(),
                checkpoint.time().toString()),
        log.term());
  }

  private static TieredCollectionStatus.Fallback fallback(
      ClusterLayout layout, ShardKey fallback, long points) {
    List<Replica> active = layout.replicas(fallback).stream()
        .filter(replica -> replica.state() == ReplicaState.ACTIVE)
        .sorted(Comparator.comparingLong(Replica::peerId))
        .toList();
    return new TieredCollectionStatus.Fallback(
        points,
        active.isEmpty() ? null : Long.toUnsignedString(active.get(0).peerId()),
        active.size());
  }

  private static TopTenant row(TenantVerdict verdict) {
    RegimeEvaluation numbers = Objects.requireNonNull(verdict.numbers());
    Direction advised = verdict.decision().advised();
    return new TopTenant(
        verdict.name(),
        verdict.tier().label(),
        verdict.points(),
        Double.isNaN(numbers.observedMass()) ? null : DecimalText.format(numbers.observedMass()),
        DecimalText.format(numbers.dampedMass()),
        DecimalText.format(numbers.alphaStar()),
        advised == null ? "Hold" : advised.label());
  }

  /** Whether two statuses differ only in numbers that drift from one evaluation to the next. */
  static boolean noise(TieredCollectionStatus before, TieredCollectionStatus after) {
    return still(before).equals(still(after)) && calm(before.topTenants(), after.topTenants());
  }

  /** Whether two statuses of a collection that cannot be evaluated differ in words and in noise only. */
  static boolean sameOutage(TieredCollectionStatus before, TieredCollectionStatus after) {
    return noise(withoutWords(before), withoutWords(after));
  }

  private static TieredCollectionStatus withoutWords(TieredCollectionStatus status) {
    return status.toBuilder()
        .conditions(
            status.conditions() == null
                ? null
                : status.conditions().stream()
                    .map(condition ->
                        new ConditionBuilder(condition).withMessage("").build())
                    .toList())
        .build();
  }

  private static TieredCollectionStatus still(TieredCollectionStatus status) {
    TieredCollectionStatus.Fallback fallback = status.fallback();
    TieredCollectionStatus.Audit audit = status.audit();
    return status.toBuilder()
        .conditions(PointFindings.still(status.conditions()))
        .tenants(null)
        .summary(null)
        .topTenants(null)
        .fallback(
            fallback == null
                ? null
                : new TieredCollectionStatus.Fallback(null, fallback.peer(), fallback.replicas()))
        .audit(
            audit == null
                ? null
                : new TieredCollectionStatus.Audit(null, null, audit.checkpoint(), audit.term()))
        .build();
  }

  private static boolean calm(@Nullable List<TopTenant> before, @Nullable List<TopTenant> after) {
    if (before == null || after == null) {
      return before == after;
    }
    Map<String, TopTenant> last = new HashMap<>();
    before.forEach(row -> last.put(String.valueOf(row.tenant()), row));
    for (TopTenant row : after) {
      TopTenant old = last.get(String.valueOf(row.tenant()));
      double was = old == null ? 0 : number(old.dampedMass());
      if (!(Math.abs(was - number(row.dampedMass())) <= MASS_NEWS)
          || old != null
              && !(Objects.equals(old.tier(), row.tier())
                  && Objects.equals(old.advice(), row.advice()))) {
        return false;
      }
    }
    return true;
  }

  /** Not a number, and so like no other, where another client has written the status. */
  private static double number(@Nullable String decimal) {
    return decimal == null ? 0 : DecimalText.read(decimal).orElse(Double.NaN);
  }
}
