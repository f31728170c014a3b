package io.tierkeeper.governance.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.governance.TierState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
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
    double accumulated = band.start(TierState.FALLBACK);
    double inFallback = 0;
    double inDedicated = band.promotionCost();
    int moves = 0;
    dedicated[0] = false;
    for (int i = 0; i < steps; i++) {
      TierCost step = costs.apply(i);
      accumulated = band.accumulate(accumulated, step);
      TierState tier = dedicated[0] ? TierState.DEDICATED : TierState.FALLBACK;
      Direction wanted = chain.wanted(policy, Pin.AUTO, tier, 0, 0, OptionalDouble.of(accumulated));
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
          : new CostBand(random.nextDouble(0.1, 20), random.nextDouble(0, 20));
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
      double allowed =
          3 * judged.optimum() + Math.max(0, band.demotionCost() - band.promotionCost());
      assertThat(judged.cost()).isLessThanOrEqualTo(allowed + 1e-9);
      if (judged.optimum() > 0 && band.demotionCost() <= band.promotionCost()) {
        worst = Math.max(worst, judged.cost() / judged.optimum());
      }
    }
    assertThat(worst).as("the sequences are hard enough to come near the bound").isGreaterThan(2.5);
  }

  @ParameterizedTest
  @CsvSource({"0.5, 2.9", "0.1, 2.97", "0.01, 2.99"})
  void isBroughtToThreeAndNotBeyondByWhoKnowsTheRule(double excess, double atLeast) {
    CostBand band = CostBand.defaults();
    boolean[] dedicated = new boolean[1];
    int cycle = (int) Math.ceil(2 * band.width() / excess);
    Judged judged = judge(
        band,
        200 * cycle,
        step -> dedicated[0] ? new TierCost(0, excess) : new TierCost(excess, 0),
        dedicated);

    assertThat(judged.cost() / judged.optimum()).isBetween(atLeast, 3.0);
    assertThat(judged.moves()).isGreaterThan(300);
  }

  @Test
  void promotesATenantTenTimesItsSizeAtTheThirdMeasurement() {
    CostBand band = CostBand.defaults();
    double accumulated = 0;
    int measurements = 0;
    while (!band.asksFor(Direction.PROMOTE, accumulated)) {
      accumulated = band.accumulate(accumulated, TierCost.of(6, TierCost.UNIT_TIME));
      measurements++;
    }
    assertThat(measurements).isEqualTo(3);
  }

  @Test
  void chargesInProportionToTheTimeAndNeverMoreThanFiveTimesTheSize() {
    assertThat(TierCost.of(3, Duration.ofMinutes(30))).isEqualTo(new TierCost(4, 0));
    assertThat(TierCost.of(1000, Duration.ofMinutes(15))).isEqualTo(new TierCost(5, 0));
    assertThat(TierCost.of(0.25, Duration.ofMinutes(15))).isEqualTo(new TierCost(0, 0.75));
    assertThat(TierCost.of(1, Duration.ofHours(24))).isEqualTo(new TierCost(0, 0));
  }

  @Test
  void showsAccumulatedCostBandAndDistance() {
    Decision held = chain.decide(input(TierState.FALLBACK, 7.25));
    assertThat(held.reason()).isEqualTo(DecisionReason.INSIDE_COST_BAND);
    assertThat(held.advised()).isNull();
    assertThat(held.gates())
        .contains(new Gate(
            "AccumulatedCost",
            "7.250000",
            ">= 12.000000 (band 0 to 12.000000, 4.750000 to go)",
            false,
            null,
            7.25,
            12.0))
        .noneMatch(gate -> gate.name().startsWith("Share") || gate.name().startsWith("Stabil"));

    Decision promoted = chain.decide(input(TierState.FALLBACK, 12));
    assertThat(promoted).isInstanceOf(Promote.class);
    assertThat(promoted.reason()).isEqualTo(DecisionReason.COST_BAND_FULL);
    assertThat(((Promote) promoted).excess()).isEqualTo(1);

    Decision demoted = chain.decide(input(TierState.DEDICATED, 0));
    assertThat(demoted).isInstanceOf(Demote.class);
    assertThat(demoted.reason()).isEqualTo(DecisionReason.COST_BAND_EMPTY);
    assertThat(chain.decide(input(TierState.DEDICATED, 0.001)).reason())
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
    assertThatThrownBy(() -> new CostBand(promotion, demotion))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message)
        .hasMessageContaining("allowed is");
  }

  private static Thresholds thresholds(Match match) {
    return new Thresholds(
        OptionalDouble.of(0.1), java.util.OptionalLong.of(1000), match, Duration.ZERO);
  }

  private static DecisionInput input(TierState tier, double accumulated) {
    return new DecisionInput(
        "acme",
        tier,
        0.3,
        0,
        policy(CostBand.defaults()),
        Pin.AUTO,
        NOW,
        NOW,
        5,
        null,
        null,
        List.of(),
        0,
        0,
        List.of(),
        WindowState.always(),
        null,
        OptionalDouble.of(accumulated));
  }

  private static DecisionPolicy policy(CostBand band) {
    DecisionPolicy defaults = DecisionPolicy.defaults();
    return new DecisionPolicy(
        Mode.AUTO,
        defaults.promote(),
        defaults.demote(),
        defaults.cooldown(),
        defaults.flapBudget(),
        defaults.limits(),
        1,
        defaults.staleAfter(),
        defaults.approvalRequired(),
        false,
        band);
  }
}
