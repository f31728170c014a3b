package io.tierkeeper.simulation.quality;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.evaluation.CollectionEvaluation;
import io.tierkeeper.evaluation.CollectionMemory;
import io.tierkeeper.evaluation.CollectionMoves;
import io.tierkeeper.evaluation.EvaluationInput;
import io.tierkeeper.evaluation.EvaluationOutcome;
import io.tierkeeper.evaluation.EvaluationRules;
import io.tierkeeper.evaluation.Measurement;
import io.tierkeeper.evaluation.OpenMove;
import io.tierkeeper.evaluation.PenaltyValues;
import io.tierkeeper.evaluation.Restrictions;
import io.tierkeeper.evaluation.TenantCount;
import io.tierkeeper.evaluation.TenantIntent;
import io.tierkeeper.evaluation.TenantVerdict;
import io.tierkeeper.governance.Evaluation;
import io.tierkeeper.governance.GovernanceParameters;
import io.tierkeeper.governance.decision.Cooldown;
import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.governance.decision.Decision;
import io.tierkeeper.governance.decision.DecisionPolicy;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.FlapBudget;
import io.tierkeeper.governance.decision.LastMove;
import io.tierkeeper.governance.decision.Limits;
import io.tierkeeper.governance.decision.Match;
import io.tierkeeper.governance.decision.Mode;
import io.tierkeeper.governance.decision.MoveCosts;
import io.tierkeeper.governance.decision.MoveHistory;
import io.tierkeeper.governance.decision.Pin;
import io.tierkeeper.governance.decision.Thresholds;
import io.tierkeeper.governance.decision.WindowState;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.qdrant.TenantId;
import io.tierkeeper.simulation.trace.Timeline;
import io.tierkeeper.simulation.trace.Trace;
import io.tierkeeper.simulation.trace.TraceFamilies;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator and the simulation come to the same verdicts about the same trace, bit for bit. */
class OneEvaluationTest {
  private static final double SHARE = 0.005;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void operatorAndSimulationDecideTheSame(boolean costBand) {
    DecisionPolicy policy = policy(costBand ? CostBand.defaults() : null);
    Recording trace = Recording.of(TraceFamilies.named("burst-purge")
        .orElseThrow()
        .withTenants(12)
        .withDays(12)
        .trace(7));
    LoggedMoves moves = new LoggedMoves(trace);
    Log simulated = new Log();

    PolicySimulation.run(
        new Candidate("one", GovernanceParameters.defaults(), policy),
        trace,
        SHARE,
        simulated,
        moves);

    List<EvaluationOutcome> operated = operate(trace, policy, moves);
    int decisions = 0;
    for (int step = 0; step < trace.timeline().steps(); step++) {
      EvaluationOutcome outcome = operated.get(step);
      if (trace.isMeasured(step)) {
        assertThat(outcome.evaluation()).isEqualTo(simulated.evaluations.get(step));
      }
      for (Decision decision : simulated.decisions.getOrDefault(step, List.of())) {
        assertThat(outcome.verdicts().get(TenantId.of(decision.tenant())))
            .extracting(TenantVerdict::decision)
            .isEqualTo(decision);
        decisions++;
      }
    }
    assertThat(decisions).as("decisions compared").isGreaterThan(50);
    assertThat(moves.begun).as("moves").isGreaterThan(10);
  }

  private static DecisionPolicy policy(@Nullable CostBand band) {
    return new DecisionPolicy(
        Mode.AUTO,
        new Thresholds(
            OptionalDouble.of(SHARE), OptionalLong.empty(), Match.EITHER, Duration.ofMinutes(30)),
        new Thresholds(
            OptionalDouble.of(SHARE / 2), OptionalLong.empty(), Match.BOTH, Duration.ofHours(1)),
        new Cooldown(Duration.ofHours(2), Duration.ofHours(2)),
        new FlapBudget(20, Duration.ofDays(7)),
        new Limits(6, 1),
        3,
        Duration.ofMinutes(40),
        Set.of(),
        false,
        band);
  }

  /** What the operator's pass hands to the evaluation, measurement by measurement, and what comes of it. */
  private static List<EvaluationOutcome> operate(
      Recording trace, DecisionPolicy policy, LoggedMoves moves) {
    CollectionEvaluation evaluation = new CollectionEvaluation();
    Map<TenantId, TenantIntent> intents = new HashMap<>();
    trace
        .tenants()
        .forEach(name -> intents.put(
            TenantId.of(name), new TenantIntent(name, TenantId.of(name), Pin.AUTO, 1, policy)));
    CollectionMemory memory = CollectionMemory.EMPTY;
    List<EvaluationOutcome> outcomes = new ArrayList<>();
    for (int step = 0; step < trace.timeline().steps(); step++) {
      LoggedMoves.State state = moves.states.get(step);
      EvaluationOutcome outcome = evaluation.evaluate(new EvaluationInput(
          trace.timeline().at(step),
          new EvaluationRules(GovernanceParameters.defaults(), false, policy),
          TenantId.Kind.KEYWORD,
          intents,
          200,
          trace.isMeasured(step) ? trace.measurement(step, state.dedicated()) : null,
          memory,
          new CollectionMoves(state.open(), state.history(), state.open().size(), MoveCosts.NONE),
          new Restrictions(
              List.of(),
              Map.of(
                  Direction.PROMOTE, WindowState.always(), Direction.DEMOTE, WindowState.always()),
              null),
          PenaltyValues.NONE));
      memory = outcome.memory();
      outcomes.add(outcome);
    }
    return outcomes;
  }

  /** What the simulation reports. */
  private static final class Log implements SimulationListener {
    private final Map<Integer, Evaluation> evaluations = new HashMap<>();
    private final Map<Integer, List<Decision>> decisions = new HashMap<>();

    @Override
    public void evaluated(int step, Evaluation evaluation) {
      evaluations.put(step, evaluation);
    }

    @Override
    public void decided(int step, Decision decision) {
      decisions.computeIfAbsent(step, key -> new ArrayList<>()).add(decision);
    }
  }

  /** Counts of points as a measurement gives them. In the first step no tenant has any, and every fiftieth one is missed. */
  private record Recording(List<String> tenants, Timeline timeline, long[][] counts)
      implements Trace {
    static Recording of(Trace trace) {
      int count = trace.tenants().size();
      long[][] counts = new long[trace.timeline().steps()][count + 1];
      double[] points = new double[count + 1];
      for (int step = 0; step < counts.length; step++) {
        trace.truth(step, new boolean[count], points);
        for (int i = 0; i <= count; i++) {
          counts[step][i] = step == 0 && i < count ? 0 : Math.round(points[i]);
        }
      }
      return new Recording(trace.tenants(), trace.timeline(), counts);
    }

    boolean isMeasured(int step) {
      return step % 50 != 49;
    }

    Measurement measurement(int step, Set<Integer> dedicated) {
      Map<TenantId, TenantCount> rows = new HashMap<>();
      for (int i = 0; i < tenants.size(); i++) {
        boolean own = dedicated.contains(i);
        if (own || counts[step][i] > 0) {
          rows.put(TenantId.of(tenants.get(i)), new TenantCount(counts[step][i], own, true));
        }
      }
      rows.put(ReservedNames.OTHERS, new TenantCount(counts[step][tenants.size()], false, true));
      return new Measurement(timeline.at(step), rows, 0);
    }

    @Override
    public Duration moveTime(Direction direction) {
      return Duration.ofMinutes(20);
    }

    @Override
    public void truth(int step, boolean[] dedicated, double[] points) {
      for (int i = 0; i < points.length; i++) {
        points[i] = counts[step][i];
      }
    }

    @Override
    public boolean measured(int step, double[] truth, boolean[] moving, double[] points) {
      System.arraycopy(truth, 0, points, 0, points.length);
      return isMeasured(step);
    }
  }

  /** Moves that serve from the new place when they end, and what an operator would know of them at each step. */
  private static final class LoggedMoves implements TenantMoves {
    /** Known when a step decides: the moves that are open and those that have ended. */
    record State(
        Set<Integer> dedicated, Map<TenantId, OpenMove> open, Map<TenantId, MoveHistory> history) {}

    private record Begun(Direction direction, Instant at) {}

    private final Recording trace;
    private final Map<Integer, Begun> open = new TreeMap<>();
    private final Set<Integer> dedicated = new TreeSet<>();
    private final Map<TenantId, MoveHistory> history = new HashMap<>();
    private final List<State> states = new ArrayList<>();
    private int begun;

    LoggedMoves(Recording trace) {
      this.trace = trace;
    }

    @Override
    public boolean prompt() {
      return false;
    }

    @Override
    public List<Ended> until(Instant now) {
      List<Ended> ended = new ArrayList<>();
      open.entrySet().removeIf(move -> {
        Begun it = move.getValue();
        // A step without a measurement still shows the operator the tiers of the last one.
        if (it.at().plus(trace.moveTime(it.direction())).isAfter(now)
            || !trace.isMeasured(states.size())) {
          return false;
        }
        ended.add(new Ended(move.getKey(), true, Duration.between(it.at(), now)));
        if (it.direction() == Direction.PROMOTE) {
          dedicated.add(move.getKey());
        } else {
          dedicated.remove(move.getKey());
        }
        history.compute(
            key(move.getKey()),
            (tenant, old) -> new MoveHistory(
                new LastMove(it.direction(), LastMove.Outcome.SUCCEEDED, now),
                Objects.requireNonNull(old).recent()));
        return true;
      });
      Map<TenantId, OpenMove> moves = new HashMap<>();
      open.forEach((tenant, move) -> moves.put(
          key(tenant), new OpenMove("m" + tenant, move.direction(), OpenMove.Stage.WORKING)));
      states.add(new State(Set.copyOf(dedicated), moves, Map.copyOf(history)));
      return ended;
    }

    @Override
    public void sized(double[] points) {
      // Nothing here depends on it.
    }

    @Override
    public void begin(int tenant, Direction direction, Instant now) {
      begun++;
      open.put(tenant, new Begun(direction, now));
      history.compute(key(tenant), (key, old) -> {
        List<Instant> recent = new ArrayList<>(old == null ? List.of() : old.recent());
        recent.add(now);
        return new MoveHistory(old == null ? null : old.last(), recent);
      });
    }

    private TenantId key(int tenant) {
      return TenantId.of(trace.tenants().get(tenant));
    }
  }
}
