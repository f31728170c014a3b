package io.tierkeeper.governance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;
import org.jspecify.annotations.NullUnmarked;

/** Penalties of a policy's own. */
@NullUnmarked
class PenaltyTermTest {

  private static final PenaltyTerm LATENCY =
      new PenaltyTerm("latency-budget", true, false, new PenaltyScale.Ramp(200, 20, 0.3), 0);
  private static final PenaltyTerm PRIVACY = new PenaltyTerm(
      "privacy-class",
      true,
      true,
      new PenaltyScale.Classes(Map.of("restricted", 0.3, "public", 0.0)),
      0.05);
  private static final PenaltyTerm CEILING =
      new PenaltyTerm("cost-ceiling", false, true, new PenaltyScale.Ramp(1000, 100, 0.25), 0.1);

  @Property
  void aRampStaysWithinItsBoundsAndNeverTurns(
      @ForAll @DoubleRange(max = 999_999) double zeroAt,
      @ForAll @DoubleRange(max = 999_999) double fullAt,
      @ForAll @DoubleRange(max = 1000) double full,
      @ForAll @DoubleRange(max = 999_999) double a,
      @ForAll @DoubleRange(max = 999_999) double b) {
    if (zeroAt == fullAt) {
      return;
    }
    PenaltyScale.Ramp ramp = new PenaltyScale.Ramp(zeroAt, fullAt, full);

    assertThat(ramp.at(zeroAt)).isZero();
    assertThat(ramp.at(fullAt)).isEqualTo(full);
    assertThat(ramp.at(a)).isBetween(0.0, full);
    double towardsFull = zeroAt < fullAt ? Math.max(a, b) : Math.min(a, b);
    double towardsZero = zeroAt < fullAt ? Math.min(a, b) : Math.max(a, b);
    assertThat(ramp.at(towardsFull)).isGreaterThanOrEqualTo(ramp.at(towardsZero));
  }

  @Property
  void aRampReadsEveryDecimalThatIsAllowed(
      @ForAll @BigRange(min = "0", max = "999999") @Scale(6) BigDecimal value) {
    assertThat(LATENCY.scale().penalty(value.toPlainString()).getAsDouble())
        .isEqualTo(((PenaltyScale.Ramp) LATENCY.scale()).at(value.doubleValue()));
  }

  @Example
  void aRampKnowsNothingButDecimals() {
    for (String other :
        List.of("", "-1", "1e3", "0x1p3", "NaN", "1d", " 1", "1.", ".5", "1234567", "40ms", "١")) {
      assertThat(LATENCY.scale().penalty(other)).as(other).isEmpty();
    }
  }

  @Example
  void countsWhereItIsMeantTo() {
    assertThat(LATENCY.of("20", TierState.FALLBACK, true).penalty()).isEqualTo(0.3);
    assertThat(LATENCY.of("20", TierState.PROMOTING, true).penalty()).isEqualTo(0.3);
    assertThat(LATENCY.of("20", TierState.DEDICATED, true).penalty()).isZero();
    assertThat(LATENCY.of("20", TierState.DEMOTING, true).penalty()).isZero();
    assertThat(LATENCY.of("110", TierState.FALLBACK, true).penalty()).isEqualTo(0.15);
    assertThat(LATENCY.of("500", TierState.FALLBACK, true).penalty()).isZero();
    assertThat(CEILING.of("100", TierState.FALLBACK, true).penalty()).isZero();
    assertThat(CEILING.of("100", TierState.DEDICATED, true).penalty()).isEqualTo(0.25);
    assertThat(PRIVACY.of("restricted", TierState.FALLBACK, false).penalty()).isZero();
  }

  @Example
  void takesItsOtherwiseForNoValueAndForOneThatItDoesNotKnow() {
    assertThat(PRIVACY.of(null, TierState.FALLBACK, true))
        .isEqualTo(new TermPenalty("privacy-class", null, true, 0.05));
    assertThat(PRIVACY.of("secret", TierState.FALLBACK, true))
        .isEqualTo(new TermPenalty("privacy-class", "secret", false, 0.05));
    assertThat(PRIVACY.scale().allowed()).isEqualTo("public, restricted");
  }

  @Example
  void isReportedInOneLine() {
    Penalty penalty = parameters(PRIVACY, LATENCY, CEILING)
        .penalty(regime(TierState.FALLBACK, 1, Map.of("privacy-class", "restricted")));

    assertThat(penalty.total()).isCloseTo(0.4, within(1e-15));
    assertThat(penalty.text()).isEqualTo("0.40 = 0.10 tier + 0.30 privacy-class (restricted)");
    assertThat(parameters(PRIVACY, LATENCY, CEILING)
            .penalty(regime(TierState.DEDICATED, 1, Map.of("latency-budget", "soon")))
            .text())
        .isEqualTo(
            "0.15 = 0.00 tier + 0.05 privacy-class (no value) + 0.00 latency-budget (soon: not usable)"
                + " + 0.10 cost-ceiling (no value)");
    assertThat(new Penalty(0.1234567, List.of()).text()).isEqualTo("0.123457 = 0.123457 tier");
  }

  @Property
  void aTermThatCountsMakesTheTenantFollowWhatIsObservedFaster(
      @ForAll @DoubleRange(min = 0.01, max = 0.98) double before,
      @ForAll @DoubleRange(min = 0.01, max = 0.98) double now,
      @ForAll @DoubleRange(max = 3) double more) {
    GovernanceParameters parameters = parameters(
        new PenaltyTerm("more", true, false, new PenaltyScale.Classes(Map.of("yes", more)), 0));
    RegimeEvaluation without = evaluate(parameters, before, now, Map.of());
    RegimeEvaluation with = evaluate(parameters, before, now, Map.of("more", "yes"));

    assertThat(with.alphaStar()).isLessThanOrEqualTo(without.alphaStar() + 1e-12);
    assertThat(Math.abs(with.dampedMass() - with.observedMass()))
        .isLessThanOrEqualTo(Math.abs(without.dampedMass() - without.observedMass()) + 1e-9);
    assertThat(with.penalty().total()).isEqualTo(0.1 + more);
  }

  @Property
  void aTermChangesNothingWhereTheShareStaysAsItIs(
      @ForAll @DoubleRange(min = 0.01, max = 0.98) double share,
      @ForAll @DoubleRange(max = 3) double more) {
    GovernanceParameters parameters = parameters(
        new PenaltyTerm("more", true, false, new PenaltyScale.Classes(Map.of("yes", more)), 0));

    assertThat(evaluate(parameters, share, share, Map.of("more", "yes")).dampedMass())
        .isCloseTo(share, within(1e-12));
  }

  @Example
  void aPolicyWithoutTermsGivesTheBitsThatItGaveBefore() {
    RegimeEvaluation row = evaluate(GovernanceParameters.defaults(), 0.2, 0.5, Map.of());

    assertThat(row.penalty()).isEqualTo(new Penalty(0.10, List.of()));
    assertThat(row.alphaStar())
        .isEqualTo(new DampingSolver(GovernanceParameters.defaults())
            .alphaStar(row.observedMass(), 0.2, Window.empty(), TierState.FALLBACK));
  }

  @Example
  void refusesWhatCannotBeMeant() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PenaltyScale.Ramp(5, 5, 1))
        .withMessageContaining("ramp.fullAt is 5.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PenaltyScale.Ramp(0, 5, Double.POSITIVE_INFINITY))
        .withMessageContaining("ramp.full");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PenaltyScale.Classes(Map.of("a", -1.0)))
        .withMessageContaining("classes.a is -1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PenaltyScale.Classes(Map.of()))
        .withMessageContaining("at least one");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PenaltyTerm("a", true, true, LATENCY.scale(), Double.NaN))
        .withMessageContaining("penaltyTerms.a.otherwise");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parameters(PRIVACY, PRIVACY))
        .withMessageContaining("privacy-class");
  }

  private static RegimeEvaluation evaluate(
      GovernanceParameters parameters, double before, double now, Map<String, String> values) {
    return new Evaluator()
        .evaluate(
            List.of(
                new Regime("acme", now, TierState.FALLBACK, before, Window.empty(), values),
                // The rest has found its place, so that only acme's own damping shows.
                new Regime("rest", 1 - now, TierState.FALLBACK, 1 - now, Window.empty())),
            parameters)
        .regimes()
        .getFirst();
  }

  private static Regime regime(TierState state, double contribution, Map<String, String> values) {
    return new Regime("acme", contribution, state, 0.5, Window.empty(), values);
  }

  private static GovernanceParameters parameters(PenaltyTerm... terms) {
    GovernanceParameters given = GovernanceParameters.defaults();
    return new GovernanceParameters(
        given.objective(),
        given.varianceWeight(),
        given.penaltyWeight(),
        given.coherenceWeight(),
        given.trackingWeight(),
        given.window(),
        given.penalties(),
        List.of(terms));
  }
}
