package io.tierkeeper.operator.collection;

import io.tierkeeper.evaluation.EvaluationOutcome;
import io.tierkeeper.evaluation.Measurement;
import io.tierkeeper.evaluation.TenantVerdict;
import io.tierkeeper.evaluation.history.CoherenceWindow;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.governance.CollectionSummary;
import io.tierkeeper.governance.RegimeEvaluation;
import io.tierkeeper.governance.decision.DecisionPolicy;
import io.tierkeeper.governance.decision.DecisionReason;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.operator.metrics.CollectionLimits;
import io.tierkeeper.operator.metrics.CollectionMeters;
import io.tierkeeper.operator.metrics.MassGauges;
import io.tierkeeper.operator.metrics.OperatorMeters;
import io.tierkeeper.operator.metrics.TenantGauges;
import io.tierkeeper.qdrant.Replica;
import java.util.Comparator;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Shows in a collection's meters what a pass found. */
final class EvaluationMeters {

  private EvaluationMeters() {}

  static void show(
      CollectionMeters meters,
      CollectionCase about,
      Policy rules,
      CollectionGround ground,
      EvaluationOutcome outcome,
      CoherenceWindow coherence,
      boolean foreign) {
    Measurement measurement = outcome.memory().measurement();
    if (outcome.evaluation() != null && measurement != null) {
      meters.composition(
          measurement.tenants().size(),
          outcome.dedicated(),
          outcome.evaluation().summary().coherence(),
          outcome.evaluation().summary().tenantsToCover90(),
          measurement.at().getEpochSecond());
      CollectionSummary summary = outcome.evaluation().summary();
      meters.mass(new MassGauges(
          CollectionStatuses.points(measurement),
          summary.effectiveTenants(),
          summary.warmMass(),
          summary.hotMass(),
          coherence.hour(about.now()),
          coherence.day(about.now())));
      meters.tenants(outcome.verdicts().values().stream()
          .flatMap(verdict -> Stream.ofNullable(tenant(verdict)))
          .sorted(Comparator.comparingDouble(TenantGauges::dampedMass).reversed())
          .limit(OperatorMeters.TOP_TENANTS)
          .toList());
      meters.fallback(
          bytes(measurement.fallbackPoints(), ground.description().vectorBytes()),
          memory(ground.layout(), about));
    }
    meters.flapping(outcome.verdicts().values().stream()
        .filter(verdict -> verdict.decision().reason() == DecisionReason.FLAP_BUDGET_EXHAUSTED)
        .count());
    common(meters, about, rules);
    meters.foreignMover(foreign);
  }

  /** What is known of a collection that cannot be evaluated: its pauses, and not what others do in it. */
  static void unusable(CollectionMeters meters, CollectionCase about, @Nullable Policy rules) {
    common(meters, about, rules == null ? Policy.defaults() : rules);
    meters.foreignMoverUnknown();
  }

  private static void common(CollectionMeters meters, CollectionCase about, Policy rules) {
    meters.limits(new CollectionLimits(
        rules.decisions().staleAfter(),
        rules.decisions().limits().maxDedicated(),
        rules.moves().approvalExpiresAfter()));
    meters.suspended(about.suspended());
    if (!about.suspended()) {
      meters.measurementWanted();
    }
    meters.pauses(about.runningPauses().stream()
        .collect(Collectors.groupingBy(
            pause -> String.valueOf(pause.owner()),
            TreeMap::new,
            Collectors.mapping(CollectionCase::end, Collectors.toList()))));
  }

  private static @Nullable TenantGauges tenant(TenantVerdict verdict) {
    RegimeEvaluation numbers = verdict.numbers();
    if (numbers == null) {
      return null;
    }
    DecisionPolicy policy = verdict.seen().policy();
    // A cost band has no threshold on the share.
    boolean thresholds = policy.costBand() == null;
    return new TenantGauges(
        verdict.name(),
        verdict.tier(),
        verdict.points(),
        numbers.observedMass(),
        numbers.dampedMass(),
        numbers.alphaStar(),
        numbers.penalty().total(),
        thresholds ? policy.promote().share() : OptionalDouble.empty(),
        thresholds ? policy.demote().share() : OptionalDouble.empty());
  }

  private static OptionalLong bytes(long points, OptionalLong vectorBytes) {
    return vectorBytes.isPresent()
        ? OptionalLong.of(points * vectorBytes.getAsLong())
        : OptionalLong.empty();
  }

  /** The memory of the smallest peer that holds the fallback. */
  private static OptionalLong memory(ClusterLayout layout, CollectionCase about) {
    Set<Long> holders =
        layout.replicas(about.fallback()).stream().map(Replica::peerId).collect(Collectors.toSet());
    return layout.peers().stream()
        .filter(peer -> holders.contains(peer.status().peerId()))
        .map(peer -> peer.status().memoryBytes())
        .filter(OptionalLong::isPresent)
        .mapToLong(OptionalLong::getAsLong)
        .min();
  }
}
