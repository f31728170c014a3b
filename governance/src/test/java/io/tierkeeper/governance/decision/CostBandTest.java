package io.tierkeeper.governance.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.governance.TierState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CostBandTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final DecisionChain chain = new DecisionChain();

  /** What a run cost, and what the cheapest sequence of tiers would have cost. */
  private record Judged(double cost, double optimum, int moves) {}

  /** Lets the chain decide at each step, charges the step in the tier decided on, and keeps both work functions. */
  private Judged judge(CostBand band, int steps, IntFunction<TierCost> costs, boolean[] dedicated) {
    DecisionPolicy policy = policy(band);
    double cost = 0;
    CostAccount account = band.open(false);
    double inFallback = 0;
    double inDedicated = band.promotionCost();
    int moves = 0;
    dedicated[0] = false;
    for (int i = 0; i < steps; i++) {
      TierCost step = costs.apply(i);
      account = band.measured(account, dedicated[0], step);
      TierState tier = dedicated[0] ? TierState.DEDICATED : TierState.FALLBACK;
      Direction wanted = chain.wanted(policy, Pin.AUTO, tier, 0, 0, account);
      if (wanted != null) {
        dedicated[0] = !dedicated[0];
        cost += wanted == Direction.PROMOTE ? band.promotionCost() : band.demotionCost();
        moves++;
      }
      cost += step.in(dedicated[0]);
      double stay = inFallback + step.inFallback();
      double go = inDedicated + step.inDedicated();
      inFallback = Math.min(stay, go + band.demotionCost());
      inDedicated = Math.min(go, stay + band.promotionCost());
    }
    return new Judged(cost, Math.min(inFallback, inDedicated), moves);
  }

  @Test
  void staysWithinThreeTimesTheOptimumOnAMillionRandomSequences() {
    SplittableRandom random = new SplittableRandom(1);
    boolean[] tier = new boolean[1];
    double worst = 0;
    for (int sequence = 0; sequence < 1_000_000; sequence++) {
      CostBand band = sequence % 2 == 0
          ? CostBand.defaults()
          : new CostBand(
              random.nextDouble(0.1, 20), random.nextDouble(0, 20), random.nextDouble(0, 20), null);
      // Some long rises and falls, some noise: a sequence without memory would hardly ever cross
      // the band.
      double stubbornness = random.nextDouble();
      double scale = random.nextDouble(0.2, 8);
      boolean[] up = {random.nextBoolean()};
      Judged judged = judge(
          band,
          random.nextInt(4, 60),
          step -> {
            if (random.nextDouble() > stubbornness) {
              up[0] = !up[0];
            }
            double size = scale * random.nextDouble();
            return up[0] ? new TierCost(size, 0) : new TierCost(0, size);
          },
          tier);
      double allowed = 3 * judged.optimum()
          + band.credit()
          + Math.max(0, band.demotionCost() - band.promotionCost());
      assertThat(judged.cost()).isLessThanOrEqualTo(allowed + 1e-9);
      worst = Math.max(worst, judged.cost() / allowed);
    }
    assertThat(worst)
        .as("the sequences are hard enough to come near the bound")
        .isGreaterThan(0.95);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.5, 2.9",
    "0, 0.1, 2.97",
    "0, 0.01, 2.99",
    "6, 0.5, 2.9",
    "6, 0.1, 2.97",
    "6, 0.01, 2.99"
  })
  void isBroughtToThreeAndNotBeyondByWhoKnowsTheRule(double credit, double excess, double atLeast) {
    CostBand band = new CostBand(8, 4, credit, null);
    boolean[] dedicated = new boolean[1];
    int cycle = (int) Math.ceil(2 * band.width() / excess);
    Judged judged = judge(
        band,
        200 * cycle,
        step -> dedicated[0] ? new TierCost(0, excess) : new TierCost(excess, 0),
        dedicated);

    assertThat((judged.cost() - credit) / judged.optimum()).isBetween(atLeast, 3.0);
    assertThat(judged.moves()).isGreaterThan(300);
  }

  @Test
  void promotesATenantTenTimesItsSizeAtTheSecondMeasurementAndWithoutCreditAtTheThird() {
    assertThat(measurements(CostBand.defaults())).isEqualTo(2);
    assertThat(measurements(new CostBand(8, 4, 0, null))).isEqualTo(3);
  }

  private static int measurements(CostBand band) {
    CostAccount account = band.open(false);
    int measurements = 0;
    while (!band.requires(Direction.PROMOTE, account)) {
      account = band.measured(account, false, TierCost.of(6, TierCost.UNIT_TIME));
      measurements++;
    }
    return measurements;
  }

  @Test
  void paysForAnEarlyMoveFromTheCreditAndEarnsItBackWhileTheMoveProvesRight() {
    CostBand band = CostBand.defaults();
    CostAccount early = band.measured(band.open(false), false, new TierCost(7, 0));
    assertThat(early).isEqualTo(new CostAccount(7, 6, 7, false, 12));
    assertThat(band.requires(Direction.PROMOTE, early)).isTrue();

    CostAccount right = band.measured(early, true, new TierCost(3, 0));
    assertThat(right).isEqualTo(new CostAccount(10, 6 - 5 + 2 * 3, 3, true, 12));
    CostAccount wrong = band.measured(early, true, new TierCost(0, 1));
    assertThat(wrong).isEqualTo(new CostAccount(6, 1, -1, true, 12));
    assertThat(band.required(Direction.DEMOTE, wrong)).isEqualTo(1);
  }

  @Test
  void doesNotMoveEarlyWhileTheCostGoesTheOtherWay() {
    CostBand band = CostBand.defaults();
    assertThat(band.requires(Direction.PROMOTE, new CostAccount(11, 6, -0.1, false, 12)))
        .isFalse();
    assertThat(band.requires(Direction.DEMOTE, new CostAccount(1, 6, 0.1, true, 12)))
        .isFalse();
  }

  @Test
  void chargesInProportionToTheTimeAndNeverMoreThanFiveTimesTheSize() {
    assertThat(TierCost.of(3, Duration.ofMinutes(30))).isEqualTo(new TierCost(4, 0));
    assertThat(TierCost.of(1000, Duration.ofMinutes(15))).isEqualTo(new TierCost(5, 0));
    assertThat(TierCost.of(0.25, Duration.ofMinutes(15))).isEqualTo(new TierCost(0, 0.75));
    assertThat(TierCost.of(1, Duration.ofHours(24))).isEqualTo(new TierCost(0, 0));
  }

  @Test
  void measuresWhatMovesCostByTheirWorkAndTheSizeOfTheTenant() {
    assertThat(MeasuredCost.of(Duration.ofMinutes(30), 1.5)).isEqualTo(3);
    assertThat(MeasuredCost.of(Duration.ofMinutes(15), 1000)).isEqualTo(5);
    assertThat(MeasuredCost.over(List.of(2.0, 4.0, 6.0))).isEqualTo(new MeasuredCost(3, 4, 2));
    assertThat(MeasuredCost.over(List.of(3.0))).isEqualTo(new MeasuredCost(1, 3, 0));
    assertThat(MeasuredCost.over(List.of())).isEqualTo(MeasuredCost.NONE);
  }

  @Test
  void addsWhatMovesHaveCostOnlyWhereThePolicySaysSo() {
    MoveCosts measured = new MoveCosts(new MeasuredCost(3, 4, 3), new MeasuredCost(2, 2, 4));
    DecisionPolicy given = policy(CostBand.defaults());
    assertThat(given.withMeasured(measured)).isEqualTo(given);
    CostBand band = Objects.requireNonNull(policy(CostBand.defaults().withMeasured(MoveCosts.NONE))
        .withMeasured(measured)
        .costBand());
    assertThat(band.width()).isEqualTo(18);
    assertThat(band.deviation()).isEqualTo(5);
    assertThat(band.open(true)).isEqualTo(new CostAccount(18, 9, 0, true, 18));
    assertThat(CostBand.defaults().withMeasured(MoveCosts.NONE).open(false))
        .isEqualTo(CostBand.defaults().open(false));
    assertThat(measured.orElse(MoveCosts.NONE)).isEqualTo(measured);
    assertThat(new MoveCosts(MeasuredCost.NONE, new MeasuredCost(1, 1, 0)).orElse(measured))
        .isEqualTo(new MoveCosts(new MeasuredCost(3, 4, 3), new MeasuredCost(1, 1, 0)));
  }

  @Test
  void requestsNoMoveMerelyBecauseMovesHaveBecomeMoreExpensive() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 10_000; i++) {
      CostBand band = new CostBand(random.nextDouble(0.1, 20), random.nextDouble(0, 20));
      CostBand moreExpensive = new CostBand(
          band.promotionCost() + random.nextDouble(0, 50),
          band.demotionCost() + random.nextDouble(0, 50));
      boolean dedicated = random.nextBoolean();
      Direction direction = dedicated ? Direction.DEMOTE : Direction.PROMOTE;
      CostAccount account = new CostAccount(
          random.nextDouble() * band.width(),
          random.nextDouble(-5, 20),
          random.nextDouble(-1, 1),
          dedicated,
          band.width());
      if (!band.requires(direction, account)) {
        assertThat(moreExpensive.requires(direction, account)).isFalse();
      }
      assertThat(moreExpensive.measured(account, dedicated, new TierCost(0, 0)).accumulated())
          .isBetween(0.0, moreExpensive.width());
    }
  }

  @Test
  void isCloseWhereCostsThatAreOneDeviationOffWouldAnswerOtherwise() {
    SplittableRandom random = new SplittableRandom(4);
    int close = 0;
    for (int i = 0; i < 10_000; i++) {
      double width = random.nextDouble(1, 30);
      double deviation = random.nextDouble(0, 0.9 * width);
      boolean dedicated = random.nextBoolean();
      Direction direction = dedicated ? Direction.DEMOTE : Direction.PROMOTE;
      CostAccount account = new CostAccount(
          random.nextDouble() * width,
          random.nextDouble(-5, 20),
          random.nextDouble(-1, 1),
          dedicated,
          width);
      boolean changes = uncapped(width - deviation, direction, account)
          != uncapped(width + deviation, direction, account);
      assertThat(new CostBand(width, 0).withMeasured(varying(deviation)).close(direction, account))
          .isEqualTo(changes);
      close += changes ? 1 : 0;
    }
    assertThat(close).isBetween(1_000, 9_000);
  }

  private static MoveCosts varying(double deviation) {
    return new MoveCosts(new MeasuredCost(2, 0, deviation), MeasuredCost.NONE);
  }

  /** What a band of this width answers to an account that has gone as far as it has. */
  private static boolean uncapped(double width, Direction direction, CostAccount account) {
    return new CostBand(width, 0).requires(direction, account);
  }

  @Test
  void saysWhereTheAnswerIsClose() {
    CostBand band = CostBand.defaults().withMeasured(varying(1.5));
    List<String> texts = Stream.of(5.0, 11.0, 12.0)
        .map(accumulated -> new CostAccount(accumulated, 0, 1, false, 12))
        .map(account -> chain.decide(input(TierState.FALLBACK, account, band)))
        .flatMap(decision -> decision.gates().stream())
        .filter(gate -> gate.name().equals("AccumulatedCost"))
        .map(Gate::current)
        .toList();
    assertThat(texts)
        .containsExactly(
            "5.000000 of 12.000000, credit 0.000000, 7.000000 to go",
            "11.000000 of 12.000000, credit 0.000000, 1.000000 to go, close: the costs of moves vary by 1.500000",
            "12.000000 of 12.000000, credit 0.000000, 0.000000 to go, close: the costs of moves vary by 1.500000");
  }

  @Test
  void showsAccumulatedCostBandAndDistance() {
    Decision held =
        chain.decide(input(TierState.FALLBACK, new CostAccount(7.25, 2, 0.5, false, 12)));
    assertThat(held.reason()).isEqualTo(DecisionReason.INSIDE_COST_BAND);
    assertThat(held.advised()).isNull();
    assertThat(held.gates())
        .contains(new Gate(
            "AccumulatedCost",
            "7.250000 of 12.000000, credit 2.000000, 2.750000 to go",
            ">= 12.000000, or from 6.000000 on as far as credit covers the rest",
            false,
            null,
            7.25,
            10.0))
        .noneMatch(gate -> gate.name().startsWith("Share") || gate.name().startsWith("Stabil"));

    Decision promoted =
        chain.decide(input(TierState.FALLBACK, new CostAccount(12, 0, 1, false, 12)));
    assertThat(promoted).isInstanceOf(Promote.class);
    assertThat(promoted.reason()).isEqualTo(DecisionReason.FALLBACK_TOO_DEAR);
    assertThat(((Promote) promoted).excess()).isEqualTo(1);

    Decision demoted =
        chain.decide(input(TierState.DEDICATED, new CostAccount(0, 0, -1, true, 12)));
    assertThat(demoted).isInstanceOf(Demote.class);
    assertThat(demoted.reason()).isEqualTo(DecisionReason.DEDICATED_TOO_DEAR);
    assertThat(chain
            .decide(input(TierState.DEDICATED, new CostAccount(0.001, 0, -1, true, 12)))
            .reason())
        .isEqualTo(DecisionReason.INSIDE_COST_BAND);
  }

  @Test
  void beginsWithNothingThatSpeaksAgainstThePresentTier() {
    for (TierState tier : List.of(TierState.FALLBACK, TierState.DEDICATED)) {
      assertThat(chain.wanted(policy(CostBand.defaults()), Pin.AUTO, tier, 0.9, 0))
          .isNull();
    }
  }

  @Test
  void takesTheBiggerOfShareAndPointsWhereEitherIsEnoughAndTheSmallerWhereBothAreNeeded() {
    assertThat(thresholds(Match.EITHER).relativeSize(0.2, 500)).isEqualTo(2);
    assertThat(thresholds(Match.BOTH).relativeSize(0.2, 500)).isEqualTo(0.5);
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 4, costBand.promotionCost is -1.0",
    "8, NaN, costBand.demotionCost is NaN",
    "0, 0, costBand.promotionCost + costBand.demotionCost is 0.0"
  })
  void refusesCostsThatMakeNoBand(double promotion, double demotion, String message) {
    assertThatThrownBy(() -> new CostBand(promotion, demotion, 1, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message)
        .hasMessageContaining("allowed is");
  }

  private static Thresholds thresholds(Match match) {
    return new Thresholds(
        OptionalDouble.of(0.1), java.util.OptionalLong.of(1000), match, Duration.ZERO);
  }

  private static DecisionInput input(TierState tier, CostAccount account) {
    return input(tier, account, CostBand.defaults());
  }

  private static DecisionInput input(TierState tier, CostAccount account, CostBand band) {
    return new DecisionInput(
        "acme",
        tier,
        policy(band),
        Pin.AUTO,
        NOW,
        new DecisionInput.Measured(0.3, 0, NOW, 5, null, account, null),
        MoveHistory.NONE,
        new DecisionInput.Circumstances(0, 0, List.of(), WindowState.always(), null));
  }

  private static DecisionPolicy policy(CostBand band) {
    return DecisionPolicy.defaults().withMode(Mode.AUTO).withMinSamples(1).withCostBand(band);
  }
}
