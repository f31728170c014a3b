package io.tierkeeper.simulation.quality;

import io.tierkeeper.evaluation.EvaluationStep;
import io.tierkeeper.evaluation.MeasuredTenant;
import io.tierkeeper.evaluation.TenantMemory;
import io.tierkeeper.governance.Evaluation;
import io.tierkeeper.governance.TierState;
import io.tierkeeper.governance.decision.Decision;
import io.tierkeeper.governance.decision.DecisionChain;
import io.tierkeeper.governance.decision.DecisionInput;
import io.tierkeeper.governance.decision.DecisionPolicy;
import io.tierkeeper.governance.decision.DecisionRanking;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.Hold;
import io.tierkeeper.governance.decision.LastMove;
import io.tierkeeper.governance.decision.MeasuredCost;
import io.tierkeeper.governance.decision.MoveCosts;
import io.tierkeeper.governance.decision.MoveHistory;
import io.tierkeeper.governance.decision.Pin;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.simulation.quality.Trajectory.Moved;
import io.tierkeeper.simulation.trace.Timeline;
import io.tierkeeper.simulation.trace.Trace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Simulates a policy on a trace and a virtual clock, with the operator's own {@link EvaluationStep} and chain of rules. In
 * each step it measures, evaluates, decides, and begins the moves that are decided. What the step costs is charged in the
 * tier that serves the tenant: with {@link TenantMoves#prompt prompt} moves the one that was decided on, so that a move
 * takes effect at once and its duration is part of what it costs.
 *
 * <p>It differs from {@link io.tierkeeper.evaluation.CollectionEvaluation} in what surrounds that step: contributions are
 * the trace's fractional points; the first measurement stands for a step instead of for no time; a step decides only about
 * tenants that want to move, and begins as many moves as the limits allow instead of planning one; a move counts towards
 * the tenant's flap budget from its start, and restarts its stabilisation window.
 */
public final class PolicySimulation {
  private final EvaluationStep evaluation = new EvaluationStep();
  private final DecisionChain chain = new DecisionChain();
  private final Candidate candidate;
  private DecisionPolicy policy;
  private final Trace trace;
  private final Timeline timeline;
  private final double promotionShare;
  private final SimulationListener listener;
  private final TenantMoves movement;
  private final int count;
  private final List<Tenant> tenants = new ArrayList<>();
  /** All other tenants, which are never moved. */
  private final Tenant others = new Tenant(ReservedNames.OTHERS.toString());

  private final boolean[] served;
  private final boolean[] moving;
  private final double[] truth;
  private final double[] seen;
  private double[] seenBefore;
  private final double[][] sizes;
  private final boolean[][] dedicated;
  private final List<Moved> moves = new ArrayList<>();
  private @Nullable Instant measuredAt;
  private @Nullable Evaluation last;
  private int running;
  private int dedicatedCount;
  private final Map<Direction, List<Double>> costs = new EnumMap<>(Direction.class);

  private PolicySimulation(
      Candidate candidate,
      Trace trace,
      double promotionShare,
      SimulationListener listener,
      TenantMoves movement) {
    this.candidate = candidate;
    this.policy = candidate.decisions();
    this.trace = trace;
    this.timeline = trace.timeline();
    this.promotionShare = promotionShare;
    this.listener = listener;
    this.movement = movement;
    count = trace.tenants().size();
    trace.tenants().forEach(name -> tenants.add(new Tenant(name)));
    served = new boolean[count];
    moving = new boolean[count];
    truth = new double[count + 1];
    seen = new double[count + 1];
    seenBefore = new double[0];
    for (int i = 0; i < count; i++) {
      if (trace.startsDedicated(i)) {
        tenants.get(i).tier = TierState.DEDICATED;
        served[i] = true;
        dedicatedCount++;
      }
    }
    sizes = new double[count][timeline.steps()];
    dedicated = new boolean[count][timeline.steps()];
  }

  /**
   * Simulates the whole trace.
   *
   * @param promotionShare the share that true sizes are relative to
   */
  public static Trajectory run(Candidate candidate, Trace trace, double promotionShare) {
    return run(candidate, trace, promotionShare, (step, evaluation) -> {});
  }

  /** The same, reporting each evaluation. */
  public static Trajectory run(
      Candidate candidate, Trace trace, double promotionShare, SimulationListener listener) {
    return run(candidate, trace, promotionShare, listener, new PromptMoves(trace));
  }

  /** The same, with moves that are made in another way. */
  public static Trajectory run(
      Candidate candidate,
      Trace trace,
      double promotionShare,
      SimulationListener listener,
      TenantMoves movement) {
    return new PolicySimulation(candidate, trace, promotionShare, listener, movement).run();
  }

  /** The state of a tenant between two steps. */
  private static final class Tenant {
    private final String name;
    private TierState tier = TierState.FALLBACK;
    private TenantMemory memory = TenantMemory.FIRST;
    private long points;
    private @Nullable LastMove lastMove;
    private final List<Instant> recentMoves = new ArrayList<>();
    private int lastMoved = -1;

    /** Its relative size when its last move was decided. */
    private double movedSize;

    Tenant(String name) {
      this.name = name;
    }

    private double mass() {
      return Double.isNaN(memory.dampedMass()) ? 0 : memory.dampedMass();
    }
  }

  private Trajectory run() {
    boolean[] startsDedicated = served.clone();
    double whole = timeline.whole().toNanos();
    double points = 0;
    for (int step = 0; step < timeline.steps(); step++) {
      Instant now = timeline.at(step);
      arrive(now);
      trace.truth(step, served, truth);
      movement.sized(truth);
      double total = 0;
      for (double each : truth) {
        total += each;
      }
      points += total / (whole / timeline.held(step).toNanos());
      if (trace.measured(step, truth, moving, seen)) {
        evaluate(step, now);
      }
      decide(step, now);
      for (int i = 0; i < count; i++) {
        sizes[i][step] = total == 0 ? 0 : truth[i] / total / promotionShare;
        dedicated[i][step] = served[i];
      }
    }
    return new Trajectory(
        trace.tenants(), timeline, startsDedicated, sizes, dedicated, List.copyOf(moves), points);
  }

  private void arrive(Instant now) {
    for (TenantMoves.Ended end : movement.until(now)) {
      int i = end.tenant();
      Tenant tenant = tenants.get(i);
      Direction direction = Direction.from(tenant.tier);
      boolean promote = direction == Direction.PROMOTE;
      if (!end.succeeded()) {
        dedicatedCount -= promote ? 1 : 0;
        moves.set(tenant.lastMoved, moves.get(tenant.lastMoved).back());
      } else if (policy.costBand() != null && policy.costBand().measured() != null) {
        costs
            .computeIfAbsent(direction, key -> new ArrayList<>())
            .add(MeasuredCost.of(end.took(), tenant.movedSize));
        policy = policy.withMeasured(MoveCosts.over(costs));
      }
      if (end.succeeded() && !promote) {
        dedicatedCount--;
      }
      served[i] = promote == end.succeeded();
      tenant.tier = served[i] ? TierState.DEDICATED : TierState.FALLBACK;
      tenant.lastMove = new LastMove(
          direction, end.succeeded() ? LastMove.Outcome.SUCCEEDED : LastMove.Outcome.ABORTED, now);
      moving[i] = false;
      running--;
    }
  }

  private void evaluate(int step, Instant now) {
    List<MeasuredTenant<Tenant>> measured = new ArrayList<>(count + 1);
    for (int i = 0; i < count; i++) {
      measured.add(measured(tenants.get(i), seen[i], served[i]));
    }
    measured.add(measured(others, seen[count], false));
    EvaluationStep.Result<Tenant> result = evaluation.evaluate(
        measured,
        new EvaluationStep.Settings(
            now,
            candidate.parameters(),
            measuredAt == null ? timeline.usualStep() : Duration.between(measuredAt, now),
            last,
            !Arrays.equals(seen, seenBefore)));
    listener.evaluated(step, result.evaluation());
    if (!result.evaluation().known()) {
      return;
    }
    last = result.evaluation();
    seenBefore = seen.clone();
    measuredAt = now;
    tenants.forEach(tenant -> tenant.memory = TenantMemory.FIRST);
    others.memory = TenantMemory.FIRST;
    result.tenants().forEach(tenant -> tenant.tenant().key().memory = tenant.memory());
  }

  private MeasuredTenant<Tenant> measured(Tenant tenant, double contribution, boolean dedicated) {
    tenant.points = (long) contribution;
    return new MeasuredTenant<>(
        tenant,
        tenant.name,
        contribution,
        tenant.points,
        dedicated,
        tenant.tier,
        tenant.tier,
        tenant.memory,
        policy,
        Map.of());
  }

  private void decide(int step, Instant now) {
    Map<String, Integer> positions = new HashMap<>();
    List<Decision> decisions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Tenant tenant = tenants.get(i);
      Direction wanted = chain.wanted(
          policy, Pin.AUTO, tenant.tier, tenant.mass(), tenant.points, tenant.memory.account());
      if (wanted != null) {
        Decision decision = chain.decide(input(tenant, now));
        listener.decided(step, decision);
        if (!(decision instanceof Hold)) {
          decisions.add(decision);
          positions.put(tenant.name, i);
        }
      }
    }
    for (Decision decision : DecisionRanking.order(decisions)) {
      begin(Objects.requireNonNull(positions.get(decision.tenant())), decision, step, now);
    }
  }

  private DecisionInput input(Tenant tenant, Instant now) {
    return new DecisionInput(
        tenant.name,
        tenant.tier,
        policy,
        Pin.AUTO,
        now,
        tenant.memory.measured(tenant.mass(), tenant.points, measuredAt, null),
        new MoveHistory(tenant.lastMove, tenant.recentMoves),
        new DecisionInput.Circumstances(
            dedicatedCount,
            running,
            List.of(),
            candidate.windows().apply(now, Direction.from(tenant.tier)),
            null));
  }

  private void begin(int position, Decision decision, int step, Instant now) {
    Direction direction = Objects.requireNonNull(decision.advised());
    boolean promote = direction == Direction.PROMOTE;
    // Those decided before this one in the same step have taken what there was.
    if (running >= policy.limits().maxConcurrentMoves()
        || (promote && dedicatedCount >= policy.limits().maxDedicated())) {
      return;
    }
    Tenant tenant = tenants.get(position);
    tenant.tier = promote ? TierState.PROMOTING : TierState.DEMOTING;
    tenant.lastMoved = moves.size();
    tenant.movedSize = policy.promote().relativeSize(decision.dampedMass(), decision.points());
    tenant.memory = tenant.memory.withConditionFor(null).withConditionSince(null);
    Instant oldest = now.minus(policy.flapBudget().period());
    tenant.recentMoves.removeIf(move -> !move.isAfter(oldest));
    tenant.recentMoves.add(now);
    moves.add(new Moved(position, step, direction, truth[position], decision, false));
    movement.begin(position, direction, now);
    moving[position] = true;
    served[position] = movement.prompt() ? promote : served[position];
    running++;
    dedicatedCount += promote ? 1 : 0;
  }
}
