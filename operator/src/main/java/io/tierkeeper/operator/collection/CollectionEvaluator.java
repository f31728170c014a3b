package io.tierkeeper.operator.collection;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.tierkeeper.api.v1alpha1.ConditionTypes;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.audit.AuditSink;
import io.tierkeeper.audit.AuditUnavailableException;
import io.tierkeeper.evaluation.Anomalies;
import io.tierkeeper.evaluation.CollectionEvaluation;
import io.tierkeeper.evaluation.CollectionMemory;
import io.tierkeeper.evaluation.CollectionMoves;
import io.tierkeeper.evaluation.EvaluationInput;
import io.tierkeeper.evaluation.EvaluationOutcome;
import io.tierkeeper.evaluation.Measurement;
import io.tierkeeper.evaluation.OpenMove;
import io.tierkeeper.evaluation.Restrictions;
import io.tierkeeper.evaluation.TenantVerdict;
import io.tierkeeper.evaluation.history.CoherenceWindow;
import io.tierkeeper.evaluation.history.EvaluationAudit;
import io.tierkeeper.evaluation.history.MemoryRestorer;
import io.tierkeeper.evaluation.history.TrailState;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.evaluation.policy.TenantIntents;
import io.tierkeeper.governance.decision.DecisionReason;
import io.tierkeeper.governance.decision.MoveCosts;
import io.tierkeeper.operator.layout.Finding;
import io.tierkeeper.operator.layout.LayoutJudgement;
import io.tierkeeper.operator.layout.TenantObstacles;
import io.tierkeeper.operator.layout.VanishedKeys;
import io.tierkeeper.operator.layout.WorkingKeyFindings;
import io.tierkeeper.operator.metrics.CollectionMeters;
import io.tierkeeper.operator.metrics.OperatorMeters;
import io.tierkeeper.operator.move.MoveFacts;
import io.tierkeeper.operator.move.MoveMeters;
import io.tierkeeper.operator.move.MoveSlots;
import io.tierkeeper.operator.tenant.PenaltyReading;
import io.tierkeeper.operator.view.ResourceViews;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Evaluates a TieredCollection: checks it, measures, decides, records, plans moves and reports. */
public final class CollectionEvaluator {

  private static final Logger log = LoggerFactory.getLogger(CollectionEvaluator.class);
  private static final int DEFAULT_ROWS = 100;

  /**
   * What a pass leaves to its caller.
   *
   * @param rules of the policy; null where it cannot be used
   * @param edges instants at which something changes by itself
   * @param openMoves names of the TierMoves to look at again
   * @param complete whether the collection was judged, and measured unless it is suspended
   */
  public record Result(
      @Nullable Policy rules, List<Instant> edges, List<String> openMoves, boolean complete) {}

  private final ResourceViews views;
  private final CollectionReader reader;
  private final CollectionRuntimes runtimes;
  private final MoveSlots slots;
  private final CollectionWriters writers;
  private final ConfigMapSource configMaps;
  private final OperatorMeters meters;
  private final InstantSource clock;

  /** Reads a ConfigMap of a namespace from the API server; empty where there is none. */
  @FunctionalInterface
  public interface ConfigMapSource {
    Optional<ConfigMap> get(String namespace, String name);
  }

  public CollectionEvaluator(
      ResourceViews views,
      CollectionRuntimes runtimes,
      MoveSlots slots,
      CollectionWriters writers,
      ConfigMapSource configMaps,
      OperatorMeters meters,
      InstantSource clock) {
    this.views = views;
    reader = new CollectionReader(views, runtimes, clock, writers.statuses());
    this.runtimes = runtimes;
    this.slots = slots;
    this.writers = writers;
    this.configMaps = configMaps;
    this.meters = meters;
    this.clock = clock;
  }

  /** Evaluates a collection; at most one evaluation of a collection at a time. */
  public Result evaluate(TieredCollection collection) {
    String namespace = collection.getMetadata().getNamespace();
    String name = collection.getMetadata().getName();
    runtimes.pruneSnapshots();
    CollectionRuntime runtime = runtimes.of(namespace, name);
    runtime.evaluating().lock();
    try {
      return new Pass(CollectionCase.of(
              collection, runtime, views.tenantTiersOf(namespace, name), clock.instant()))
          .run();
    } finally {
      runtime.evaluating().unlock();
    }
  }

  /** One evaluation. */
  private final class Pass {
    private final CollectionCase about;
    private final TieredCollectionSpec spec;
    private final CollectionRuntime runtime;
    private final CollectionStatusWriter status;
    /** Why no measurement could be made now. */
    private @Nullable String unmeasured;

    Pass(CollectionCase about) {
      this.about = about;
      spec = about.spec();
      runtime = about.runtime();
      status = new CollectionStatusWriter(writers.statuses(), writers.events(), about);
    }

    Result run() {
      long began = System.nanoTime();
      @Nullable Policy rules = null;
      try {
        TierPolicy policy = reader.policy(about);
        rules = CollectionReader.rules(policy);
        status.policyResolved(rules);
        CollectionGround ground = reader.ground(about, rules, status);
        Result result = evaluate(policy, rules, ground);
        runtime.unusableSince(null);
        meters.evaluated(Duration.ofNanos(System.nanoTime() - began));
        return result;
      } catch (Unusable e) {
        return unusable(e.type(), e.finding(), rules);
      }
    }

    private @Nullable Measurement measure(
        CollectionGround ground, Policy rules, Set<TenantId> declared) {
      try {
        return reader.measure(about, ground, rules, declared);
      } catch (QdrantException e) {
        log.warn(
            "TieredCollection {}/{} was not measured: {}",
            about.namespace(),
            about.name(),
            e.getMessage());
        unmeasured = e.getMessage();
        return null;
      }
    }

    /** Without those that the layout, or the points as measured last, do not allow. */
    private TenantIntents intents(
        TenantIntents declared, @Nullable Measurement measured, CollectionGround ground) {
      CollectionMemory memory = runtime.memory();
      @Nullable
      Measurement last = measured != null || memory == null ? measured : memory.measurement();
      return declared.refusing(TenantObstacles.of(
          declared.valid().keySet(),
          spec,
          ground.index(spec.tenantKey()),
          ground.layout(),
          last == null ? Anomalies.NONE : last.anomalies()));
    }

    // ---- evaluating

    /** A full or lost disk stops moves, but neither measurements nor statuses. */
    private Result evaluate(TierPolicy policy, Policy rules, CollectionGround ground)
        throws Unusable {
      try {
        return evaluate(policy, rules, ground, runtimes.trail(about.resource()), null);
      } catch (AuditUnavailableException e) {
        Finding finding = new Finding(
            e.retryHelps() ? Reasons.AUDIT_UNAVAILABLE : Reasons.AUDIT_BROKEN,
            String.valueOf(e.getMessage()));
        if (!e.retryHelps()
            || runtime.memory() == null && !runtimes.hasMeasurements(about.resource())) {
          throw new Unusable(ConditionTypes.AUDIT_HEALTHY, finding);
        }
        return evaluate(policy, rules, ground, OpenTrail.UNWRITABLE, finding);
      }
    }

    // Where nothing can be recorded, the next evaluation continues from what was recorded last, as
    // a replay does.
    private Result evaluate(
        TierPolicy policy,
        Policy rules,
        CollectionGround ground,
        AuditSink audit,
        @Nullable Finding unwritable) {
      TrailState recorded = recorded(unwritable == null);
      EvaluationAudit trail =
          new EvaluationAudit(audit, about.resource(), rules, about.now(), recorded);
      if (unwritable == null) {
        trail.policy(policy, runtime.policyHash());
        runtime.policyHash(rules.hash());
        trail.pauses(about.runningPauses(), runtime.pauses());
      }
      TenantIntents declared = TenantIntents.of(about.tiers(), rules, about.fallback());
      runtime.unindexed().keep(declared.generations());
      @Nullable
      Measurement counted =
          about.suspended() ? null : measure(ground, rules, declared.valid().keySet());
      List<TierMove> existing = views.movesOf(about.namespace(), about.name());
      MoveFacts moves = MoveFacts.of(existing, writers.statuses());
      @Nullable
      Measurement measured = counted == null ? null : moves.current(counted, ground.lastEnded());
      TenantIntents intents = intents(declared, measured, ground)
          .refusing(VanishedKeys.of(
              declared.valid(), ground.layout(), ground.lastEnded(), moves, writers.statuses()));
      Set<ShardKey> ours = WorkingKeyFindings.ours(moves);
      Optional<Finding> foreign = LayoutJudgement.foreignMover(ground.layout(), ours);
      Optional<Finding> unsettled = ours.isEmpty()
          ? LayoutJudgement.unsettled(about.fallback(), ground.layout())
          : Optional.empty();
      @Nullable
      String waitingFor = foreign.or(() -> unsettled).map(Finding::message).orElse(null);
      trail.foreignMover(
          runtime.waitingFor(),
          foreign.map(Finding::message).orElse(null),
          moves.open().values().stream().map(OpenMove::name).sorted().toList());
      if (unwritable == null) {
        runtime.waitingFor(foreign.map(Finding::message).orElse(null));
      }
      TenantId.Kind tenantIndex = ground.description().tenantKind(spec.tenantKey());
      int rows = rows();
      MoveCosts costs = moves.costs().orElse(MoveCostStatuses.read(status.before()));
      PenaltyReading penalties = PenaltyReading.of(
          rules, intents, tenantIndex, name -> configMaps.get(about.namespace(), name));
      EvaluationOutcome outcome = new CollectionEvaluation()
          .evaluate(new EvaluationInput(
              about.now(),
              EvaluationParts.rules(rules),
              tenantIndex,
              EvaluationParts.intents(intents),
              rows,
              measured,
              memory(recorded, rules, tenantIndex),
              new CollectionMoves(
                  moves.open(), moves.history(), slots.busy(ground.connection().identity()), costs),
              new Restrictions(
                  about.activePauses(), EvaluationParts.windows(rules, about.now()), waitingFor),
              penalties.values()));
      trail.measurement(outcome);
      CoherenceWindow coherence = recorded.composition().coherence();
      if (unwritable == null) {
        runtime.memory(outcome.memory());
      }
      runtime.judged(outcome.verdicts());
      boolean still = about.suspended() || waitingFor != null || unwritable != null;
      MovePublisher.Published published = still
          ? MovePublisher.Published.NOTHING
          : writers.moves().publish(about, outcome, ground.layout(), rules, intents);
      Map<TenantId, TierMove> planned = published.created();
      decisions(trail, outcome, intents, planned);
      boolean fresh = about.fresh(outcome.memory().measurement(), rules);
      writers.tenants().judged(about, intents, outcome, moves, published, fresh, rules);
      writers.discovery().create(about, outcome);
      writers.tidier().tidy(existing);
      status.judged(new CollectionStatusWriter.Judged(
          rules,
          ground.layout(),
          outcome,
          moves,
          planned,
          new CollectionStatusWriter.Findings(
              foreign,
              unsettled,
              PenaltyFindings.of(penalties.faults(), outcome.evaluation(), rules),
              WorkingKeyFindings.of(String.valueOf(spec.collection()), ground.layout(), existing),
              unwritable,
              unmeasured),
          fresh,
          rows,
          costs,
          coherence));
      runtime.evaluated(
          unwritable == null
              ? new CollectionRuntime.Evaluated(
                  ground, outcome.memory(), tenantIndex, rules.hash(), waitingFor, costs)
              : null);
      CollectionMeters shown = meters.of(about.namespace(), about.name());
      EvaluationMeters.show(shown, about, rules, ground, outcome, coherence, foreign.isPresent());
      if (audit.head().sequence() > 0) {
        shown.auditSequence(audit.head().sequence());
      }
      showMoves(shown);
      return new Result(
          rules,
          EvaluationEdges.of(about, outcome),
          moves.openResources().values().stream()
              .map(move -> move.getMetadata().getName())
              .toList(),
          unmeasured == null && unwritable == null);
    }

    private void showMoves(CollectionMeters shown) {
      MoveMeters.show(
          shown,
          () -> views.movesOf(about.namespace(), about.name()),
          writers.statuses(),
          clock.instant());
    }

    /** What the trail has recorded; read from its files where this process has not written it. */
    private TrailState recorded(boolean open) {
      TrailState known = runtime.recorded();
      if (known != null) {
        return known;
      }
      TrailState restored = new TrailState(runtimes.restore(about.resource()));
      if (open) {
        runtime.recorded(restored);
      }
      return restored;
    }

    private CollectionMemory memory(TrailState recorded, Policy rules, TenantId.Kind tenantIndex) {
      CollectionMemory memory = runtime.memory();
      return memory != null
          ? memory
          : MemoryRestorer.restore(
              recorded.asFound(), about.tiers(), rules, tenantIndex, about.now());
    }

    private int rows() {
      Integer rows = spec.discovery() == null ? null : spec.discovery().topTenants();
      return rows == null ? DEFAULT_ROWS : rows;
    }

    // ---- reporting

    private void decisions(
        EvaluationAudit trail,
        EvaluationOutcome outcome,
        TenantIntents intents,
        Map<TenantId, TierMove> planned) {
      for (TenantVerdict verdict : outcome.verdicts().values()) {
        TierMove move = planned.get(verdict.tenant());
        if (!verdict.news() && move == null) {
          continue;
        }
        TenantIntents.Valid valid = intents.valid().get(verdict.tenant());
        trail.decision(
            valid == null ? about.resource() : valid.resource(),
            verdict,
            outcome,
            move == null ? null : move.getSpec().planHash(),
            move == null ? null : move.getMetadata().getName());
        if (verdict.news() && verdict.decision().reason() == DecisionReason.FLAP_BUDGET_EXHAUSTED) {
          meters.flapBudgetExhausted();
        }
      }
    }

    /** The collection cannot be evaluated: reports that there and in its TenantTiers. */
    private Result unusable(String type, Finding finding, @Nullable Policy rules) {
      runtime.evaluated(null);
      if (runtime.unusableSince() == null) {
        runtime.unusableSince(about.now());
      }
      CollectionMeters shown = meters.of(about.namespace(), about.name());
      EvaluationMeters.unusable(shown, about, rules);
      showMoves(shown);
      status.unusable(type, finding, rules);
      writers.tenants().unjudged(about, finding, about.verdictsHold(rules));
      return new Result(rules, List.of(), List.of(), false);
    }
  }
}
