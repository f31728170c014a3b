package io.tierkeeper.simulation.quality;

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
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.Hold;
import io.tierkeeper.governance.decision.LastMove;
import io.tierkeeper.governance.decision.MeasuredCost;
import io.tierkeeper.governance.decision.MoveCosts;
import io.tierkeeper.governance.decision.Pin;
import io.tierkeeper.governance.decision.TierCost;
import io.tierkeeper.simulation.quality.Course.Moved;
import io.tierkeeper.simulation.trace.Timeline;
import io.tierkeeper.simulation.trace.Trace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Plays a trace under a policy on a virtual clock, with the evaluator and the chain of rules that the operator has. In
 * each step it measures, evaluates, decides, and begins the moves that are decided. What the step costs is charged in the
 * tier that serves the tenant: with {@link TenantMoves#prompt prompt} moves the one that was decided on, so that a move
 * takes effect at once and its duration is part of what it costs.
 */
public final class Simulator {
  /** Everybody who is never moved; no tenant is called so. */
  private static final String REST = "\uffff";

  private final Evaluator evaluator = new Evaluator();
  private final DecisionChain chain = new DecisionChain();
  private final Candidate candidate;
  private DecisionPolicy policy;
  private final Trace trace;
  private final Timeline timeline;
  private final double promotionShare;
  private final CourseListener listener;
  private final TenantMoves movement;
  private final int count;
  private final List<Tenant> tenants = new ArrayList<>();
  private final boolean[] served;
  private final boolean[] moving;
  private final double[] truth;
  private final double[] seen;
  private final double[][] sizes;
  private final boolean[][] dedicated;
  private final List<Moved> moves = new ArrayList<>();
  private @Nullable Instant measuredAt;
  private double restMass = Double.NaN;
  private Window restWindow = Window.empty();
  private int running;
  private int dedicatedCount;
  private final Map<Direction, List<Double>> costs = new EnumMap<>(Direction.class);

  private Simulator(
      Candidate candidate,
      Trace trace,
      double promotionShare,
      CourseListener listener,
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
   * Plays the whole trace.
   *
   * @param promotionShare the share by which true sizes are told
   */
  public static Course run(Candidate candidate, Trace trace, double promotionShare) {
    return run(candidate, trace, promotionShare, (step, evaluation) -> {});
  }

  /** The same, telling of each evaluation. */
  public static Course run(
      Candidate candidate, Trace trace, double promotionShare, CourseListener listener) {
    return run(candidate, trace, promotionShare, listener, new PromptMoves(trace));
  }

  /** The same, with moves that are made in another way. */
  public static Course run(
      Candidate candidate,
      Trace trace,
      double promotionShare,
      CourseListener listener,
      TenantMoves movement) {
    return new Simulator(candidate, trace, promotionShare, listener, movement).run();
  }

  /** What is remembered of a tenant between two evaluations. */
  private static final class Tenant {
    private final String name;
    private TierState tier = TierState.FALLBACK;
    private double mass = Double.NaN;
    private Window window = Window.empty();
    private long points;
    private int samples;
    private @Nullable CostAccount account;
    private @Nullable Direction conditionFor;
    private @Nullable Instant conditionSince;
    private @Nullable LastMove lastMove;
    private final List<Instant> recentMoves = new ArrayList<>();
    private int lastMoved = -1;

    /** Its relative size when its last move was decided. */
    private double movedSize;

    Tenant(String name) {
      this.name = name;
    }
  }

  private Course run() {
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
      boolean measured = trace.measured(step, truth, moving, seen);
      if (measured) {
        evaluate(step, now);
      }
      decide(step, now, measured);
      for (int i = 0; i < count; i++) {
        sizes[i][step] = total == 0 ? 0 : truth[i] / total / promotionShare;
        dedicated[i][step] = served[i];
      }
    }
    return new Course(
        trace.tenants(), timeline, startsDedicated, sizes, dedicated, List.copyOf(moves), points);
  }

  private void arrive(Instant now) {
    for (TenantMoves.Ended end : movement.until(now)) {
      int i = end.tenant();
      Tenant tenant = tenants.get(i);
      Direction direction = Direction.from(tenant.tier);
      boolean promote = direction == Direction.PROMOTE;
      if (!end.succeeded()) {
        dedicatedCount -= promote ? 1 : -1;
        moves.set(tenant.lastMoved, moves.get(tenant.lastMoved).back());
      } else if (policy.costBand() != null && policy.costBand().measured() != null) {
        costs
            .computeIfAbsent(direction, key -> new ArrayList<>())
            .add(MeasuredCost.of(end.took(), tenant.movedSize));
        policy = policy.withMeasured(MoveCosts.over(costs));
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
    List<Regime> regimes = new ArrayList<>(count + 1);
    for (int i = 0; i < count; i++) {
      Tenant tenant = tenants.get(i);
      tenant.points = (long) seen[i];
      if (!Double.isNaN(tenant.mass) || seen[i] > 0) {
        regimes.add(new Regime(tenant.name, seen[i], tenant.tier, tenant.mass, tenant.window));
      }
    }
    regimes.add(new Regime(REST, seen[count], TierState.FALLBACK, restMass, restWindow));
    Evaluation evaluation = evaluator.evaluate(regimes, candidate.parameters());
    listener.evaluated(step, evaluation);
    if (!evaluation.known()) {
      return;
    }
    Duration elapsed =
        measuredAt == null ? timeline.usualStep() : Duration.between(measuredAt, now);
    measuredAt = now;
    int next = 0;
    for (RegimeEvaluation row : evaluation.regimes()) {
      if (row.tenant().equals(REST)) {
        restMass = row.dampedMass();
        restWindow = restWindow.append(restMass, candidate.parameters().window());
        continue;
      }
      while (!tenants.get(next).name.equals(row.tenant())) {
        forget(tenants.get(next++), elapsed);
      }
      remember(tenants.get(next++), row, elapsed);
    }
    while (next < count) {
      forget(tenants.get(next++), elapsed);
    }
  }

  /** Whom the evaluator has dropped has vanished, or never came. */
  private void forget(Tenant tenant, Duration elapsed) {
    tenant.mass = Double.NaN;
    tenant.window = Window.empty();
    tenant.samples = 0;
    accumulate(tenant, 0, elapsed);
  }

  private void remember(Tenant tenant, RegimeEvaluation row, Duration elapsed) {
    tenant.mass = row.dampedMass();
    tenant.window = tenant.window.append(tenant.mass, candidate.parameters().window());
    tenant.samples++;
    accumulate(tenant, row.observedMass(), elapsed);
  }

  private void accumulate(Tenant tenant, double observedMass, Duration elapsed) {
    CostBand band = policy.costBand();
    if (band != null) {
      double size = policy.promote().relativeSize(observedMass, tenant.points);
      boolean towards = tenant.tier == TierState.DEDICATED || tenant.tier == TierState.PROMOTING;
      CostAccount before = tenant.account == null ? band.open(towards) : tenant.account;
      tenant.account = band.measured(before, towards, TierCost.of(size, elapsed));
    }
  }

  private void decide(int step, Instant now, boolean measured) {
    Map<String, Integer> positions = new HashMap<>();
    List<Decision> decisions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Tenant tenant = tenants.get(i);
      double mass = Double.isNaN(tenant.mass) ? 0 : tenant.mass;
      Direction wanted =
          chain.wanted(policy, Pin.AUTO, tenant.tier, mass, tenant.points, tenant.account);
      if (measured) {
        boolean goesOn = wanted != null && wanted == tenant.conditionFor;
        tenant.conditionSince = wanted == null ? null : goesOn ? tenant.conditionSince : now;
        tenant.conditionFor = wanted;
      }
      if (wanted != null) {
        Decision decision = chain.decide(input(tenant, mass, now));
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

  private DecisionInput input(Tenant tenant, double mass, Instant now) {
    Direction direction = Direction.from(tenant.tier);
    return new DecisionInput(
        tenant.name,
        tenant.tier,
        mass,
        tenant.points,
        policy,
        Pin.AUTO,
        now,
        measuredAt,
        tenant.samples,
        tenant.conditionSince,
        tenant.lastMove,
        tenant.recentMoves,
        dedicatedCount,
        running,
        List.of(),
        candidate.windows().apply(now, direction),
        null,
        tenant.account,
        null);
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
    tenant.conditionFor = null;
    tenant.conditionSince = null;
    Instant oldest = now.minus(policy.flapBudget().period());
    tenant.recentMoves.removeIf(move -> !move.isAfter(oldest));
    tenant.recentMoves.add(now);
    moves.add(new Moved(position, step, direction, truth[position], decision, false));
    movement.begin(position, direction, now);
    moving[position] = true;
    served[position] = movement.prompt() ? promote : served[position];
    running++;
    dedicatedCount += promote ? 1 : -1;
  }
}
