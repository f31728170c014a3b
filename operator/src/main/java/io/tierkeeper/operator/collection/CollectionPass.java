package io.tierkeeper.operator.collection;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tierkeeper.api.v1alpha1.ConditionTypes;
import io.tierkeeper.api.v1alpha1.LocalReference;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import io.tierkeeper.audit.AuditUnavailableException;
import io.tierkeeper.audit.JsonlAuditLog;
import io.tierkeeper.governance.decision.ActivePause;
import io.tierkeeper.governance.decision.DecisionReason;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.WindowState;
import io.tierkeeper.moves.ClusterLayout;
import io.tierkeeper.moves.LayoutObserver;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MovePlan;
import io.tierkeeper.moves.MoveSettings;
import io.tierkeeper.operator.collection.LayoutJudgement.Finding;
import io.tierkeeper.operator.collection.QdrantConnections.Connection;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.operator.evaluation.CollectionEvaluation;
import io.tierkeeper.operator.evaluation.CollectionMemory;
import io.tierkeeper.operator.evaluation.EvaluationInput;
import io.tierkeeper.operator.evaluation.EvaluationOutcome;
import io.tierkeeper.operator.evaluation.Measurement;
import io.tierkeeper.operator.evaluation.MeasurementObserver;
import io.tierkeeper.operator.evaluation.MeasurementRequest;
import io.tierkeeper.operator.evaluation.OpenMove;
import io.tierkeeper.operator.evaluation.TenantIntent;
import io.tierkeeper.operator.evaluation.TenantVerdict;
import io.tierkeeper.operator.events.EventRecorder;
import io.tierkeeper.operator.metrics.OperatorMeters;
import io.tierkeeper.operator.move.MoveFacts;
import io.tierkeeper.operator.move.MovePlanning;
import io.tierkeeper.operator.move.MoveSettingsMapper;
import io.tierkeeper.operator.move.MoveSlots;
import io.tierkeeper.operator.policy.PolicyRules;
import io.tierkeeper.operator.status.Conditions;
import io.tierkeeper.operator.status.StatusWriter;
import io.tierkeeper.operator.tenant.TenantIntents;
import io.tierkeeper.operator.tenant.TenantStatuses;
import io.tierkeeper.operator.view.ResourceViews;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantPort;
import io.tierkeeper.qdrant.ShardKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One reconciliation of a TieredCollection: look, judge, measure, evaluate, record, plan, tell. */
public final class CollectionPass {

  /** Asks for an evaluation now. */
  public static final String REQUESTED_AT = "tierkeeper.io/requestedAt";

  private static final Logger log = LoggerFactory.getLogger(CollectionPass.class);
  private static final String TOKEN = "[A-Za-z0-9][A-Za-z0-9._:+-]{0,63}";
  private static final int DEFAULT_ROWS = 100;
  private static final int CONFLICT = 409;
  private static final String DISCOVERED = "tierkeeper.io/discovered";

  /** What the passes of all collections share. */
  public record Tools(
      KubernetesClient client,
      OperatorOptions options,
      ResourceViews views,
      StatusWriter statuses,
      EventRecorder events,
      OperatorMeters meters,
      CollectionRuntimes runtimes,
      MoveSlots slots) {}

  /**
   * What a pass leaves to its caller.
   *
   * @param rules of the policy; null where it cannot be used
   * @param edges instants at which something changes by itself
   * @param openMoves names of the TierMoves to look at again
   */
  public record Result(@Nullable PolicyRules rules, List<Instant> edges, List<String> openMoves) {}

  private final Tools tools;
  private final TieredCollection collection;
  private final TieredCollectionSpec spec;
  private final String namespace;
  private final String name;
  private final ShardKey fallback;
  private final CollectionRuntime runtime;
  private final InstantSource clock;
  private final Instant now;
  private final long generation;
  private final @Nullable TieredCollectionStatus before;
  private final Conditions conditions;
  private final TieredCollectionStatus.Builder status;
  private final List<TenantTier> tiers;

  public CollectionPass(Tools tools, TieredCollection collection) {
    this.tools = tools;
    this.collection = collection;
    spec = collection.getSpec();
    namespace = collection.getMetadata().getNamespace();
    name = collection.getMetadata().getName();
    fallback = ShardKey.of(Objects.requireNonNull(spec.fallbackShardKey()));
    runtime = tools.runtimes().of(namespace, name);
    clock = tools.options().clock();
    now = clock.instant();
    generation = Objects.requireNonNullElse(collection.getMetadata().getGeneration(), 0L);
    before = tools.statuses().last(collection);
    conditions = new Conditions(before == null ? null : before.conditions(), generation, now);
    status = Objects.requireNonNullElseGet(before, TieredCollectionStatus::empty).toBuilder();
    tiers = tools.views().tenantTiersOf(namespace, name);
  }

  /** Runs the pass; at most one of a collection at a time. */
  public Result run() {
    runtime.evaluating().lock();
    try {
      return pass();
    } finally {
      runtime.evaluating().unlock();
    }
  }

  private Result pass() {
    long began = System.nanoTime();
    Optional<TierPolicy> policy = policy();
    if (policy.isEmpty()) {
      String missing =
          spec.policyRef() == null ? "" : String.valueOf(spec.policyRef().name());
      return unusable(
          ConditionTypes.POLICY_RESOLVED,
          new Finding(
              Reasons.POLICY_NOT_FOUND,
              "spec.policyRef: TierPolicy " + missing + " does not exist in namespace " + namespace
                  + "; create it or correct the name"),
          null);
    }
    PolicyRules rules;
    try {
      rules = PolicyRules.of(policy.get());
    } catch (IllegalArgumentException e) {
      return unusable(
          ConditionTypes.POLICY_RESOLVED,
          new Finding(
              Reasons.POLICY_INVALID,
              "TierPolicy " + policy.get().getMetadata().getName() + ": " + e.getMessage()),
          null);
    }
    conditions.set(
        ConditionTypes.POLICY_RESOLVED,
        true,
        Reasons.READY,
        "TierPolicy " + rules.name() + " is in force.");
    status.mode(rules.decisions().mode().label());
    Connection connection;
    ClusterLayout layout;
    @Nullable CollectionDescription description;
    try {
      connection = tools.runtimes().connection(collection);
      layout = new LayoutObserver(connection.cluster())
          .observe(Objects.requireNonNull(spec.collection()));
      Optional<Finding> unreachable = LayoutJudgement.unreachable(layout);
      if (unreachable.isPresent()) {
        return unusable(ConditionTypes.QDRANT_REACHABLE, unreachable.get(), rules);
      }
      description = port(layout).describe(spec.collection()).orElse(null);
    } catch (ConnectionFault e) {
      return unusable(
          ConditionTypes.QDRANT_REACHABLE, new Finding(e.reason(), e.sentence()), rules);
    } catch (QdrantException e) {
      return unusable(
          ConditionTypes.QDRANT_REACHABLE,
          new Finding(Reasons.QDRANT_UNREACHABLE, "spec.qdrant: " + e.getMessage()),
          rules);
    }
    conditions.set(
        ConditionTypes.QDRANT_REACHABLE, true, Reasons.QDRANT_REACHABLE, "Every peer answers.");
    Optional<Finding> invalid = LayoutJudgement.invalid(spec, fallback, layout, description);
    if (invalid.isPresent()) {
      return unusable(ConditionTypes.LAYOUT_VALID, invalid.get(), rules);
    }
    conditions.set(
        ConditionTypes.LAYOUT_VALID,
        true,
        Reasons.LAYOUT_VALID,
        "Sharding, fallback and index are as moves need them.");
    runtime.lastLayout(layout);
    JsonlAuditLog audit;
    try {
      audit = tools.runtimes().audit(collection);
    } catch (AuditUnavailableException e) {
      return unusable(
          ConditionTypes.AUDIT_HEALTHY,
          new Finding(auditReason(e), String.valueOf(e.getMessage())),
          rules);
    }
    try {
      return evaluate(
          policy.get(),
          rules,
          connection,
          layout,
          Objects.requireNonNull(description),
          audit,
          began);
    } catch (AuditUnavailableException e) {
      return unusable(
          ConditionTypes.AUDIT_HEALTHY,
          new Finding(auditReason(e), String.valueOf(e.getMessage())),
          rules);
    }
  }

  private Result evaluate(
      TierPolicy policy,
      PolicyRules rules,
      Connection connection,
      ClusterLayout layout,
      CollectionDescription description,
      JsonlAuditLog audit,
      long began) {
    EvaluationAudit trail = new EvaluationAudit(audit, collection, rules, now);
    trail.policy(policy, runtime.policyHash());
    runtime.policyHash(rules.hash());
    List<TieredCollectionSpec.Pause> running = runningPauses();
    trail.pauses(running, runtime.pauses());
    TenantIntents intents = TenantIntents.of(tiers, rules, fallback);
    MoveFacts moves = MoveFacts.of(tools.views().movesOf(namespace, name), tools.statuses());
    Set<ShardKey> ours = new HashSet<>();
    moves.open().forEach((tenant, move) -> {
      if (move.stage() == OpenMove.Stage.WORKING) {
        ours.add(tenant);
        layout.keys().stream()
            .filter(key -> key.toString().startsWith(Move.OWN_KEY_PREFIX))
            .forEach(ours::add);
      }
    });
    Optional<Finding> foreign = LayoutJudgement.foreignMover(layout, ours);
    Optional<Finding> unsettled =
        ours.isEmpty() ? LayoutJudgement.unsettled(fallback, layout) : Optional.empty();
    @Nullable
    String waitingFor = foreign.or(() -> unsettled).map(Finding::message).orElse(null);
    trail.foreignMover(
        runtime.waitingFor(),
        foreign.map(Finding::message).orElse(null),
        moves.open().values().stream().map(OpenMove::name).sorted().toList());
    runtime.waitingFor(foreign.map(Finding::message).orElse(null));

    boolean suspended = Boolean.TRUE.equals(spec.suspend());
    boolean integers = isInteger(description);
    CollectionMemory memory = runtime.memory();
    if (memory == null) {
      memory = MemoryRestorer.restore(
          Objects.requireNonNull(runtime.past()).measurements(), tiers, rules, integers, now);
    }
    @Nullable
    Measurement measurement =
        suspended ? null : measure(layout, rules, intents.valid().keySet());
    int rows = rows();
    EvaluationOutcome outcome = new CollectionEvaluation()
        .evaluate(new EvaluationInput(
            now,
            rules.parameters(),
            rules.weighted(),
            rules.decisions(),
            intents(intents, moves),
            rows,
            measurement,
            memory,
            moves.open(),
            moves.history(),
            tools.slots().busy(connection.identity()),
            pauses(running, suspended),
            windows(rules),
            waitingFor));
    runtime.memory(outcome.memory());
    runtime.lastOutcome(outcome);
    trail.measurement(outcome);
    Map<ShardKey, TierMove> planned =
        plan(outcome, moves, layout, rules, suspended || waitingFor != null, intents);
    decisions(trail, outcome, intents, planned);
    boolean fresh = fresh(outcome, rules);
    tellTenants(intents, outcome, moves, planned, running, fresh);
    discover(outcome);
    tellCollection(
        rules, layout, outcome, audit, moves, planned, running, foreign, unsettled, suspended,
        fresh, rows);
    measure(outcome, audit, running, foreign.isPresent(), began);
    List<String> open = new ArrayList<>();
    moves.openResources().values().forEach(move -> open.add(move.getMetadata().getName()));
    return new Result(rules, edges(outcome, running), open);
  }

  // ---- looking

  private Optional<TierPolicy> policy() {
    LocalReference reference = spec.policyRef();
    return reference == null || reference.name() == null
        ? Optional.empty()
        : tools.views().policy(namespace, reference.name());
  }

  private static QdrantPort port(ClusterLayout layout) {
    return layout.peers().get(0).port();
  }

  private boolean isInteger(CollectionDescription description) {
    CollectionDescription.IndexedField index = description.indexedFields().get(spec.tenantKey());
    return index != null && index.type().equals("integer");
  }

  private @Nullable Measurement measure(
      ClusterLayout layout, PolicyRules rules, Set<ShardKey> declared) {
    boolean discover = spec.discovery() == null
        || spec.discovery().mode() == null
        || spec.discovery().mode() != TieredCollectionSpec.DiscoveryMode.Off;
    try {
      return new MeasurementObserver(clock)
          .measure(
              port(layout),
              new MeasurementRequest(
                  Objects.requireNonNull(spec.collection()),
                  Objects.requireNonNull(spec.tenantKey()),
                  fallback,
                  LayoutJudgement.dedicated(fallback, layout),
                  declared,
                  discover,
                  rules.decisions()));
    } catch (QdrantException e) {
      log.warn("{}/{} was not measured: {}", namespace, name, e.getMessage());
      return null;
    }
  }

  private int rows() {
    Integer rows = spec.discovery() == null ? null : spec.discovery().topTenants();
    return rows == null ? DEFAULT_ROWS : rows;
  }

  private List<TieredCollectionSpec.Pause> runningPauses() {
    return Objects.requireNonNullElse(spec.pauses(), List.<TieredCollectionSpec.Pause>of()).stream()
        .filter(pause -> pause.until() != null && now.isBefore(Instant.parse(pause.until())))
        .toList();
  }

  private static List<ActivePause> pauses(
      List<TieredCollectionSpec.Pause> running, boolean suspended) {
    List<ActivePause> pauses = running.stream()
        .map(pause -> new ActivePause(
            String.valueOf(pause.owner()),
            String.valueOf(pause.reason()),
            Instant.parse(Objects.requireNonNull(pause.until())),
            pause.directions() == null
                ? Set.of()
                : pause.directions().stream()
                    .map(MoveFacts::direction)
                    .collect(Collectors.toSet())))
        .collect(Collectors.toCollection(ArrayList::new));
    if (suspended) {
      pauses.add(
          new ActivePause("spec.suspend", "the collection is suspended", Instant.MAX, Set.of()));
    }
    return pauses;
  }

  private Map<Direction, WindowState> windows(PolicyRules rules) {
    Map<Direction, WindowState> windows = new EnumMap<>(Direction.class);
    for (Direction direction : Direction.values()) {
      windows.put(direction, rules.window(now, direction));
    }
    return windows;
  }

  private static Map<ShardKey, TenantIntent> intents(TenantIntents intents, MoveFacts moves) {
    Map<ShardKey, TenantIntent> byTenant = new HashMap<>();
    intents.valid().forEach((tenant, valid) -> byTenant.put(tenant, valid.intent()));
    return byTenant;
  }

  // ---- acting

  private Map<ShardKey, TierMove> plan(
      EvaluationOutcome outcome,
      MoveFacts moves,
      ClusterLayout layout,
      PolicyRules rules,
      boolean held,
      TenantIntents intents) {
    Map<ShardKey, TierMove> planned = new LinkedHashMap<>();
    if (held) {
      return planned;
    }
    Set<String> taken = tools.views().movesOf(namespace, name).stream()
        .map(move -> move.getMetadata().getName())
        .collect(Collectors.toSet());
    int replicas = (int) layout.replicas(fallback).stream().count();
    for (EvaluationOutcome.Plan wanted : outcome.plans()) {
      Direction direction = Objects.requireNonNull(wanted.decision().advised());
      TenantTier owner =
          Objects.requireNonNull(intents.valid().get(wanted.tenant())).resource();
      try {
        MoveSettings settings =
            MoveSettingsMapper.of(rules.moves(), tools.options().pace(), replicas);
        Move move = MovePlanning.move(
            owner.getMetadata().getName(), "", collection, wanted.tenant(), direction, settings);
        long points = wanted.decision().points();
        MovePlan plan = MovePlanning.plan(
            move, layout, points, MovePlanning.bytes(port(layout), move, points), rules);
        TierMove resource = MovePlanning.resource(collection, owner, move, plan, rules, taken);
        TierMove created = tools.client().resource(resource).create();
        taken.add(created.getMetadata().getName());
        planned.put(wanted.tenant(), created);
        String cost = plan.costLine();
        tools
            .events()
            .normal(
                owner,
                "Plan",
                "MovePlanned",
                direction.label() + " planned as " + created.getMetadata().getName() + ": " + cost);
      } catch (KubernetesClientException e) {
        if (e.getCode() != CONFLICT) {
          throw e;
        }
        log.debug("{}/{}: the TierMove exists already: {}", namespace, name, e.getMessage());
      } catch (QdrantException e) {
        log.warn("{}/{}: {} was not planned: {}", namespace, name, wanted.tenant(), e.getMessage());
      }
    }
    return planned;
  }

  private void decisions(
      EvaluationAudit trail,
      EvaluationOutcome outcome,
      TenantIntents intents,
      Map<ShardKey, TierMove> planned) {
    for (TenantVerdict verdict : outcome.verdicts().values()) {
      TierMove move = planned.get(verdict.tenant());
      if (!verdict.news() && move == null) {
        continue;
      }
      TenantIntents.Valid valid = intents.valid().get(verdict.tenant());
      trail.decision(
          valid == null ? collection : valid.resource(),
          verdict,
          outcome,
          move == null ? null : move.getSpec().planHash(),
          move == null ? null : move.getMetadata().getName());
      if (verdict.news() && verdict.decision().reason() == DecisionReason.FLAP_BUDGET_EXHAUSTED) {
        tools.meters().flapBudgetExhausted();
      }
    }
  }

  private void discover(EvaluationOutcome outcome) {
    TieredCollectionSpec.Discovery discovery = spec.discovery();
    if (discovery == null
        || discovery.mode() != TieredCollectionSpec.DiscoveryMode.Create
        || discovery.createAbovePoints() == null) {
      return;
    }
    Set<ShardKey> named = tiers.stream()
        .flatMap(tier -> TenantIntents.tenant(tier.getSpec()).stream())
        .collect(Collectors.toSet());
    for (TenantVerdict verdict : outcome.verdicts().values()) {
      if (verdict.points() <= discovery.createAbovePoints() || named.contains(verdict.tenant())) {
        continue;
      }
      TenantTier tier = new TenantTier();
      tier.setMetadata(new ObjectMetaBuilder()
          .withName(name + "-" + MovePlanning.slug(verdict.tenant().toString()))
          .withNamespace(namespace)
          .addToLabels(DISCOVERED, "true")
          .build());
      tier.setSpec(new TenantTierSpec(
          new LocalReference(name),
          verdict.tenant() instanceof ShardKey.Keyword keyword ? keyword.value() : null,
          verdict.tenant() instanceof ShardKey.Number number ? Long.valueOf(number.value()) : null,
          null,
          null,
          null,
          null,
          null,
          null));
      try {
        tools.client().resource(tier).create();
      } catch (KubernetesClientException e) {
        // Two tenants may have the same slug; the second one waits for a person to name it.
        log.info(
            "{}/{}: no TenantTier for {}: {}", namespace, name, verdict.tenant(), e.getMessage());
      }
    }
  }

  // ---- telling

  private void tellTenants(
      TenantIntents intents,
      EvaluationOutcome outcome,
      MoveFacts moves,
      Map<ShardKey, TierMove> planned,
      List<TieredCollectionSpec.Pause> running,
      boolean fresh) {
    intents.refused().values().forEach(refusal -> {
      TenantTierStatus last = tools.statuses().last(refusal.resource());
      boolean written = tools
          .statuses()
          .write(
              refusal.resource(),
              TenantStatuses.refused(
                  refusal.resource(), last, refusal.reason(), refusal.message(), now));
      if (written) {
        tools.events().warning(refusal.resource(), "Evaluate", refusal.reason(), refusal.message());
      }
    });
    intents.valid().forEach((tenant, valid) -> {
      TenantVerdict verdict = outcome.verdicts().get(tenant);
      if (verdict == null) {
        return;
      }
      TenantTier resource = valid.resource();
      TenantTierStatus last = tools.statuses().last(resource);
      TierMove open = moves.openResources().getOrDefault(tenant, planned.get(tenant));
      TierMove ended = moves.last().get(tenant);
      TenantTierStatus wanted = TenantStatuses.of(new TenantStatuses.Facts(
          resource,
          last,
          verdict,
          open,
          open == null ? null : tools.statuses().last(open),
          ended,
          ended == null ? null : tools.statuses().last(ended),
          outcome.memory().measurement() != null,
          fresh,
          paused(running, Direction.from(verdict.tier())),
          handled(resource, last == null ? null : last.lastHandledRequest()),
          now));
      if (tools.statuses().write(resource, wanted, TenantStatuses::noise)) {
        adviceChanged(resource, last, wanted);
      }
    });
  }

  private void adviceChanged(
      TenantTier resource, @Nullable TenantTierStatus last, TenantTierStatus wanted) {
    String was = last == null || last.advice() == null ? null : last.advice().action();
    TenantTierStatus.Advice is = wanted.advice();
    if (is != null
        && is.action() != null
        && !is.action().equals(was)
        && !(was == null && is.action().equals("Hold"))) {
      tools
          .events()
          .normal(
              resource,
              "Evaluate",
              "AdviceChanged",
              "Advice is " + is.action() + ": " + String.valueOf(is.message()));
    }
  }

  private Optional<String> paused(List<TieredCollectionSpec.Pause> running, Direction direction) {
    if (Boolean.TRUE.equals(spec.suspend())) {
      return Optional.of("spec.suspend of TieredCollection " + name + " is true.");
    }
    return pauses(running, false).stream()
        .filter(pause -> pause.stops(direction, now))
        .map(pause ->
            "Paused by " + pause.owner() + " until " + pause.until() + ": " + pause.reason())
        .reduce((a, b) -> a + "; " + b);
  }

  private @Nullable String handled(
      io.fabric8.kubernetes.api.model.HasMetadata resource, @Nullable String last) {
    Map<String, String> annotations = resource.getMetadata().getAnnotations();
    String token = annotations == null ? null : annotations.get(REQUESTED_AT);
    if (token == null || token.equals(last)) {
      return last;
    }
    if (!token.matches(TOKEN)) {
      tools
          .events()
          .warning(
              resource,
              "Evaluate",
              Reasons.REQUEST_UNKNOWN,
              "Annotation " + REQUESTED_AT + " '" + token
                  + "' is not understood; allowed: up to 64 letters, digits and . _ : + -, such as an instant");
      return last;
    }
    return token;
  }

  private void tellCollection(
      PolicyRules rules,
      ClusterLayout layout,
      EvaluationOutcome outcome,
      JsonlAuditLog audit,
      MoveFacts moves,
      Map<ShardKey, TierMove> planned,
      List<TieredCollectionSpec.Pause> running,
      Optional<Finding> foreign,
      Optional<Finding> unsettled,
      boolean suspended,
      boolean fresh,
      int rows) {
    CollectionStatuses.measured(status, outcome, layout, fallback, rows);
    boolean measured = outcome.memory().measurement() != null;
    conditions.set(
        ConditionTypes.MEASUREMENTS_FRESH,
        fresh,
        fresh ? Reasons.MEASURED : measured ? Reasons.MEASUREMENTS_STALE : Reasons.NOT_MEASURED,
        fresh
            ? "The last measurement is fresh."
            : measured
                ? "The last measurement is older than mass.staleAfter of TierPolicy " + rules.name()
                    + "; moves are held."
                : "Nothing has been measured yet.");
    foreign.ifPresent(finding ->
        conditions.set(ConditionTypes.FOREIGN_MOVER, true, finding.reason(), finding.message()));
    Optional<String> paused =
        paused(running, Direction.PROMOTE).or(() -> paused(running, Direction.DEMOTE));
    paused.ifPresent(sentence -> conditions.set(
        ConditionTypes.PAUSED, true, suspended ? Reasons.SUSPENDED : Reasons.PAUSED, sentence));
    conditions.set(
        ConditionTypes.AUDIT_HEALTHY, true, Reasons.AUDIT_HEALTHY, "The trail can be written.");
    String note = suspended
        ? "Suspended: nothing is measured and no move starts."
        : layout.versionWarning().orElse("Tenants are measured and judged.");
    boolean ready = fresh || suspended;
    conditions.set(
        ConditionTypes.READY,
        ready,
        suspended
            ? Reasons.SUSPENDED
            : ready ? Reasons.READY : measured ? Reasons.MEASUREMENTS_STALE : Reasons.NOT_MEASURED,
        note);
    List<String> active = new ArrayList<>();
    moves.openResources().values().forEach(move -> active.add(move.getMetadata().getName()));
    planned.values().forEach(move -> active.add(move.getMetadata().getName()));
    status
        .activeMoves(active.stream().distinct().sorted().toList())
        .waitingFor(foreign
            .or(() -> unsettled)
            .map(finding ->
                new TieredCollectionStatus.WaitingFor(finding.reason(), finding.message()))
            .orElse(null))
        .audit(CollectionStatuses.audit(audit));
    write(CollectionStatuses::noise);
  }

  private void write(
      java.util.function.BiPredicate<TieredCollectionStatus, TieredCollectionStatus> noise) {
    status
        .observedGeneration(generation)
        .lastHandledRequest(
            handled(collection, before == null ? null : before.lastHandledRequest()))
        .conditions(conditions.list());
    tools.statuses().write(collection, status.build(), noise);
  }

  /** The collection cannot be governed: says so there and in its TenantTiers. */
  private Result unusable(String type, Finding finding, @Nullable PolicyRules rules) {
    conditions.set(type, false, finding.reason(), finding.message());
    for (String other : List.of(
        ConditionTypes.QDRANT_REACHABLE,
        ConditionTypes.LAYOUT_VALID,
        ConditionTypes.AUDIT_HEALTHY,
        ConditionTypes.PAUSED)) {
      conditions.keep(other);
    }
    CollectionMemory memory = runtime.memory();
    Measurement last = memory == null ? null : memory.measurement();
    boolean fresh = rules != null && last != null && fresh(last, rules);
    conditions.set(
        ConditionTypes.MEASUREMENTS_FRESH,
        fresh,
        fresh ? Reasons.MEASURED : last == null ? Reasons.NOT_MEASURED : Reasons.MEASUREMENTS_STALE,
        fresh
            ? "The last measurement is fresh."
            : "Nothing is measured while " + type + " is False.");
    conditions.set(ConditionTypes.READY, false, finding.reason(), finding.message());
    boolean wasReady = before == null || !conditions.was(ConditionTypes.READY, false);
    write((a, b) -> false);
    if (wasReady) {
      tools.events().warning(collection, "Evaluate", finding.reason(), finding.message());
    }
    for (TenantTier tier : tiers) {
      tools
          .statuses()
          .write(
              tier,
              TenantStatuses.waiting(
                  tier,
                  tools.statuses().last(tier),
                  finding.reason(),
                  "TieredCollection " + name + ": " + finding.message(),
                  now));
    }
    return new Result(rules, List.of(), List.of());
  }

  private boolean fresh(EvaluationOutcome outcome, PolicyRules rules) {
    Measurement measurement = outcome.memory().measurement();
    return measurement != null && fresh(measurement, rules);
  }

  private boolean fresh(Measurement measurement, PolicyRules rules) {
    return Duration.between(measurement.at(), now).compareTo(rules.decisions().staleAfter()) <= 0;
  }

  private static String auditReason(AuditUnavailableException e) {
    return e.retryHelps() ? Reasons.AUDIT_UNAVAILABLE : Reasons.AUDIT_BROKEN;
  }

  private void measure(
      EvaluationOutcome outcome,
      JsonlAuditLog audit,
      List<TieredCollectionSpec.Pause> running,
      boolean foreign,
      long began) {
    OperatorMeters.CollectionMeters meters = tools.meters().of(namespace, name);
    Measurement measurement = outcome.memory().measurement();
    if (outcome.evaluation() != null && measurement != null) {
      meters.composition(
          measurement.tenants().size(),
          outcome.dedicated(),
          outcome.evaluation().summary().coherence(),
          outcome.evaluation().summary().tenantsToCover90(),
          measurement.at().getEpochSecond());
      Map<String, Double> masses = new LinkedHashMap<>();
      outcome.verdicts().values().stream()
          .filter(verdict -> verdict.numbers() != null)
          .sorted((a, b) -> Double.compare(
              Objects.requireNonNull(b.numbers()).dampedMass(),
              Objects.requireNonNull(a.numbers()).dampedMass()))
          .limit(OperatorMeters.TOP_TENANTS)
          .forEach(verdict -> masses.put(
              verdict.tenant().toString(),
              Objects.requireNonNull(verdict.numbers()).dampedMass()));
      meters.masses(masses);
    }
    meters.pauses(running.stream()
        .collect(Collectors.groupingBy(
            pause -> String.valueOf(pause.owner()), TreeMap::new, Collectors.counting())));
    meters.foreignMover(foreign);
    meters.audit(audit.head().sequence(), audit.healthy());
    tools.meters().evaluated(Duration.ofNanos(System.nanoTime() - began));
  }

  private List<Instant> edges(EvaluationOutcome outcome, List<TieredCollectionSpec.Pause> running) {
    List<Instant> edges = new ArrayList<>();
    outcome
        .verdicts()
        .values()
        .forEach(verdict -> verdict.decision().nextOpening().ifPresent(edges::add));
    running.forEach(pause -> edges.add(Instant.parse(Objects.requireNonNull(pause.until()))));
    return edges.stream()
        .filter(edge -> edge.isAfter(now) && edge.isBefore(now.plus(Duration.ofDays(400))))
        .distinct()
        .sorted()
        .limit(16)
        .toList();
  }
}
