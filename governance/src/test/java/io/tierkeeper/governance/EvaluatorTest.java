package io.tierkeeper.governance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class EvaluatorTest {
  private static final GovernanceParameters DEFAULTS = GovernanceParameters.defaults();

  private final Evaluator evaluator = new Evaluator();

  @Property(tries = 500)
  void keepsUnity(@ForAll("collections") List<Regime> regimes) {
    Evaluation evaluation = evaluator.evaluate(regimes, DEFAULTS);
    Assume.that(evaluation.known());

    assertUnity(evaluation);
    CollectionSummary summary = evaluation.summary();
    assertThat(summary.coherence()).isBetween(0.0, 1.0);
    assertThat(summary.warmMass() + summary.hotMass()).isCloseTo(1, within(1e-12));
    assertThat(summary.effectiveTenants())
        .isBetween(1 - 1e-9, evaluation.regimes().size() + 1e-9);
  }

  @Example
  void keepsUnityOverAMillionTenants() {
    Random random = new Random(7);
    List<Regime> regimes = new ArrayList<>();
    int count = 1_000_000;
    for (int i = 0; i < count; i++) {
      double w = Math.pow(random.nextDouble(), -0.9) * 1e-3;
      regimes.add(new Regime(
          "t" + i,
          w,
          TierState.values()[i % 4],
          i % 3 == 0 ? Double.NaN : 1.5 / count * random.nextDouble(),
          Window.empty()));
    }

    assertUnity(evaluator.evaluate(regimes, DEFAULTS));
  }

  /** The check sums exactly, so that it does not share the rounding of what it checks. */
  private static void assertUnity(Evaluation evaluation) {
    java.math.BigDecimal sum = java.math.BigDecimal.ZERO;
    for (RegimeEvaluation regime : evaluation.regimes()) {
      assertThat(regime.dampedMass()).isGreaterThanOrEqualTo(0);
      sum = sum.add(new java.math.BigDecimal(regime.dampedMass()));
    }
    assertThat(sum.doubleValue()).isCloseTo(1, within(1e-12));
  }

  @Property(tries = 300)
  void givesTheSameBitsInAnyOrder(
      @ForAll("collections") List<Regime> regimes, @ForAll Random random) {
    List<Regime> shuffled = new ArrayList<>(regimes);
    Collections.shuffle(shuffled, random);

    assertThat(evaluator.evaluate(shuffled, DEFAULTS))
        .isEqualTo(evaluator.evaluate(regimes, DEFAULTS));
  }

  /** A power of two changes no bit of a share, so that nothing else may change either. */
  @Property(tries = 300)
  void changesNoBitWhenEverythingIsScaledByAPowerOfTwo(
      @ForAll("collections") List<Regime> regimes,
      @ForAll @IntRange(min = -40, max = 40) int power) {
    Evaluation evaluation = evaluator.evaluate(regimes, DEFAULTS);
    Assume.that(evaluation.known());

    Evaluation scaled = evaluator.evaluate(scaled(regimes, Math.scalb(1.0, power)), DEFAULTS);

    assertThat(scaled.regimes()).hasSameSizeAs(evaluation.regimes());
    for (int i = 0; i < scaled.regimes().size(); i++) {
      assertThat(scaled.regimes().get(i).dampedMass())
          .isEqualTo(evaluation.regimes().get(i).dampedMass());
      assertThat(scaled.regimes().get(i).alphaStar())
          .isEqualTo(evaluation.regimes().get(i).alphaStar());
    }
  }

  /**
   * Any other factor rounds the shares in their last bit. Where the objective is flat, or has two minima alike, that bit
   * may move alpha* by far more, but not the value at the minimum.
   */
  @Property(tries = 300)
  void findsAsGoodAMinimumWhenEverythingIsScaled(
      @ForAll("collections") List<Regime> regimes, @ForAll("factors") double factor) {
    Evaluation evaluation = evaluator.evaluate(regimes, DEFAULTS);
    Assume.that(evaluation.known());

    Evaluation scaled = evaluator.evaluate(scaled(regimes, factor), DEFAULTS);

    Map<String, RegimeEvaluation> before = evaluation.regimes().stream()
        .collect(Collectors.toMap(RegimeEvaluation::tenant, Function.identity()));
    assertThat(scaled.regimes()).isNotEmpty();
    for (RegimeEvaluation regime : scaled.regimes()) {
      RegimeEvaluation was = before.get(regime.tenant());
      // A mass at the floor below which a tenant is dropped may be on either side of it.
      if (was != null) {
        assertThat(regime.observedMass())
            .isCloseTo(was.observedMass(), within(1e-15 + 1e-14 * was.observedMass()));
        assertThat(regime.objective())
            .isCloseTo(was.objective(), within(1e-10 * Math.max(1, Math.abs(was.objective()))));
      }
    }
  }

  private static List<Regime> scaled(List<Regime> regimes, double factor) {
    return regimes.stream()
        .map(regime -> new Regime(
            regime.tenant(),
            regime.contribution() * factor,
            regime.state(),
            regime.lastDampedMass(),
            regime.window()))
        .toList();
  }

  @Property(tries = 300)
  void returnsTheCompositionItIsGiven(@ForAll("compositions") List<Double> composition) {
    List<Regime> regimes = new ArrayList<>();
    for (int i = 0; i < composition.size(); i++) {
      double y = composition.get(i);
      regimes.add(new Regime("t" + (100 + i), y, TierState.values()[i % 4], y, Window.empty()));
    }

    Evaluation evaluation = evaluator.evaluate(regimes, DEFAULTS);

    for (int i = 0; i < composition.size(); i++) {
      assertThat(evaluation.regimes().get(i).dampedMass())
          .isCloseTo(composition.get(i), within(1e-15));
    }
    assertThat(evaluation.summary().coherence()).isCloseTo(1, within(1e-12));
  }

  @Property(tries = 300)
  void approachesAConstantObservationByAtLeastTheLargestAlpha(
      @ForAll("compositions") List<Double> from, @ForAll("compositions") List<Double> towards) {
    int count = Math.min(from.size(), towards.size());
    double fromSum =
        from.subList(0, count).stream().mapToDouble(Double::doubleValue).sum();
    double towardsSum =
        towards.subList(0, count).stream().mapToDouble(Double::doubleValue).sum();
    Assume.that(fromSum > 0.01 && towardsSum > 0.01);
    double[] masses = new double[count];
    double[] observed = new double[count];
    Window[] windows = new Window[count];
    for (int i = 0; i < count; i++) {
      masses[i] = from.get(i) / fromSum;
      observed[i] = towards.get(i) / towardsSum;
      windows[i] = Window.empty();
    }
    for (int round = 0; round < 6; round++) {
      List<Regime> regimes = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        regimes.add(new Regime(
            "t" + (100 + i), observed[i], TierState.values()[i % 4], masses[i], windows[i]));
      }
      Evaluation evaluation = evaluator.evaluate(regimes, DEFAULTS);
      Assume.that(evaluation.regimes().size() == count);
      double before = distance(masses, observed);
      double largest = evaluation.regimes().stream()
          .mapToDouble(RegimeEvaluation::alphaStar)
          .max()
          .orElseThrow();
      for (int i = 0; i < count; i++) {
        masses[i] = evaluation.regimes().get(i).dampedMass();
        windows[i] = windows[i].append(masses[i], DEFAULTS.window());
      }
      assertThat(distance(masses, observed)).isLessThanOrEqualTo(largest * before + 1e-12);
    }
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs(a[i] - b[i]) / 2;
    }
    return sum;
  }

  @Example
  void takesTheObservationOfATenantSeenFirst() {
    Evaluation evaluation = evaluator.evaluate(
        List.of(Regime.first("a", 3, TierState.FALLBACK), Regime.first("b", 1, TierState.FALLBACK)),
        DEFAULTS);

    assertThat(evaluation.regimes().get(0).dampedMass()).isEqualTo(0.75);
    assertThat(evaluation.regimes().get(0).localCoherence()).isEqualTo(1);
    assertThat(evaluation.summary().coherence()).isEqualTo(1);
  }

  @Example
  void letsAVanishedTenantDecayAndDropsItBelowTheFloor() {
    double mass = 0.4;
    int rounds = 0;
    Evaluation evaluation;
    do {
      evaluation = evaluator.evaluate(
          List.of(
              new Regime("gone", 0, TierState.FALLBACK, mass, Window.empty()),
              new Regime("stays", 5, TierState.FALLBACK, 1 - mass, Window.empty())),
          DEFAULTS);
      double next = evaluation.regimes().get(0).dampedMass();
      if (evaluation.regimes().size() == 2) {
        assertThat(next).isLessThan(mass);
        mass = next;
      }
      rounds++;
    } while (evaluation.regimes().size() == 2);

    assertThat(rounds).isBetween(20, 40);
    assertThat(mass).isGreaterThanOrEqualTo(Evaluator.FLOOR);
    assertThat(evaluation.regimes()).singleElement().satisfies(rest -> {
      assertThat(rest.tenant()).isEqualTo("stays");
      assertThat(rest.dampedMass()).isEqualTo(1);
    });
    assertThat(evaluation.summary().discardedBudget()).isBetween(0.0, Evaluator.FLOOR);
    assertThat(evaluation.summary().discardedBudget()).isGreaterThan(0);
  }

  @Example
  void keepsATenantThatStillContributesHoweverSmall() {
    Evaluation evaluation = evaluator.evaluate(
        List.of(
            Regime.first("dust", 1, TierState.FALLBACK),
            Regime.first("giant", 1e12, TierState.DEDICATED)),
        DEFAULTS);

    assertThat(evaluation.regimes()).hasSize(2);
    assertThat(evaluation.regimes().get(0).dampedMass()).isCloseTo(1e-12, within(1e-20));
  }

  @Example
  void knowsNothingWhenNothingContributes() {
    Evaluation evaluation = evaluator.evaluate(
        List.of(
            new Regime("a", 0, TierState.FALLBACK, 0.7, Window.of(0.7)),
            new Regime("b", 0, TierState.DEDICATED, 0.3, Window.of(0.3)),
            Regime.first("c", 0, TierState.FALLBACK)),
        DEFAULTS);

    assertThat(evaluation.known()).isFalse();
    assertThat(evaluation.regimes())
        .extracting(RegimeEvaluation::dampedMass)
        .containsExactly(0.7, 0.3);
    assertThat(evaluator.evaluate(List.of(), DEFAULTS).known()).isFalse();
  }

  @Example
  void takesWhatIsObservedWhenThereIsNothingToInherit() {
    GovernanceParameters inheritAll =
        new GovernanceParameters(Objective.COUPLED, 0, 0, 1, 0, 8, TierPenalties.defaults());

    Evaluation evaluation = evaluator.evaluate(
        List.of(
            new Regime("a", 1, TierState.FALLBACK, 0, Window.empty()),
            new Regime("b", 3, TierState.FALLBACK, 0, Window.empty())),
        inheritAll);

    assertThat(evaluation.regimes())
        .extracting(RegimeEvaluation::dampedMass)
        .containsExactly(0.25, 0.75);
  }

  @Example
  void addsContributionsThatTogetherExceedADouble() {
    Evaluation evaluation = evaluator.evaluate(
        List.of(
            Regime.first("a", Double.MAX_VALUE, TierState.FALLBACK),
            Regime.first("b", Double.MAX_VALUE, TierState.FALLBACK)),
        DEFAULTS);

    assertThat(evaluation.regimes())
        .extracting(RegimeEvaluation::dampedMass)
        .containsExactly(0.5, 0.5);
  }

  @Example
  void refusesTheSameTenantTwice() {
    assertThatThrownBy(() -> evaluator.evaluate(
            List.of(
                Regime.first("acme", 1, TierState.FALLBACK),
                Regime.first("acme", 2, TierState.FALLBACK)),
            DEFAULTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("acme")
        .hasMessageContaining("once");
  }

  @Example
  void sumsUpTheCollection() {
    Evaluation evaluation = evaluator.evaluate(
        List.of(
            new Regime("a", 6, TierState.DEDICATED, 0.5, Window.empty()),
            new Regime("b", 3, TierState.FALLBACK, 0.4, Window.empty()),
            new Regime("c", 1, TierState.FALLBACK, 0.1, Window.empty())),
        DEFAULTS);

    double a = evaluation.regimes().get(0).dampedMass();
    double b = evaluation.regimes().get(1).dampedMass();
    double c = evaluation.regimes().get(2).dampedMass();
    CollectionSummary summary = evaluation.summary();
    assertThat(summary.hotMass()).isCloseTo(a, within(1e-15));
    assertThat(summary.warmMass()).isCloseTo(b + c, within(1e-15));
    assertThat(summary.tenantsToCover90()).isEqualTo(a + b >= 0.9 ? 2 : 3);
    assertThat(summary.coherence())
        .isCloseTo(1 - (Math.abs(a - .5) + Math.abs(b - .4) + Math.abs(c - .1)) / 2, within(1e-15));
    assertThat(summary.effectiveTenants())
        .isCloseTo(Math.exp(-a * Math.log(a) - b * Math.log(b) - c * Math.log(c)), within(1e-12));
  }

  @Provide
  Arbitrary<Double> factors() {
    return Arbitraries.of(1e-9, 0.1, 0.3, 3.0, 1000.0, 1e9);
  }

  @Provide
  Arbitrary<List<Regime>> collections() {
    Arbitrary<Double> contribution = Arbitraries.oneOf(
        Arbitraries.just(0.0),
        Arbitraries.doubles().between(0, 1000).ofScale(3),
        Arbitraries.longs().between(0, 10_000_000).map(Long::doubleValue));
    Arbitrary<Double> mass = Arbitraries.oneOf(
        Arbitraries.just(Double.NaN), Arbitraries.doubles().between(0, 1).ofScale(8));
    Arbitrary<Window> window = Arbitraries.doubles()
        .between(0, 1)
        .ofScale(8)
        .list()
        .ofMaxSize(8)
        .map(
            masses -> Window.of(masses.stream().mapToDouble(Double::doubleValue).toArray()));
    Arbitrary<String> tenant = Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(4);
    return Combinators.combine(tenant, contribution, Arbitraries.of(TierState.class), mass, window)
        .as(Regime::new)
        .list()
        .uniqueElements(Regime::tenant)
        .ofMinSize(1)
        .ofMaxSize(60);
  }

  @Provide
  Arbitrary<List<Double>> compositions() {
    return Arbitraries.doubles()
        .between(0.001, 1)
        .ofScale(6)
        .list()
        .ofMinSize(2)
        .ofMaxSize(40)
        .map(values -> {
          double sum = values.stream().mapToDouble(Double::doubleValue).sum();
          return values.stream().map(value -> value / sum).toList();
        });
  }
}
