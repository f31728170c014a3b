package io.tierkeeper.operator.collection;

import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.evaluation.CollectionEvaluation;
import io.tierkeeper.evaluation.CollectionMemory;
import io.tierkeeper.evaluation.CollectionMoves;
import io.tierkeeper.evaluation.EvaluationInput;
import io.tierkeeper.evaluation.EvaluationOutcome;
import io.tierkeeper.evaluation.Measurement;
import io.tierkeeper.evaluation.PenaltyValues;
import io.tierkeeper.evaluation.Restrictions;
import io.tierkeeper.evaluation.TenantCount;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.evaluation.policy.TenantIntents;
import io.tierkeeper.governance.Evaluation;
import io.tierkeeper.operator.layout.TenantObstacles;
import io.tierkeeper.operator.layout.VanishedKeys;
import io.tierkeeper.operator.move.MoveFacts;
import io.tierkeeper.operator.move.MoveSlots;
import io.tierkeeper.operator.trigger.AnswerRate;
import io.tierkeeper.operator.view.ResourceViews;
import io.tierkeeper.qdrant.TenantId;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Answers a change of one TenantTier from the last evaluation of its collection: the evaluation of all tenants, which follows,
 * takes seconds in a large collection. Writes nothing but the status, so that everything else happens in the evaluation as if
 * there had been no answer.
 */
public final class ChangedTenant {

  private final ResourceViews views;
  private final CollectionRuntimes runtimes;
  private final MoveSlots slots;
  private final CollectionWriters writers;
  private final InstantSource clock;
  private final AnswerRate rate;

  public ChangedTenant(
      ResourceViews views,
      CollectionRuntimes runtimes,
      MoveSlots slots,
      CollectionWriters writers,
      InstantSource clock) {
    this.views = views;
    this.runtimes = runtimes;
    this.slots = slots;
    this.writers = writers;
    this.clock = clock;
    rate = new AnswerRate(clock);
  }

  /** Writes the status of the TenantTier where the last evaluation suffices for it, and changes are few. */
  public void answer(TieredCollection collection, TenantTier tier) {
    Long known = writers.statuses().last(tier) == null
        ? null
        : Objects.requireNonNull(writers.statuses().last(tier)).observedGeneration();
    Optional<TenantId> tenant = TenantIntents.tenant(tier.getSpec());
    CollectionRuntime runtime = runtimes.of(
        collection.getMetadata().getNamespace(), collection.getMetadata().getName());
    CollectionRuntime.Evaluated last = runtime.evaluated();
    if (last == null
        || tenant.isEmpty()
        // A new TenantTier is one of many as a rule.
        || known == null
        || known.equals(tier.getMetadata().getGeneration())
        || collection.getSpec().fallbackShardKey() == null) {
      return;
    }
    Optional<Policy> rules = rules(collection);
    if (rules.isEmpty()
        || !rules.get().hash().equals(last.policyHash())
        // Both change masses, which only the evaluation of all tenants computes.
        || rules.get().weighted()
        || !rules.get().parameters().terms().isEmpty()
        || !rate.allowed()) {
      return;
    }
    answer(collection, tenant.get(), runtime, last, rules.get());
  }

  private Optional<Policy> rules(TieredCollection collection) {
    String name = collection.getSpec().policyRef() == null
        ? null
        : collection.getSpec().policyRef().name();
    Optional<TierPolicy> policy = name == null
        ? Optional.empty()
        : views.policy(collection.getMetadata().getNamespace(), name);
    try {
      return policy.map(Policy::read);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void answer(
      TieredCollection collection,
      TenantId tenant,
      CollectionRuntime runtime,
      CollectionRuntime.Evaluated last,
      Policy rules) {
    String namespace = collection.getMetadata().getNamespace();
    String name = collection.getMetadata().getName();
    // Another TenantTier of the same tenant may be the one that holds.
    List<TenantTier> tiers = views.tenantTiersOf(namespace, name, tenant);
    CollectionCase about = CollectionCase.of(collection, runtime, tiers, clock.instant());
    CollectionMemory memory = only(tenant, last.memory(), last.tenantIndex());
    Measurement measurement = memory.measurement();
    if (measurement == null || !measurement.tenants().containsKey(tenant)) {
      return;
    }
    MoveFacts moves = MoveFacts.of(views.movesOf(namespace, name), writers.statuses());
    if (!Objects.equals(moves.lastEnded().get(tenant), last.ground().lastEnded().get(tenant))) {
      // A move has ended since the layout was observed, so the tenant may be elsewhere.
      return;
    }
    TenantIntents declared = TenantIntents.of(tiers, rules, about.fallback());
    CollectionGround ground = last.ground();
    TenantIntents intents = declared
        .refusing(TenantObstacles.of(
            declared.valid().keySet(),
            about.spec(),
            ground.index(about.spec().tenantKey()),
            ground.layout(),
            measurement.anomalies()))
        .refusing(VanishedKeys.of(
            declared.valid(), ground.layout(), ground.lastEnded(), moves, writers.statuses()));
    EvaluationOutcome outcome = new CollectionEvaluation()
        .evaluate(new EvaluationInput(
            about.now(),
            EvaluationParts.rules(rules),
            last.tenantIndex(),
            EvaluationParts.intents(intents),
            0,
            null,
            memory,
            new CollectionMoves(
                moves.open(),
                moves.history(),
                slots.busy(ground.connection().identity()),
                last.costs()),
            new Restrictions(
                about.activePauses(),
                EvaluationParts.windows(rules, about.now()),
                last.waitingFor()),
            PenaltyValues.NONE));
    writers
        .tenants()
        .judged(
            about,
            intents,
            outcome,
            moves,
            MovePublisher.Published.NOTHING,
            about.fresh(measurement, rules),
            rules);
  }

  /** What is remembered of one tenant, with all that a decision about it depends on. */
  static CollectionMemory only(TenantId tenant, CollectionMemory all, TenantId.Kind tenantIndex) {
    Measurement measurement = all.measurement();
    Evaluation evaluation = all.evaluation();
    if (measurement == null || evaluation == null) {
      return CollectionMemory.EMPTY;
    }
    Map<TenantId, TenantCount> counts = new HashMap<>();
    measurement.tenants().forEach((each, count) -> {
      // The number of dedicated keys is limited.
      if (count.dedicated() || each.equals(tenant)) {
        counts.put(each, count);
      }
    });
    String text = tenant.text(tenantIndex);
    return new CollectionMemory(
        all.tenants().containsKey(tenant) ? Map.of(tenant, all.of(tenant)) : Map.of(),
        new Measurement(
            measurement.at(), counts, measurement.fallbackPoints(), measurement.anomalies()),
        new Evaluation(
            evaluation.known(),
            evaluation.regimes().stream()
                .filter(row -> row.tenant().equals(text))
                .toList(),
            evaluation.summary()));
  }
}
