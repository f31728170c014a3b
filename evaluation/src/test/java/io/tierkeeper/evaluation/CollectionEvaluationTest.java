package io.tierkeeper.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tierkeeper.audit.DecisionInputs;
import io.tierkeeper.evaluation.OpenMove.Stage;
import io.tierkeeper.evaluation.history.DecisionRecord;
import io.tierkeeper.governance.GovernanceParameters;
import io.tierkeeper.governance.PenaltyScale;
import io.tierkeeper.governance.PenaltyTerm;
import io.tierkeeper.governance.TierState;
import io.tierkeeper.governance.decision.ActivePause;
import io.tierkeeper.governance.decision.Cooldown;
import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.governance.decision.DecisionInput;
import io.tierkeeper.governance.decision.DecisionPolicy;
import io.tierkeeper.governance.decision.DecisionReason;
import io.tierkeeper.governance.decision.Demote;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.FlapBudget;
import io.tierkeeper.governance.decision.Limits;
import io.tierkeeper.governance.decision.MeasuredCost;
import io.tierkeeper.governance.decision.Mode;
import io.tierkeeper.governance.decision.MoveCosts;
import io.tierkeeper.governance.decision.Pin;
import io.tierkeeper.governance.decision.Thresholds;
import io.tierkeeper.governance.decision.WindowState;
import io.tierkeeper.qdrant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked
class CollectionEvaluationTest {

  private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");
  private static final TenantId ACME = TenantId.of("acme");
  private static final TenantId BETA = TenantId.of("beta");
  private static final TenantId SMALL = TenantId.of("small");

  private final CollectionEvaluation evaluation = new CollectionEvaluation();
  private final Map<TenantId, OpenMove> open = new HashMap<>();
  private final Map<TenantId, TenantCount> counts =
      new HashMap<>(Map.of(ACME, count(600), BETA, count(500), SMALL, count(100)));
  private List<ActivePause> pauses = List.of();
  private WindowState window = WindowState.always();
  private CostBand band;
  private GovernanceParameters parameters = GovernanceParameters.defaults();
  private PenaltyValues values = PenaltyValues.NONE;
  private MoveCosts costs = MoveCosts.NONE;

  @Test
  void plansEveryTenantAboveTheThresholdWhereAPersonApproves() {
    EvaluationOutcome outcome = evaluate(Mode.APPROVE, CollectionMemory.EMPTY, NOW);
    assertThat(outcome.plans())
        .extracting(EvaluationOutcome.Plan::tenant)
        .containsExactly(ACME, BETA);
    assertThat(outcome.changed()).isTrue();
  }

  @Test
  void tellsAKeywordAndANumberOfTheSameDigitsApart() {
    TenantId keyword = TenantId.of("7");
    TenantId number = TenantId.of(7);
    counts.put(keyword, count(40));
    counts.put(number, new TenantCount(70, true, true));
    EvaluationOutcome first = evaluate(Mode.RECOMMEND, CollectionMemory.EMPTY, NOW);
    EvaluationOutcome repeated =
        evaluation.evaluate(input(Mode.RECOMMEND, null, first.memory(), NOW.plusSeconds(60)));
    for (EvaluationOutcome outcome : List.of(first, repeated)) {
      TenantVerdict ofKeyword = outcome.verdicts().get(keyword);
      TenantVerdict ofNumber = outcome.verdicts().get(number);
      assertThat(ofKeyword.name()).isEqualTo("7");
      assertThat(ofKeyword.points()).isEqualTo(40);
      assertThat(ofKeyword.tier()).isEqualTo(TierState.FALLBACK);
      assertThat(ofKeyword.numbers().contribution()).isEqualTo(40);
      assertThat(ofNumber.name()).isEqualTo("tierkeeper/number/7");
      assertThat(ofNumber.points()).isEqualTo(70);
      assertThat(ofNumber.tier()).isEqualTo(TierState.DEDICATED);
      assertThat(ofNumber.numbers().contribution()).isEqualTo(70);
    }
  }

  @Test
  void plansOneAtATimeWithoutApproval() {
    assertThat(evaluate(Mode.AUTO, CollectionMemory.EMPTY, NOW).plans())
        .extracting(EvaluationOutcome.Plan::tenant)
        .containsExactly(ACME);
  }

  @Test
  void plansNothingForATenantThatHasAPlan() {
    open.put(ACME, new OpenMove("kb-acme-promote-0000", Direction.PROMOTE, Stage.WAITING));
    assertThat(evaluate(Mode.APPROVE, CollectionMemory.EMPTY, NOW).plans())
        .extracting(EvaluationOutcome.Plan::tenant)
        .containsExactly(BETA);
  }

  @Test
  void letsOthersWaitWhileAMoveIsAtWork() {
    open.put(ACME, new OpenMove("kb-acme-promote-0000", Direction.PROMOTE, Stage.WORKING));
    EvaluationOutcome outcome = evaluate(Mode.APPROVE, CollectionMemory.EMPTY, NOW);
    assertThat(outcome.verdicts().get(ACME).tier()).isEqualTo(TierState.PROMOTING);
    assertThat(outcome.verdicts().get(BETA).decision().reason())
        .isEqualTo(DecisionReason.COLLECTION_BUSY);
  }

  /** A key of which a replica is being placed, or which is frozen, is not Active and so measured in the fallback. */
  @ParameterizedTest
  @CsvSource({
    "PROMOTE, PROMOTING, true, 0",
    "PROMOTE, DEDICATED, false, 1",
    "PROMOTE, DEMOTING, false, 1",
    "DEMOTE, DEMOTING, false, 1",
    "DEMOTE, FALLBACK, true, 0"
  })
  void takesTheTierOfAMoveFromItsJournalWhateverIsMeasured(
      Direction direction, TierState tier, boolean measured, int dedicated) {
    counts.put(ACME, new TenantCount(600, measured, true));
    open.put(ACME, new OpenMove("kb-acme-0000", direction, Stage.WORKING, tier));
    EvaluationOutcome outcome = evaluate(Mode.APPROVE, CollectionMemory.EMPTY, NOW);
    TenantVerdict verdict = outcome.verdicts().get(ACME);
    assertThat(verdict.tier()).isEqualTo(tier);
    assertThat(verdict.numbers().state()).isEqualTo(tier);
    assertThat(verdict.numbers().penalty().total())
        .isEqualTo(
            switch (tier) {
              case DEDICATED -> 0.0;
              case PROMOTING -> 0.15;
              case FALLBACK, DEMOTING -> 0.10;
            });
    assertThat(outcome.dedicated()).isEqualTo(dedicated);
  }

  /** While a replica is placed, or a replica is lost while the old copy is deleted. */
  @Test
  void countsNotWhatTheFallbackStillHoldsOfATenantThatItsOwnKeyServes() {
    EvaluationOutcome before = evaluate(Mode.APPROVE, CollectionMemory.EMPTY, NOW);
    open.put(
        ACME, new OpenMove("kb-acme-0000", Direction.PROMOTE, Stage.WORKING, TierState.DEDICATED));
    counts.put(ACME, count(10));
    EvaluationOutcome outcome = evaluate(Mode.APPROVE, before.memory(), NOW.plusSeconds(60));
    assertThat(outcome.verdicts().get(ACME).points()).isEqualTo(600);
    counts.remove(ACME);
    outcome = evaluate(Mode.APPROVE, outcome.memory(), NOW.plusSeconds(120));
    assertThat(outcome.verdicts().get(ACME).points()).isEqualTo(600);
    assertThat(outcome.evaluation().summary().coherence()).isEqualTo(1);
    counts.put(ACME, new TenantCount(620, true, true));
    outcome = evaluate(Mode.APPROVE, outcome.memory(), NOW.plusSeconds(180));
    assertThat(outcome.verdicts().get(ACME).points()).isEqualTo(620);
  }

  @Test
  void leavesATenantWhereItsMoveHasBroughtItUntilTheNextMeasurement() {
    open.put(
        ACME, new OpenMove("kb-acme-0000", Direction.PROMOTE, Stage.WORKING, TierState.DEDICATED));
    EvaluationOutcome outcome = evaluate(Mode.APPROVE, CollectionMemory.EMPTY, NOW);
    open.clear();
    outcome = evaluation.evaluate(input(Mode.APPROVE, null, outcome.memory(), NOW.plusSeconds(60)));
    assertThat(outcome.verdicts().get(ACME).tier()).isEqualTo(TierState.DEDICATED);
    assertThat(outcome.dedicated()).isEqualTo(1);
  }

  @Test
  void letsOthersMoveWhileAMoveOnlyRetains() {
    counts.put(ACME, new TenantCount(600, true, true));
    open.put(ACME, new OpenMove("kb-acme-promote-0000", Direction.PROMOTE, Stage.RETAINING));
    EvaluationOutcome outcome = evaluate(Mode.APPROVE, CollectionMemory.EMPTY, NOW);
    assertThat(outcome.verdicts().get(ACME).tier()).isEqualTo(TierState.DEDICATED);
    assertThat(outcome.verdicts().get(ACME).decision().reason())
        .isEqualTo(DecisionReason.MOVE_IN_PROGRESS);
    assertThat(outcome.plans()).extracting(EvaluationOutcome.Plan::tenant).containsExactly(BETA);
  }

  @Test
  void publishesAPlanBeforeItsWindowOpens() {
    window = new WindowState(false, NOW.plusSeconds(3600));
    assertThat(evaluate(Mode.APPROVE, CollectionMemory.EMPTY, NOW).plans()).hasSize(2);
  }

  @Test
  void holdsWhilePausedAndSaysWhenThatEnds() {
    pauses = List.of(new ActivePause("sre", "quarter close", NOW.plusSeconds(60), Set.of()));
    EvaluationOutcome outcome = evaluate(Mode.APPROVE, CollectionMemory.EMPTY, NOW);
    assertThat(outcome.plans()).isEmpty();
    assertThat(outcome.verdicts().get(ACME).decision().nextOpening()).contains(NOW.plusSeconds(60));
  }

  @Test
  void leavesNoTraceOfAMeasurementThatChangesNothing() {
    EvaluationOutcome first = evaluate(Mode.APPROVE, CollectionMemory.EMPTY, NOW);
    EvaluationOutcome second = evaluate(Mode.APPROVE, first.memory(), NOW.plusSeconds(60));
    assertThat(second.changed()).isFalse();
    assertThat(second.memory().of(ACME).window())
        .isEqualTo(first.memory().of(ACME).window());
    assertThat(second.memory().of(ACME).samples()).isEqualTo(2);
    assertThat(second.verdicts().get(ACME).news()).isFalse();
  }

  @Test
  void takesAnotherPenaltyForAChangeThoughNoMassMoves() {
    GovernanceParameters given = GovernanceParameters.defaults();
    parameters = new GovernanceParameters(
        given.objective(),
        given.varianceWeight(),
        given.penaltyWeight(),
        given.coherenceWeight(),
        given.trackingWeight(),
        given.window(),
        given.penalties(),
        List.of(new PenaltyTerm("budget", true, false, new PenaltyScale.Ramp(200, 20, 0.25), 0)));
    EvaluationOutcome first = evaluate(Mode.APPROVE, CollectionMemory.EMPTY, NOW);
    values = new PenaltyValues(Map.of("budget", Map.of("acme", "20")));
    EvaluationOutcome second = evaluate(Mode.APPROVE, first.memory(), NOW.plusSeconds(60));
    EvaluationOutcome third = evaluate(Mode.APPROVE, second.memory(), NOW.plusSeconds(120));

    assertThat(second.changed()).isTrue();
    assertThat(second.verdicts().get(ACME).numbers().dampedMass())
        .isEqualTo(first.verdicts().get(ACME).numbers().dampedMass());
    assertThat(second.verdicts().get(ACME).decision().gates())
        .filteredOn(gate -> gate.name().equals("Penalty"))
        .singleElement()
        .satisfies(gate -> assertThat(gate.met()).isTrue())
        .satisfies(
            gate -> assertThat(gate.current()).isEqualTo("0.35 = 0.10 tier + 0.25 budget (20)"));
    assertThat(second.verdicts().get(BETA).numbers().penalty().total()).isEqualTo(0.10);
    assertThat(third.changed()).isFalse();
  }

  @Test
  void remembersSinceWhenTheThresholdHolds() {
    EvaluationOutcome first = evaluate(Mode.APPROVE, CollectionMemory.EMPTY, NOW);
    EvaluationOutcome second = evaluate(Mode.APPROVE, first.memory(), NOW.plusSeconds(60));
    assertThat(second.memory().of(ACME).conditionSince()).isEqualTo(NOW);
    counts.put(ACME, count(10));
    counts.put(BETA, count(5000));
    EvaluationOutcome third = second;
    for (int i = 2; i < 12; i++) {
      third = evaluate(Mode.APPROVE, third.memory(), NOW.plusSeconds(60L * i));
    }
    assertThat(third.memory().of(ACME).conditionSince()).isNull();
  }

  @Test
  void keepsTheLastMassesWhereNothingCouldBeMeasured() {
    EvaluationOutcome first = evaluate(Mode.APPROVE, CollectionMemory.EMPTY, NOW);
    counts.clear();
    EvaluationOutcome later =
        evaluation.evaluate(input(Mode.APPROVE, null, first.memory(), NOW.plusSeconds(3600)));
    assertThat(later.verdicts().get(ACME).points()).isEqualTo(600);
    assertThat(later.verdicts().get(ACME).decision().reason())
        .isEqualTo(DecisionReason.MEASUREMENT_STALE);
    assertThat(later.plans()).isEmpty();
  }

  @Test
  void promotesByTheCostBandWhenTheFallbackHasCostEnough() {
    band = CostBand.defaults();
    EvaluationOutcome outcome = evaluate(Mode.APPROVE, CollectionMemory.EMPTY, NOW);
    // A quarter above the promotion size costs 1 an hour; half the band, 6, is asked for.
    for (int hour = 1; hour < 6; hour++) {
      outcome = evaluate(Mode.APPROVE, outcome.memory(), NOW.plus(Duration.ofHours(hour)));
      assertThat(outcome.plans()).isEmpty();
      assertThat(outcome.verdicts().get(ACME).decision().reason())
          .isEqualTo(DecisionReason.INSIDE_COST_BAND);
      assertThat(outcome.memory().of(ACME).account().accumulated()).isCloseTo(hour, within(1e-9));
    }
    outcome = evaluate(Mode.APPROVE, outcome.memory(), NOW.plus(Duration.ofMinutes(361)));
    assertThat(outcome.plans()).extracting(EvaluationOutcome.Plan::tenant).containsExactly(ACME);
    assertThat(outcome.verdicts().get(ACME).decision().reason())
        .isEqualTo(DecisionReason.FALLBACK_TOO_DEAR);
    assertThat(outcome.verdicts().get(ACME).seen().measured().costAccount())
        .isEqualTo(outcome.memory().of(ACME).account());
  }

  @Test
  void forgetsTheAccountUnderAPolicyWithoutABand() {
    band = CostBand.defaults();
    EvaluationOutcome outcome = evaluate(Mode.APPROVE, CollectionMemory.EMPTY, NOW);
    assertThat(outcome.memory().of(ACME).account()).isNotNull();
    band = null;
    outcome = evaluate(Mode.APPROVE, outcome.memory(), NOW.plus(Duration.ofMinutes(1)));
    assertThat(outcome.memory().of(ACME).account()).isNull();
    assertThat(outcome.verdicts().get(ACME).seen().measured().costAccount()).isNull();
  }

  @Test
  void demotesByTheCostBandAlsoWhomNothingIsLeftOf() {
    band = CostBand.defaults();
    counts.put(ACME, new TenantCount(0, true, true));
    EvaluationOutcome outcome = evaluate(Mode.APPROVE, CollectionMemory.EMPTY, NOW);
    // Half the band at one a quarter of an hour, give or take the rounding of ninety sums.
    for (int minute = 1; minute <= 120; minute++) {
      outcome = evaluate(Mode.APPROVE, outcome.memory(), NOW.plus(Duration.ofMinutes(minute)));
      if (minute != 90) {
        assertThat(outcome.verdicts().get(ACME).decision() instanceof Demote)
            .as("minute " + minute)
            .isEqualTo(minute > 90);
      }
    }
    assertThat(outcome.evaluation().regimes())
        .as("the evaluator knows nothing of it")
        .noneMatch(row -> row.tenant().equals(ACME.toString()));
  }

  @Test
  void keepsTheAccountInTheTrail() {
    band = CostBand.defaults();
    EvaluationOutcome first = evaluate(Mode.APPROVE, CollectionMemory.EMPTY, NOW);
    EvaluationOutcome second =
        evaluate(Mode.APPROVE, first.memory(), NOW.plus(Duration.ofMinutes(47)));
    DecisionInput seen = second.verdicts().get(ACME).seen();
    assertThat(DecisionRecord.input(seen, null).costs().costAccount().accumulated())
        .isEqualTo(seen.measured().costAccount().accumulated())
        .isPositive();
  }

  @Test
  void waitsLongerWhereMovesHaveProvedDearAndKeepsInTheTrailWhatTheyCost() {
    costs = new MoveCosts(new MeasuredCost(2, 9, 3), new MeasuredCost(1, 3, 0));
    band = CostBand.defaults();
    assertThat(required()).as("given costs only").isEqualTo(6);

    band = CostBand.defaults().withMeasured(MoveCosts.NONE);
    assertThat(required()).as("and measured ones").isEqualTo(12);
    DecisionInputs.Costs written = DecisionRecord.input(seen(), null).costs();
    assertThat(written.moveCosts().promotion().mean()).isEqualTo(9);
    assertThat(written.moveCosts().demotion().moves()).isEqualTo(1);
    assertThat(written.costAccount().width()).isEqualTo(24);
  }

  private DecisionInput seen() {
    EvaluationOutcome first = evaluate(Mode.APPROVE, CollectionMemory.EMPTY, NOW);
    return evaluate(Mode.APPROVE, first.memory(), NOW.plus(Duration.ofMinutes(47)))
        .verdicts()
        .get(ACME)
        .seen();
  }

  /** Where the account has to come for a promotion. */
  private double required() {
    DecisionInput seen = seen();
    return seen.policy().costBand().required(Direction.PROMOTE, seen.measured().costAccount());
  }

  private EvaluationOutcome evaluate(Mode mode, CollectionMemory memory, Instant now) {
    return evaluation.evaluate(input(mode, new Measurement(now, counts, 1200), memory, now));
  }

  private EvaluationInput input(
      Mode mode, Measurement measurement, CollectionMemory memory, Instant now) {
    DecisionPolicy policy = new DecisionPolicy(
        mode,
        Thresholds.ofShare(0.4),
        Thresholds.ofShare(0.2),
        new Cooldown(Duration.ZERO, Duration.ZERO),
        new FlapBudget(2, Duration.ofHours(1)),
        new Limits(10, 1),
        1,
        Duration.ofMinutes(10),
        Set.of(),
        false,
        band);
    Map<TenantId, TenantIntent> intents = new HashMap<>();
    for (TenantId tenant : List.of(ACME, BETA, SMALL)) {
      intents.put(tenant, new TenantIntent("kb-" + tenant, tenant, Pin.AUTO, 1, policy));
    }
    return new EvaluationInput(
        now,
        new EvaluationRules(parameters, false, policy),
        TenantId.Kind.KEYWORD,
        intents,
        100,
        measurement,
        memory,
        new CollectionMoves(open, Map.of(), 0, costs),
        new Restrictions(pauses, Map.of(Direction.PROMOTE, window, Direction.DEMOTE, window), null),
        values);
  }

  private static TenantCount count(long points) {
    return new TenantCount(points, false, true);
  }
}
