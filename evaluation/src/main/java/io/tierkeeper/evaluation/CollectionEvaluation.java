package io.tierkeeper.evaluation;

import io.tierkeeper.evaluation.EvaluationOutcome.Plan;
import io.tierkeeper.evaluation.OpenMove.Stage;
import io.tierkeeper.governance.Evaluation;
import io.tierkeeper.governance.RegimeEvaluation;
import io.tierkeeper.governance.TierState;
import io.tierkeeper.governance.decision.Decision;
import io.tierkeeper.governance.decision.DecisionChain;
import io.tierkeeper.governance.decision.DecisionInput;
import io.tierkeeper.governance.decision.DecisionPolicy;
import io.tierkeeper.governance.decision.DecisionRanking;
import io.tierkeeper.governance.decision.DecisionReason;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.Gate;
import io.tierkeeper.governance.decision.Hold;
import io.tierkeeper.governance.decision.Pin;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.qdrant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One evaluation of a collection: measure, damp, decide, choose which moves to plan. Depends on nothing but its input. */
public final class CollectionEvaluation {

  private final EvaluationStep step = new EvaluationStep();
  private final DecisionChain chain = new DecisionChain();

  /** The same input gives the same outcome, bit for bit. */
  public EvaluationOutcome evaluate(EvaluationInput input) {
    return new Run(input).run();
  }

  /** The state of one evaluation. */
  private final class Run {
    private final EvaluationInput input;
    /** For tenants without a TenantTier. */
    private final DecisionPolicy common;

    private final CollectionMemory memory;
    private final @Nullable Measurement measurement;
    private final Map<TenantId, RegimeEvaluation> numbers = new HashMap<>();
    private final Map<TenantId, TenantMemory> next = new HashMap<>();
    private @Nullable Evaluation evaluation;
    private final Map<String, TierState> dropped = new HashMap<>();
    private boolean changed;

    Run(EvaluationInput input) {
      this.input = input;
      common = input.rules().decisions().withMeasured(input.moves().costs());
      memory = input.memory();
      measurement =
          input.measurement() == null ? memory.measurement() : served(input.measurement());
    }

    EvaluationOutcome run() {
      if (input.measurement() == null || measurement == null) {
        repeat();
      } else {
        measure(measurement);
      }
      int dedicated = measurement == null
          ? 0
          : (int)
              measurement.tenants().keySet().stream().filter(this::isDedicated).count();
      int promised = dedicated
          + (int) input.moves().open().entrySet().stream()
              .filter(move ->
                  move.getValue().direction() == Direction.PROMOTE && !isDedicated(move.getKey()))
              .count();
      Map<TenantId, TenantVerdict> verdicts = new LinkedHashMap<>();
      for (TenantId tenant : judged()) {
        TenantVerdict verdict =
            judge(tenant, next.getOrDefault(tenant, memory.of(tenant)), promised);
        verdicts.put(tenant, verdict);
        next.computeIfPresent(
            tenant,
            (key, old) ->
                old.withVerdict(inShort(verdict.decision())).withVerdictSince(verdict.since()));
      }
      return new EvaluationOutcome(
          input.tenantIndex(),
          new CollectionMemory(next, measurement, evaluation),
          evaluation,
          verdicts,
          plans(verdicts, promised),
          dedicated,
          dropped,
          changed);
    }

    /**
     * The measurement with the tier that the journals of open moves say, which is remembered: also if the next measurement
     * fails, a move that has ended meanwhile leaves its tenant where it has brought it. Of a key that serves a tenant and is not
     * Active, such as one that is being placed, the last count holds: the fallback has at most an old copy.
     */
    private Measurement served(Measurement measured) {
      Map<TenantId, TenantCount> tenants = new HashMap<>(measured.tenants());
      input.moves().open().forEach((tenant, own) -> {
        TierState tier = own.tier();
        TenantCount count = tenants.get(tenant);
        if (tier == null) {
          return;
        }
        TenantCount last =
            memory.measurement() == null ? null : memory.measurement().tenants().get(tenant);
        boolean old = tier.hot() && last != null && (count == null || !count.dedicated());
        TenantCount known = old ? last : count;
        if (known != null) {
          tenants.put(tenant, new TenantCount(known.points(), tier.hot(), known.exact()));
        }
      });
      return new Measurement(
          measured.at(), tenants, measured.fallbackPoints(), measured.anomalies());
    }

    /** Without a measurement the last one still holds. */
    private void repeat() {
      next.putAll(memory.tenants());
      evaluation = memory.evaluation();
      if (evaluation != null) {
        evaluation
            .regimes()
            .forEach(row -> numbers.put(TenantId.parse(row.tenant(), input.tenantIndex()), row));
      }
    }

    private void measure(Measurement measured) {
      Set<TenantId> tenants = new LinkedHashSet<>(measured.tenants().keySet());
      // Who has vanished decays; the evaluator drops them below its floor.
      tenants.addAll(memory.tenants().keySet());
      EvaluationStep.Result<TenantId> result = step.evaluate(
          tenants.stream().map(this::measured).toList(),
          new EvaluationStep.Settings(
              input.now(),
              input.rules().parameters(),
              elapsed(measured),
              memory.evaluation(),
              memory.measurement() == null
                  || !memory.measurement().tenants().equals(measured.tenants())));
      evaluation = result.evaluation();
      changed = result.changed();
      result.dropped().forEach(tenant -> dropped.put(tenant.name(), tenant.tier()));
      for (EvaluationStep.RememberedTenant<TenantId> tenant : result.tenants()) {
        next.put(tenant.tenant().key(), tenant.memory());
        if (tenant.numbers() != null) {
          numbers.put(tenant.tenant().key(), tenant.numbers());
        }
      }
    }

    private MeasuredTenant<TenantId> measured(TenantId tenant) {
      String name = text(tenant);
      return new MeasuredTenant<>(
          tenant,
          name,
          points(tenant) * weight(tenant),
          points(tenant),
          isDedicated(tenant),
          tier(tenant),
          settled(tenant),
          memory.of(tenant),
          policy(tenant),
          input.values().of(name));
    }

    /** Since the last measurement; nothing where there was none, or where the clock was set back. */
    private Duration elapsed(Measurement measured) {
      Measurement before = memory.measurement();
      return before == null || measured.at().isBefore(before.at())
          ? Duration.ZERO
          : Duration.between(before.at(), measured.at());
    }

    /** Those that have a TenantTier, then the biggest others. */
    private Set<TenantId> judged() {
      Set<TenantId> tenants = new LinkedHashSet<>();
      input.intents().keySet().stream()
          .sorted(Comparator.comparing(this::text))
          .forEach(tenants::add);
      numbers.entrySet().stream()
          .filter(row -> !ReservedNames.OTHERS.equals(row.getKey()))
          .sorted(Comparator.<Map.Entry<TenantId, RegimeEvaluation>>comparingDouble(
                  row -> row.getValue().dampedMass())
              .reversed()
              .thenComparing(row -> row.getValue().tenant()))
          .limit(input.reported())
          .map(Map.Entry::getKey)
          .forEach(tenants::add);
      return tenants;
    }

    private TenantVerdict judge(TenantId tenant, TenantMemory now, int promised) {
      RegimeEvaluation row = numbers.get(tenant);
      TierState tier = tier(tenant);
      OpenMove own = input.moves().open().get(tenant);
      TierState judgedTier =
          own == null || own.stage() == Stage.WAITING ? tier : moving(own.direction());
      TenantIntent intent = input.intents().get(tenant);
      DecisionInput seen = new DecisionInput(
          text(tenant),
          judgedTier,
          policy(tenant),
          intent == null ? Pin.AUTO : intent.pin(),
          input.now(),
          now.measured(
              row == null ? 0 : row.dampedMass(),
              points(tenant),
              measurement == null ? null : measurement.at(),
              row == null ? null : row.penalty()),
          input.moves().finished(tenant),
          new DecisionInput.Circumstances(
              own != null && own.direction() == Direction.PROMOTE && !isDedicated(tenant)
                  ? promised - 1
                  : promised,
              othersAtWork(tenant),
              input.restrictions().pauses(),
              Objects.requireNonNull(
                  input.restrictions().windows().get(Direction.from(judgedTier))),
              input.restrictions().waitingFor()));
      Decision decision = chain.decide(seen);
      String verdict = inShort(decision);
      TenantMemory before = memory.of(tenant);
      boolean news = !verdict.equals(before.verdict());
      Instant since = news || before.verdictSince() == null ? input.now() : before.verdictSince();
      return new TenantVerdict(
          tenant,
          tier,
          points(tenant),
          row,
          before.window(),
          now.samples(),
          decision,
          seen,
          since,
          news);
    }

    /** Within a collection one move works at a time, whatever the cluster's limit. */
    private int othersAtWork(TenantId tenant) {
      boolean here = input.moves().open().entrySet().stream()
          .anyMatch(
              move -> !move.getKey().equals(tenant) && move.getValue().stage() == Stage.WORKING);
      OpenMove own = input.moves().open().get(tenant);
      int others =
          input.moves().busyOnCluster() - (own != null && own.stage() == Stage.WORKING ? 1 : 0);
      return here
          ? Math.max(others, policy(tenant).limits().maxConcurrentMoves())
          : Math.max(0, others);
    }

    private List<Plan> plans(Map<TenantId, TenantVerdict> verdicts, int promised) {
      int room = input.rules().decisions().limits().maxDedicated() - promised;
      boolean queueFree =
          input.moves().open().values().stream().noneMatch(move -> move.stage() == Stage.WAITING);
      List<Plan> plans = new ArrayList<>();
      IdentityHashMap<Decision, TenantId> tenants = new IdentityHashMap<>();
      verdicts.values().forEach(verdict -> tenants.put(verdict.decision(), verdict.tenant()));
      for (Decision decision : DecisionRanking.order(
          verdicts.values().stream().map(TenantVerdict::decision).toList())) {
        plan(decision, Objects.requireNonNull(tenants.get(decision)), plans, queueFree, room);
      }
      // A plan may be read and approved before its window opens.
      for (TenantVerdict verdict : verdicts.values()) {
        if (verdict.decision() instanceof Hold hold
            && hold.reason() == DecisionReason.OUTSIDE_WINDOW) {
          plan(hold, verdict.tenant(), plans, queueFree, room);
        }
      }
      return List.copyOf(plans);
    }

    private void plan(
        Decision decision, TenantId tenant, List<Plan> plans, boolean queueFree, int room) {
      TenantIntent intent = input.intents().get(tenant);
      Direction direction = decision.advised();
      if (intent == null || direction == null || input.moves().open().containsKey(tenant)) {
        return;
      }
      long promotions = plans.stream()
          .filter(plan -> plan.decision().advised() == Direction.PROMOTE)
          .count();
      boolean approval = intent.policy().needsApproval(direction);
      // A plan that needs no approval is made when its move can start: an older one would be stale.
      boolean first = queueFree
          && plans.stream().allMatch(plan -> plan.intent().policy().needsApproval(advised(plan)));
      if ((approval || first) && (direction == Direction.DEMOTE || promotions < room)) {
        plans.add(new Plan(tenant, intent, decision));
      }
    }

    private Direction advised(Plan plan) {
      return Objects.requireNonNull(plan.decision().advised());
    }

    private String inShort(Decision decision) {
      Direction advised = decision.advised();
      return (decision instanceof Hold ? "Hold" : "Move")
          + " " + (advised == null ? "-" : advised.label())
          + " " + decision.reason().label()
          + decision.gates().stream()
              .filter(gate -> !gate.met())
              .map(Gate::name)
              .collect(Collectors.joining(",", " [", "]"));
    }

    private String text(TenantId tenant) {
      return tenant.text(input.tenantIndex());
    }

    private DecisionPolicy policy(TenantId tenant) {
      TenantIntent intent = input.intents().get(tenant);
      return intent == null
          ? common
          : intent.policy().withMeasured(input.moves().costs());
    }

    private double weight(TenantId tenant) {
      TenantIntent intent = input.intents().get(tenant);
      return input.rules().weighted() && intent != null ? intent.weight() : 1;
    }

    private long points(TenantId tenant) {
      TenantCount count = measurement == null ? null : measurement.tenants().get(tenant);
      return count == null ? 0 : count.points();
    }

    /**
     * Whether the tenant's own shard key serves it. The journal of an open move decides: a key of which a replica is being
     * placed is not Active, and so is one that a demotion has frozen.
     */
    private boolean isDedicated(TenantId tenant) {
      OpenMove own = input.moves().open().get(tenant);
      if (own != null && own.tier() != null) {
        return own.tier().hot();
      }
      TenantCount count = measurement == null ? null : measurement.tenants().get(tenant);
      return count != null && count.dedicated();
    }

    /** Where the tenant is served from, and whether a move is changing that. */
    private TierState tier(TenantId tenant) {
      OpenMove own = input.moves().open().get(tenant);
      return own == null || own.tier() == null ? settled(tenant) : own.tier();
    }

    private TierState settled(TenantId tenant) {
      return isDedicated(tenant) ? TierState.DEDICATED : TierState.FALLBACK;
    }
  }

  private static TierState moving(Direction direction) {
    return switch (direction) {
      case PROMOTE -> TierState.PROMOTING;
      case DEMOTE -> TierState.DEMOTING;
    };
  }
}
