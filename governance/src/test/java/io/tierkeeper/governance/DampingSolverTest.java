package io.tierkeeper.governance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

class DampingSolverTest {
  private static final int GRID = 4000;

  record Problem(
      GovernanceParameters parameters, double x, double y, Window window, TierState state) {
    double alphaStar() {
      return new DampingSolver(parameters).alphaStar(x, y, window, state);
    }

    double objective(double alpha) {
      return new DampingSolver(parameters).objective(alpha, x, y, window, state);
    }

    double derivative(double alpha) {
      return new DampingSolver(parameters).derivative(alpha, x, y, window, state);
    }

    /** J written down as the specification has it, with a variance that is computed from the masses themselves. */
    double specified(double alpha) {
      double[] masses = window.toArray();
      double[] counted = Arrays.copyOfRange(
          masses, Math.max(0, masses.length - parameters.window()), masses.length);
      double variance = 0;
      if (Arrays.stream(counted).sum() > 0) {
        double[] all = Arrays.copyOf(counted, counted.length + 1);
        all[counted.length] = alpha * y + (1 - alpha) * x;
        double mean = Arrays.stream(all).sum() / all.length;
        variance = Arrays.stream(all).map(mass -> (mass - mean) * (mass - mean)).sum()
            / all.length
            / (mean * mean);
      }
      double penalty = parameters.penaltyWeight() * parameters.penalties().of(state);
      return parameters.coherenceWeight() * (1 - alpha) * (1 - alpha)
          + parameters.trackingWeight() * alpha * alpha
          + parameters.varianceWeight() * variance
          + (parameters.objective() == Objective.COUPLED ? penalty * alpha : penalty);
    }
  }

  @Property(tries = 1500)
  void reachesTheGlobalMinimumOfTheSpecifiedObjective(@ForAll("problems") Problem problem) {
    double alpha = problem.alphaStar();

    assertThat(alpha).isBetween(0.0, 1.0);
    double lowest = Double.POSITIVE_INFINITY;
    for (int i = 0; i <= GRID; i++) {
      lowest = Math.min(lowest, problem.specified((double) i / GRID));
    }
    assertThat(problem.specified(alpha))
        .isLessThanOrEqualTo(lowest + 1e-12 * (1 + Math.abs(lowest)));
  }

  @Property(tries = 1500)
  void findsTheDeeperOfTwoValleys(@ForAll("spikes") Problem problem) {
    double alpha = problem.alphaStar();

    double lowest = Double.POSITIVE_INFINITY;
    int valleys = 0;
    double before = Double.POSITIVE_INFINITY;
    boolean falling = true;
    for (int i = 0; i <= GRID; i++) {
      double value = problem.specified((double) i / GRID);
      lowest = Math.min(lowest, value);
      if (falling && value > before) {
        valleys++;
      }
      falling = value <= before;
      before = value;
    }
    Statistics.label("valleys").collect(valleys + (falling ? 1 : 0));
    assertThat(problem.specified(alpha))
        .isLessThanOrEqualTo(lowest + 1e-12 * (1 + Math.abs(lowest)));
  }

  @Property
  void computesTheSpecifiedObjective(
      @ForAll("problems") Problem problem, @ForAll("shares") double alpha) {
    double specified = problem.specified(alpha);

    assertThat(problem.objective(alpha))
        .isCloseTo(specified, within(1e-10 * (1 + Math.abs(specified))));
  }

  @Property
  void derivesTheObjective(
      @ForAll("calmProblems") Problem problem, @ForAll("shares") double share) {
    double alpha = 0.01 + 0.98 * share;
    double step = 1e-5;
    double difference =
        (problem.objective(alpha + step) - problem.objective(alpha - step)) / (2 * step);

    assertThat(problem.derivative(alpha))
        .isCloseTo(difference, within(1e-6 * (1 + Math.abs(difference))));
  }

  @Property(tries = 300)
  void agreesWithBrentsMethod(@ForAll("calmProblems") Problem problem) {
    double general = GeneralMinimiser.minimiser(problem::objective, problem::derivative);

    assertThat(problem.alphaStar()).isCloseTo(general, within(1e-9));
  }

  @Property(tries = 300)
  void isTheClosedFormWithoutVariance(@ForAll("problems") Problem problem) {
    GovernanceParameters given = problem.parameters();
    GovernanceParameters flat = new GovernanceParameters(
        Objective.COUPLED,
        0,
        given.penaltyWeight(),
        given.coherenceWeight(),
        given.trackingWeight(),
        given.window(),
        given.penalties());
    Problem without =
        new Problem(flat, problem.x(), problem.y(), problem.window(), problem.state());
    double kappas = given.coherenceWeight() + given.trackingWeight();
    double penalty = given.penaltyWeight() * given.penalties().of(problem.state());
    double expected =
        Math.min(1, Math.max(0, (2 * given.coherenceWeight() - penalty) / (2 * kappas)));

    assertThat(without.alphaStar()).isCloseTo(expected, within(1e-15));
    assertThat(GeneralMinimiser.minimiser(without::objective, without::derivative))
        .isCloseTo(expected, within(1e-9));
  }

  @Property(tries = 500)
  void isStrictlyConvexWithoutVariance(
      @ForAll("parameters") GovernanceParameters given,
      @ForAll("shares") double a,
      @ForAll("shares") double b) {
    GovernanceParameters flat = new GovernanceParameters(
        given.objective(),
        0,
        given.penaltyWeight(),
        given.coherenceWeight(),
        given.trackingWeight(),
        given.window(),
        given.penalties());
    Problem problem = new Problem(flat, 0.3, 0.6, Window.empty(), TierState.FALLBACK);
    double gap = (a - b) * (a - b) * (given.coherenceWeight() + given.trackingWeight()) / 4;

    double chord = (problem.objective(a) + problem.objective(b)) / 2;
    assertThat(chord - problem.objective((a + b) / 2)).isCloseTo(gap, within(1e-12 * (1 + chord)));
  }

  @Property(tries = 2000)
  void neverGrowsWhenThePenaltyGrows(
      @ForAll("problems") Problem problem, @ForAll("weights") double more) {
    GovernanceParameters given = problem.parameters();
    double penalty = given.penalties().of(problem.state());
    GovernanceParameters higher = new GovernanceParameters(
        given.objective(),
        given.varianceWeight(),
        given.penaltyWeight(),
        given.coherenceWeight(),
        given.trackingWeight(),
        given.window(),
        new TierPenalties(penalty + more, penalty + more, penalty + more, penalty + more));
    Problem penalised =
        new Problem(higher, problem.x(), problem.y(), problem.window(), problem.state());

    assertThat(penalised.alphaStar()).isLessThanOrEqualTo(problem.alphaStar() + 1e-12);
  }

  @Property
  void ignoresTheTierWithTheLiteralObjective(@ForAll("problems") Problem problem) {
    GovernanceParameters given = problem.parameters();
    GovernanceParameters literal = new GovernanceParameters(
        Objective.LITERAL,
        given.varianceWeight(),
        given.penaltyWeight(),
        given.coherenceWeight(),
        given.trackingWeight(),
        given.window(),
        given.penalties());

    double[] alphas = Arrays.stream(TierState.values())
        .mapToDouble(state ->
            new Problem(literal, problem.x(), problem.y(), problem.window(), state).alphaStar())
        .toArray();

    assertThat(alphas).containsOnly(alphas[0]);
  }

  @Example
  void followsTheTierWithTheCoupledObjective() {
    DampingSolver solver = new DampingSolver(GovernanceParameters.defaults());

    assertThat(solver.alphaStar(.6, .6, Window.empty(), TierState.PROMOTING))
        .isCloseTo(.4446, within(1e-4));
    assertThat(solver.alphaStar(.6, .6, Window.empty(), TierState.FALLBACK))
        .isCloseTo(.4776, within(1e-4));
    assertThat(solver.alphaStar(.6, .6, Window.empty(), TierState.DEDICATED))
        .isCloseTo(.5435, within(1e-4));
  }

  @Example
  void takesOnlyTheNewestMassesOfTheWindow() {
    GovernanceParameters narrow = new GovernanceParameters(
        Objective.COUPLED, 0.1, 0.05, 0.0206, 0.0173, 2, TierPenalties.defaults());
    DampingSolver solver = new DampingSolver(narrow);

    assertThat(solver.alphaStar(.2, .6, Window.of(.9, .1, .5, .6), TierState.FALLBACK))
        .isEqualTo(solver.alphaStar(.2, .6, Window.of(.5, .6), TierState.FALLBACK));
  }

  @Example
  void survivesMassesAtTheEdgeOfWhatADoubleHolds() {
    DampingSolver solver = new DampingSolver(GovernanceParameters.defaults());

    for (double tiny : new double[] {0, Double.MIN_VALUE, 1e-300, 1e-151, 1e-149, 1e-20}) {
      for (double x : new double[] {0, tiny, 1}) {
        for (double y : new double[] {0, tiny, 1}) {
          assertThat(solver.alphaStar(x, y, Window.of(tiny, tiny), TierState.FALLBACK))
              .isBetween(0.0, 1.0);
          assertThat(solver.objective(0.5, x, y, Window.of(tiny, tiny), TierState.FALLBACK))
              .isFinite();
        }
      }
    }
  }

  @Provide
  Arbitrary<Double> shares() {
    return Arbitraries.doubles().between(0, 1).ofScale(6);
  }

  @Provide
  Arbitrary<Double> weights() {
    return Arbitraries.oneOf(
        Arbitraries.just(0.0), Arbitraries.doubles().between(0, 0.3).ofScale(4));
  }

  @Provide
  Arbitrary<GovernanceParameters> parameters() {
    Arbitrary<Double> kappa = Arbitraries.doubles().between(0.0001, 0.5).ofScale(4);
    Arbitrary<Double> variance = Arbitraries.oneOf(
        Arbitraries.of(0.0, 0.1), Arbitraries.doubles().between(0, 2).ofScale(3));
    Arbitrary<TierPenalties> penalties =
        Combinators.combine(weights(), weights(), weights(), weights()).as(TierPenalties::new);
    return Combinators.combine(
            variance, weights(), kappa, kappa, Arbitraries.integers().between(0, 8), penalties)
        .as((lambda, beta, kc, ks, w, p) ->
            new GovernanceParameters(Objective.COUPLED, lambda, beta, kc, ks, w, p));
  }

  @Provide
  Arbitrary<Problem> problems() {
    Arbitrary<Window> windows = shares().list().ofMaxSize(8).map(DampingSolverTest::window);
    return Combinators.combine(
            parameters(), shares(), shares(), windows, Arbitraries.of(TierState.class))
        .as(Problem::new);
  }

  /** Windows around y, as an evaluation leaves them: J has one valley only. */
  @Provide
  Arbitrary<Problem> calmProblems() {
    Arbitrary<Double> mass = Arbitraries.doubles().between(0.2, 0.8).ofScale(6);
    Arbitrary<Window> windows =
        mass.list().ofMinSize(2).ofMaxSize(8).map(DampingSolverTest::window);
    Arbitrary<GovernanceParameters> wide = parameters()
        .map(p -> new GovernanceParameters(
            p.objective(),
            p.varianceWeight(),
            p.penaltyWeight(),
            p.coherenceWeight(),
            p.trackingWeight(),
            8,
            p.penalties()));
    return Combinators.combine(wide, mass, mass, windows, Arbitraries.of(TierState.class))
        .as(Problem::new);
  }

  /** A window of almost nothing beside a large step: V rises steeply and flattens, so J can have two valleys. */
  @Provide
  Arbitrary<Problem> spikes() {
    Arbitrary<Double> small = Arbitraries.doubles().between(0.0001, 0.05).ofScale(4);
    Arbitrary<Window> windows =
        small.list().ofMinSize(1).ofMaxSize(3).map(DampingSolverTest::window);
    Arbitrary<Double> kappa = Arbitraries.doubles().between(0.001, 0.5).ofScale(3);
    Arbitrary<GovernanceParameters> params = Combinators.combine(
            Arbitraries.doubles().between(0.01, 0.3).ofScale(3), kappa, kappa, weights())
        .as((lambda, kc, ks, beta) -> new GovernanceParameters(
            Objective.COUPLED, lambda, beta, kc, ks, 8, TierPenalties.defaults()));
    return Combinators.combine(params, shares(), shares(), windows, Arbitraries.of(TierState.class))
        .as(Problem::new);
  }

  private static Window window(java.util.List<Double> masses) {
    return Window.of(masses.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
