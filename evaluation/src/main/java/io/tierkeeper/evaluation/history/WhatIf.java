package io.tierkeeper.evaluation.history;

import io.tierkeeper.audit.ApprovalData;
import io.tierkeeper.audit.CheckpointData;
import io.tierkeeper.audit.CompositionData;
import io.tierkeeper.audit.DecisionData;
import io.tierkeeper.audit.ForeignMoverData;
import io.tierkeeper.audit.GapData;
import io.tierkeeper.audit.MeasurementData;
import io.tierkeeper.audit.MoveData;
import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.audit.PauseData;
import io.tierkeeper.audit.PolicyData;
import io.tierkeeper.audit.ProvisionData;
import io.tierkeeper.audit.RetentionData;
import io.tierkeeper.audit.UnreadableData;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.MoveSpans;
import io.tierkeeper.audit.history.RecordedInputs;
import io.tierkeeper.evaluation.CollectionEvaluation;
import io.tierkeeper.evaluation.CollectionMemory;
import io.tierkeeper.evaluation.CollectionMoves;
import io.tierkeeper.evaluation.EvaluationInput;
import io.tierkeeper.evaluation.EvaluationOutcome;
import io.tierkeeper.evaluation.EvaluationRules;
import io.tierkeeper.evaluation.Measurement;
import io.tierkeeper.evaluation.OpenMove;
import io.tierkeeper.evaluation.Restrictions;
import io.tierkeeper.evaluation.TenantCount;
import io.tierkeeper.evaluation.TenantIntent;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.governance.PenaltyTerm;
import io.tierkeeper.governance.decision.Decision;
import io.tierkeeper.governance.decision.DecisionPolicy;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.Hold;
import io.tierkeeper.governance.decision.LastMove;
import io.tierkeeper.governance.decision.MeasuredCost;
import io.tierkeeper.governance.decision.Mode;
import io.tierkeeper.governance.decision.MoveCosts;
import io.tierkeeper.governance.decision.MoveHistory;
import io.tierkeeper.governance.decision.Pin;
import io.tierkeeper.governance.decision.Thresholds;
import io.tierkeeper.governance.decision.WindowState;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.qdrant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Plays a recorded history under another policy, with the evaluation that the operator runs: the measurements, wishes,
 * pauses and foreign movers are those of the trail, the tiers follow from the policy.
 *
 * <p>It is asked at each recorded measurement; between two of them by the policy's own schedule for as long as masses
 * still settle, and whenever a window, a cooldown, a pause or a move ends. One collection's lines, in their order.
 */
final class WhatIf {

  /** A trail does not contain the kind of the index; with any kind, different texts are different tenants. */
  private static final TenantId.Kind TEXTS = TenantId.Kind.KEYWORD;

  private final Policy rules;
  private final RecordedWorld world;
  private final boolean allTenants;
  private final boolean everyTick;
  private final CollectionEvaluation evaluation = new CollectionEvaluation();
  private final RecordedPolicies policies = new RecordedPolicies();
  private final CollectionHistory happened = new CollectionHistory();
  private final CollectionHistory otherwise = new CollectionHistory();
  private final Map<String, Long> points = new HashMap<>();
  private final Map<String, Double> weights = new HashMap<>();
  private final Map<String, Double> sizes = new HashMap<>();
  private final Map<TenantId, Boolean> dedicated = new HashMap<>();
  private final Map<TenantId, OpenMove> open = new HashMap<>();
  private final Map<TenantId, Instant> ends = new HashMap<>();
  private final Map<TenantId, MoveHistory> history = new HashMap<>();
  private final Map<TenantId, Double> underWay = new HashMap<>();
  private final Map<Direction, List<Double>> costs = new EnumMap<>(Direction.class);
  private final MoveSpans moves = new MoveSpans();
  private final RecordedPenalties penalties;
  private final RecordedInputs recorded = new RecordedInputs();
  private CollectionMemory memory = CollectionMemory.EMPTY;
  private @Nullable EvaluationOutcome outcome;
  private @Nullable Instant began;
  private Instant now = Instant.MIN;
  private long evaluations;

  /** Since the last evaluation; the penalty of the moving tenant is another from then on. */
  private boolean moveBegan;

  /**
   * Prepares the play.
   *
   * @param rules the other policy, in a mode that moves
   * @param world of the same trail, complete
   * @param allTenants whether tenants may move that had no TenantTier
   * @param everyTick whether the policy is asked at every turn of its schedule, also where that changes nothing
   */
  WhatIf(Policy rules, RecordedWorld world, boolean allTenants, boolean everyTick) {
    this.rules = rules;
    this.world = world;
    this.allTenants = allTenants;
    this.everyTick = everyTick;
    penalties = new RecordedPenalties(rules.parameters().terms());
  }

  /** Takes in the next line of the trail. */
  void take(AuditLine line) throws NotReplayable {
    recorded.take(line);
    switch (line.data()) {
      case PolicyData policy -> policies.take(policy);
      case MeasurementData measurement -> measured(line.time(), measurement);
      case CompositionData other -> {}
      case MoveData move -> moved(line.time(), move);
      case UnreadableData unreadable -> unreadable(unreadable);
      // What these record is in the world, or follows from the other policy.
      case DecisionData other -> {}
      case ApprovalData other -> {}
      case RetentionData other -> {}
      case ProvisionData other -> {}
      case PauseData other -> {}
      case ForeignMoverData other -> {}
      case CheckpointData other -> {}
      case GapData other -> {}
    }
  }

  private static void unreadable(UnreadableData data) throws NotReplayable {
    switch (data.type()) {
      case POLICY, MEASUREMENT, COMPOSITION, MOVE, DECISION, PAUSE, FOREIGN_MOVER ->
        throw new NotReplayable(data.reason());
      case APPROVAL, RETENTION, PROVISION, CHECKPOINT, GAP -> {
        // Not needed here.
      }
    }
  }

  /** Plays on to the end of the trail. */
  void finish() {
    Instant last = world.last();
    if (began != null && last != null && last.isAfter(now)) {
      advance(last);
    }
  }

  // ---- the recorded world

  private void measured(Instant time, MeasurementData data) throws NotReplayable {
    if (!recorded.known()) {
      // The files before have what this line continues from.
      return;
    }
    if (began == null) {
      began = time;
      now = time;
    } else {
      advance(time);
    }
    Policy policy = policies.of(data.policy());
    Thresholds thresholds = policy.decisions().promote();
    Collection<CompositionData.Row> rows = recorded.tenants();
    penalties.take(
        rows,
        policy.parameters().terms().stream().map(PenaltyTerm::name).collect(Collectors.toSet()));
    points.clear();
    weights.clear();
    sizes.clear();
    double total = rows.stream().mapToDouble(CompositionData.Row::contribution).sum();
    Map<String, Boolean> served = new TreeMap<>();
    for (CompositionData.Row row : rows) {
      String tenant = row.tenant();
      if (id(tenant).equals(ReservedNames.OTHERS)) {
        continue;
      }
      long count = row.points();
      points.put(tenant, count);
      weights.put(tenant, count == 0 ? 1 : row.contribution() / count);
      sizes.put(tenant, thresholds.relativeSize(row.contribution() / total, count));
      served.put(tenant, RecordedComposition.state(row.tier()).hot());
    }
    happened.meet(served.keySet(), tenant -> served.getOrDefault(tenant, false));
    served.forEach((tenant, hot) -> {
      // While a move is at work its key comes and goes; what counts is how the move ends.
      if (!moves.moving(tenant)) {
        happened.place(tenant, hot, time, points.getOrDefault(tenant, 0L));
      }
      dedicated.putIfAbsent(id(tenant), hot);
    });
    otherwise.meet(served.keySet(), tenant -> dedicated.getOrDefault(id(tenant), false));
    evaluate();
  }

  private void moved(Instant time, MoveData move) {
    moves.follow(time, move);
    if (move.event() == MoveEvent.FINISHED && began != null) {
      advance(time);
      happened.place(
          move.tenant(),
          DecisionRecord.direction(move.direction()) == Direction.PROMOTE,
          time,
          points.getOrDefault(move.tenant(), 0L));
    }
  }

  // ---- the other policy

  /** Lets time pass until then, with everything that happens by itself on the way. */
  private void advance(Instant until) {
    Optional<Instant> next = next(until);
    while (next.isPresent()) {
      pass(next.get());
      evaluate();
      next = next(until);
    }
    pass(until);
  }

  private void pass(Instant to) {
    Duration held = Duration.between(now, to);
    happened.stay(tenant -> sizes.getOrDefault(tenant, 0.0), held);
    otherwise.stay(tenant -> sizes.getOrDefault(tenant, 0.0), held);
    now = to;
    List.copyOf(ends.keySet()).stream()
        .filter(tenant -> !Objects.requireNonNull(ends.get(tenant)).isAfter(to))
        .forEach(this::arrive);
  }

  private Optional<Instant> next(Instant until) {
    EvaluationOutcome last = outcome;
    boolean restless = last == null || last.changed() || moveBegan || everyTick || thin(last);
    Stream<Instant> gates = last == null
        ? Stream.empty()
        : last.verdicts().values().stream()
            .flatMap(verdict -> verdict.decision().nextOpening().stream());
    return Stream.of(
            gates,
            ends.values().stream(),
            world.nextEdge(now).stream(),
            restless ? rules.schedule().next(now).stream() : Stream.<Instant>empty())
        .flatMap(all -> all)
        .filter(at -> at.isAfter(now) && at.isBefore(until))
        .min(Instant::compareTo);
  }

  private boolean thin(EvaluationOutcome last) {
    return last.verdicts().values().stream()
        .anyMatch(verdict -> verdict.samples() < rules.decisions().minSamples());
  }

  private void evaluate() {
    evaluations++;
    moveBegan = false;
    Map<TenantId, TenantCount> counts = new HashMap<>();
    dedicated.forEach((tenant, own) -> {
      if (own) {
        counts.put(tenant, new TenantCount(0, true, true));
      }
    });
    points.forEach((tenant, count) -> {
      TenantId key = id(tenant);
      counts.put(key, new TenantCount(count, dedicated.getOrDefault(key, false), true));
    });
    Map<Direction, WindowState> windows = new EnumMap<>(Direction.class);
    for (Direction direction : Direction.values()) {
      windows.put(direction, rules.window(now, direction));
    }
    EvaluationOutcome found = evaluation.evaluate(new EvaluationInput(
        now,
        new EvaluationRules(rules.parameters(), rules.weighted(), rules.decisions()),
        TEXTS,
        intents(),
        0,
        new Measurement(now, counts, 0),
        memory,
        new CollectionMoves(open, history, open.size(), MoveCosts.over(costs)),
        new Restrictions(world.pauses(now), windows, world.waitingFor(now)),
        penalties.values()));
    memory = found.memory();
    outcome = found;
    found.plans().stream()
        .filter(plan -> !(plan.decision() instanceof Hold) && open.isEmpty())
        .forEach(this::start);
  }

  private Map<TenantId, TenantIntent> intents() {
    Map<TenantId, TenantIntent> intents = new HashMap<>();
    for (String tenant : allTenants ? points.keySet() : world.named()) {
      Optional<RecordedWorld.Named> wish = world.named(tenant, now);
      TenantId key = id(tenant);
      DecisionPolicy policy = wish.isPresent() && wish.get().overrides() != null
          ? rules.decisions(wish.get().overrides())
          : rules.decisions();
      intents.put(
          key,
          new TenantIntent(
              tenant,
              key,
              wish.map(RecordedWorld.Named::pin).orElse(Pin.AUTO),
              weights.getOrDefault(tenant, 1.0),
              policy));
    }
    return intents;
  }

  private void start(EvaluationOutcome.Plan plan) {
    Direction direction = Objects.requireNonNull(plan.decision().advised());
    open.put(
        plan.tenant(),
        new OpenMove("what-if-" + plan.tenant().text(TEXTS), direction, OpenMove.Stage.WORKING));
    Duration time = world.moveTime(direction);
    ends.put(plan.tenant(), now.plus(time));
    Decision decision = plan.decision();
    double size =
        plan.intent().policy().promote().relativeSize(decision.dampedMass(), decision.points());
    underWay.put(plan.tenant(), MeasuredCost.of(time, size));
    moveBegan = true;
  }

  private static TenantId id(String text) {
    return TenantId.parse(text, TEXTS);
  }

  private void arrive(TenantId tenant) {
    OpenMove move = Objects.requireNonNull(open.remove(tenant));
    costs
        .computeIfAbsent(move.direction(), key -> new ArrayList<>())
        .add(Objects.requireNonNull(underWay.remove(tenant)));
    ends.remove(tenant);
    boolean own = move.direction() == Direction.PROMOTE;
    dedicated.put(tenant, own);
    String text = tenant.text(TEXTS);
    otherwise.place(text, own, now, points.getOrDefault(text, 0L));
    List<Instant> recent =
        new ArrayList<>(history.getOrDefault(tenant, MoveHistory.NONE).recent());
    recent.add(now);
    history.put(
        tenant,
        new MoveHistory(new LastMove(move.direction(), LastMove.Outcome.SUCCEEDED, now), recent));
  }

  // ---- what came of it

  /**
   * Both histories.
   *
   * @param given the policy as it was given, whose mode may be another
   */
  WhatIfReport report(Policy given) {
    Map<String, HistoryFigures> was = happened.figures();
    Map<String, HistoryFigures> would = otherwise.figures();
    TreeSet<String> names = new TreeSet<>(was.keySet());
    names.addAll(would.keySet());
    Map<String, WhatIfReport.Row> rows = new TreeMap<>();
    HistoryFigures allWas = HistoryFigures.NONE;
    HistoryFigures allWould = HistoryFigures.NONE;
    for (String tenant : names) {
      HistoryFigures a = was.getOrDefault(tenant, HistoryFigures.NONE);
      HistoryFigures b = would.getOrDefault(tenant, HistoryFigures.NONE);
      allWas = allWas.plus(a);
      allWould = allWould.plus(b);
      if (a.eventful() || b.eventful()) {
        rows.put(tenant, new WhatIfReport.Row(a, b));
      }
    }
    return new WhatIfReport(
        given.name(),
        given.hash(),
        Objects.requireNonNullElse(began, Instant.EPOCH),
        now,
        evaluations,
        assumptions(given),
        rows,
        new WhatIfReport.History(allWas, happened.peakDedicated()),
        new WhatIfReport.History(allWould, otherwise.peakDedicated()));
  }

  private List<String> assumptions(Policy given) {
    List<String> all = new ArrayList<>();
    Mode mode = given.decisions().mode();
    if (mode == Mode.OFF || mode == Mode.RECOMMEND) {
      all.add("mode " + mode.label()
          + " moves nothing; it is played as if every advice were followed at once");
    } else {
      all.add("whatever needs approval is approved at once");
    }
    for (Direction direction : Direction.values()) {
      Duration taken = world.moveTime(direction);
      all.add("a move to " + direction.label().toLowerCase(java.util.Locale.ROOT) + " takes "
          + taken.toMillis() / 1000.0 + " s"
          + (world.recordsMoveTime(direction)
              ? ", the median of those recorded"
              : ", since none was recorded"));
    }
    all.addAll(penalties.assumptions());
    all.add(
        allTenants
            ? "every tenant may move, with or without a TenantTier"
            : "only tenants that had a TenantTier may move: " + world.named().size());
    return all;
  }
}
