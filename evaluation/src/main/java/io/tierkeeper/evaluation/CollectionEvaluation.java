package io.tierkeeper.evaluation;

import io.tierkeeper.evaluation.EvaluationOutcome.Plan;
import io.tierkeeper.evaluation.OpenMove.Stage;
import io.tierkeeper.governance.Evaluation;
import io.tierkeeper.governance.Evaluator;
import io.tierkeeper.governance.Regime;
import io.tierkeeper.governance.RegimeEvaluation;
import io.tierkeeper.governance.TierState;
import io.tierkeeper.governance.Window;
import io.tierkeeper.governance.decision.CostAccount;
import io.tierkeeper.governance.decision.CostBand;
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
import io.tierkeeper.governance.decision.TierCost;
import io.tierkeeper.qdrant.ShardKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One evaluation of a collection: compose, damp, decide, choose whom to plan. Looks at nothing but its input. */
public final class CollectionEvaluation {

  /** Masses that differ by less are the same: what is left when damping has come to rest. */
  private static final double SAME = 1e-9;

  private final Evaluator evaluator = new Evaluator();
  private final DecisionChain chain = new DecisionChain();

  /** The same input gives the same outcome, bit for bit. */
  public EvaluationOutcome evaluate(EvaluationInput input) {
    return new Run(input).run();
  }

  /** The state of one evaluation. */
  private final class Run {
    private final EvaluationInput input;
    /** For tenants that nobody named. */
    private final DecisionPolicy common;

    private final CollectionMemory memory;
    private final @Nullable Measurement measurement;
    private final Map<String, ShardKey> keys = new HashMap<>();
    private final Map<ShardKey, RegimeEvaluation> numbers = new HashMap<>();
    private @Nullable Evaluation evaluation;
    private boolean changed;

    Run(EvaluationInput input) {
      this.input = input;
      common = input.policy().withMeasured(input.costs());
      memory = input.memory();
      measurement = input.measurement() == null ? memory.measurement() : input.measurement();
    }

    EvaluationOutcome run() {
      evaluation = memory.evaluation();
      if (input.measurement() != null) {
        compose(input.measurement());
      } else if (evaluation != null && memory.measurement() != null) {
        memory.measurement().tenants().keySet().forEach(key -> keys.put(key.toString(), key));
        memory.tenants().keySet().forEach(key -> keys.putIfAbsent(key.toString(), key));
      }
      if (evaluation != null) {
        evaluation.regimes().forEach(row -> numbers.put(key(row.tenant()), row));
      }
      Map<ShardKey, TenantMemory> next = remember();
      int dedicated = measurement == null
          ? 0
          : (int) measurement.tenants().values().stream()
              .filter(TenantCount::dedicated)
              .count();
      int promised = dedicated
          + (int) input.openMoves().entrySet().stream()
              .filter(move ->
                  move.getValue().direction() == Direction.PROMOTE && !isDedicated(move.getKey()))
              .count();
      Map<ShardKey, TenantVerdict> verdicts = new LinkedHashMap<>();
      for (ShardKey tenant : judged()) {
        TenantVerdict verdict =
            judge(tenant, next.getOrDefault(tenant, memory.of(tenant)), promised);
        verdicts.put(tenant, verdict);
        next.computeIfPresent(tenant, (key, old) -> withVerdict(old, verdict));
      }
      return new EvaluationOutcome(
          new CollectionMemory(next, measurement, evaluation),
          evaluation,
          verdicts,
          plans(verdicts, promised),
          dedicated,
          changed);
    }

    private void compose(Measurement measured) {
      Set<ShardKey> tenants = new LinkedHashSet<>(measured.tenants().keySet());
      // Who has vanished decays; the evaluator drops them below its floor.
      tenants.addAll(memory.tenants().keySet());
      List<Regime> regimes = new ArrayList<>(tenants.size());
      for (ShardKey tenant : tenants) {
        keys.put(tenant.toString(), tenant);
        TenantMemory remembered = memory.of(tenant);
        double contribution = points(tenant) * weight(tenant);
        if (Double.isNaN(remembered.dampedMass()) && contribution == 0) {
          continue;
        }
        regimes.add(new Regime(
            tenant.toString(),
            contribution,
            tier(tenant),
            remembered.dampedMass(),
            remembered.window(),
            input.values().of(tenant.toString())));
      }
      Evaluation before = memory.evaluation();
      Evaluation after = evaluator.evaluate(regimes, input.parameters());
      changed = before == null
          || memory.measurement() == null
          || !memory.measurement().tenants().equals(measured.tenants())
          || differ(before, after);
      evaluation = after;
    }

    private boolean differ(Evaluation before, Evaluation after) {
      if (before.regimes().size() != after.regimes().size()) {
        return true;
      }
      for (int i = 0; i < before.regimes().size(); i++) {
        RegimeEvaluation a = before.regimes().get(i);
        RegimeEvaluation b = after.regimes().get(i);
        if (!a.tenant().equals(b.tenant())
            || a.state() != b.state()
            // At rest it changes no mass, but what decisions say of it must stand in a line.
            || !a.penalty().equals(b.penalty())
            || Math.abs(a.dampedMass() - b.dampedMass()) > SAME) {
          return true;
        }
      }
      return false;
    }

    private Map<ShardKey, TenantMemory> remember() {
      if (input.measurement() == null || evaluation == null || measurement == null) {
        return new HashMap<>(memory.tenants());
      }
      Map<ShardKey, TenantMemory> next = new HashMap<>();
      for (RegimeEvaluation row : evaluation.regimes()) {
        ShardKey tenant = key(row.tenant());
        TenantMemory old = memory.of(tenant);
        CostAccount account = account(tenant, old, row.observedMass());
        Direction holds = chain.wanted(
            policy(tenant), Pin.AUTO, settled(tenant), row.dampedMass(), points(tenant), account);
        boolean goesOn = holds != null && holds == old.conditionFor();
        // A measurement that changes nothing leaves no line in the trail, so it must leave no trace
        // here either.
        boolean trace = changed && evaluation.known();
        next.put(
            tenant,
            new TenantMemory(
                trace || Double.isNaN(old.dampedMass()) ? row.dampedMass() : old.dampedMass(),
                trace
                    ? old.window().append(row.dampedMass(), input.parameters().window())
                    : old.window(),
                evaluation.known() ? old.samples() + 1 : old.samples(),
                holds,
                holds == null ? null : goesOn ? old.conditionSince() : input.now(),
                old.verdict(),
                old.verdictSince(),
                account));
      }
      measurement.tenants().forEach((tenant, count) -> {
        if (count.dedicated() && policy(tenant).costBand() != null) {
          next.computeIfAbsent(tenant, this::emptied);
        }
      });
      return next;
    }

    /** The evaluator leaves out whom nothing is left of; the shard key of its own is there and costs. */
    private TenantMemory emptied(ShardKey tenant) {
      TenantMemory old = memory.of(tenant);
      return new TenantMemory(
          Double.NaN,
          Window.empty(),
          old.samples() + 1,
          null,
          null,
          old.verdict(),
          old.verdictSince(),
          account(tenant, old, 0));
    }

    /** What the tenant's cost band remembers after this measurement; time counts, not the number of measurements. */
    private @Nullable CostAccount account(ShardKey tenant, TenantMemory old, double observedMass) {
      DecisionPolicy policy = policy(tenant);
      CostBand band = policy.costBand();
      if (band == null) {
        return null;
      }
      if (Double.isNaN(observedMass)) {
        return old.account();
      }
      TierState tier = tier(tenant);
      boolean dedicated = tier == TierState.DEDICATED || tier == TierState.PROMOTING;
      return band.measured(
          old.account() == null ? band.open(dedicated) : old.account(),
          dedicated,
          TierCost.of(policy.promote().relativeSize(observedMass, points(tenant)), elapsed()));
    }

    /** Since the last measurement; nothing where there was none, or where the clock was set back. */
    private Duration elapsed() {
      Measurement before = memory.measurement();
      if (before == null || measurement == null || measurement.at().isBefore(before.at())) {
        return Duration.ZERO;
      }
      return Duration.between(before.at(), measurement.at());
    }

    /** Those that somebody named, then the biggest others. */
    private Set<ShardKey> judged() {
      Set<ShardKey> tenants = new LinkedHashSet<>();
      input.intents().keySet().stream()
          .sorted(Comparator.comparing(ShardKey::toString))
          .forEach(tenants::add);
      numbers.values().stream()
          .filter(row -> !Measurement.OTHERS.toString().equals(row.tenant()))
          .sorted(Comparator.comparingDouble(RegimeEvaluation::dampedMass)
              .reversed()
              .thenComparing(RegimeEvaluation::tenant))
          .limit(input.reported())
          .map(row -> key(row.tenant()))
          .forEach(tenants::add);
      return tenants;
    }

    private TenantVerdict judge(ShardKey tenant, TenantMemory now, int promised) {
      RegimeEvaluation row = numbers.get(tenant);
      TierState tier = tier(tenant);
      OpenMove own = input.openMoves().get(tenant);
      TierState judgedTier =
          own == null || own.stage() == Stage.WAITING ? tier : moving(own.direction());
      MoveHistory history = input.history().getOrDefault(tenant, MoveHistory.NONE);
      TenantIntent intent = input.intents().get(tenant);
      DecisionInput seen = new DecisionInput(
          tenant.toString(),
          judgedTier,
          row == null ? 0 : row.dampedMass(),
          points(tenant),
          policy(tenant),
          intent == null ? Pin.AUTO : intent.pin(),
          input.now(),
          measurement == null ? null : measurement.at(),
          now.samples(),
          now.conditionSince(),
          history.last(),
          history.recent(),
          own != null && own.direction() == Direction.PROMOTE && !isDedicated(tenant)
              ? promised - 1
              : promised,
          othersAtWork(tenant),
          input.pauses(),
          java.util.Objects.requireNonNull(input.windows().get(Direction.from(judgedTier))),
          input.waitingFor(),
          now.account(),
          row == null ? null : row.penalty());
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
    private int othersAtWork(ShardKey tenant) {
      boolean here = input.openMoves().entrySet().stream()
          .anyMatch(
              move -> !move.getKey().equals(tenant) && move.getValue().stage() == Stage.WORKING);
      OpenMove own = input.openMoves().get(tenant);
      int others = input.clusterMoves() - (own != null && own.stage() == Stage.WORKING ? 1 : 0);
      return here
          ? Math.max(others, policy(tenant).limits().maxConcurrentMoves())
          : Math.max(0, others);
    }

    private List<Plan> plans(Map<ShardKey, TenantVerdict> verdicts, int promised) {
      int room = input.policy().limits().maxDedicated() - promised;
      boolean queueFree =
          input.openMoves().values().stream().noneMatch(move -> move.stage() == Stage.WAITING);
      List<Plan> plans = new ArrayList<>();
      for (Decision decision : DecisionRanking.order(
          verdicts.values().stream().map(TenantVerdict::decision).toList())) {
        plan(decision, key(decision.tenant()), plans, queueFree, room);
      }
      // A closed window does not keep people from reading and approving a plan before it opens.
      for (TenantVerdict verdict : verdicts.values()) {
        if (verdict.decision() instanceof Hold hold
            && hold.reason() == DecisionReason.OUTSIDE_WINDOW) {
          plan(hold, verdict.tenant(), plans, queueFree, room);
        }
      }
      return List.copyOf(plans);
    }

    private void plan(
        Decision decision, ShardKey tenant, List<Plan> plans, boolean queueFree, int room) {
      TenantIntent intent = input.intents().get(tenant);
      Direction direction = decision.advised();
      if (intent == null || direction == null || input.openMoves().containsKey(tenant)) {
        return;
      }
      long promotions = plans.stream()
          .filter(plan -> plan.decision().advised() == Direction.PROMOTE)
          .count();
      boolean approval = intent.policy().needsApproval(direction);
      // Plans that nobody needs to read are made when their turn comes: an older one would only go
      // stale.
      boolean first = queueFree
          && plans.stream().allMatch(plan -> plan.intent().policy().needsApproval(advised(plan)));
      if ((approval || first) && (direction == Direction.DEMOTE || promotions < room)) {
        plans.add(new Plan(tenant, intent, decision));
      }
    }

    private Direction advised(Plan plan) {
      return java.util.Objects.requireNonNull(plan.decision().advised());
    }

    private TenantMemory withVerdict(TenantMemory old, TenantVerdict verdict) {
      return new TenantMemory(
          old.dampedMass(),
          old.window(),
          old.samples(),
          old.conditionFor(),
          old.conditionSince(),
          inShort(verdict.decision()),
          verdict.since(),
          old.account());
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

    private ShardKey key(String tenant) {
      return keys.getOrDefault(tenant, ShardKey.of(tenant));
    }

    private DecisionPolicy policy(ShardKey tenant) {
      TenantIntent intent = input.intents().get(tenant);
      return intent == null ? common : intent.policy().withMeasured(input.costs());
    }

    private double weight(ShardKey tenant) {
      TenantIntent intent = input.intents().get(tenant);
      return input.weighted() && intent != null ? intent.weight() : 1;
    }

    private long points(ShardKey tenant) {
      TenantCount count = measurement == null ? null : measurement.tenants().get(tenant);
      return count == null ? 0 : count.points();
    }

    private boolean isDedicated(ShardKey tenant) {
      TenantCount count = measurement == null ? null : measurement.tenants().get(tenant);
      return count != null && count.dedicated();
    }

    /** Where the tenant is served from, and whether a move is changing that. */
    private TierState tier(ShardKey tenant) {
      OpenMove own = input.openMoves().get(tenant);
      return own != null && own.stage() == Stage.WORKING && !arrived(tenant, own)
          ? moving(own.direction())
          : settled(tenant);
    }

    /** Verified and switched over, though the move still has to tidy up. */
    private boolean arrived(ShardKey tenant, OpenMove move) {
      return isDedicated(tenant) == (move.direction() == Direction.PROMOTE);
    }

    private TierState settled(ShardKey tenant) {
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
