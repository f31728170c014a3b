package io.tierkeeper.governance.decision;

import static io.tierkeeper.governance.decision.DecisionCases.DEMOTE;
import static io.tierkeeper.governance.decision.DecisionCases.NOW;
import static io.tierkeeper.governance.decision.DecisionCases.PROMOTE;
import static io.tierkeeper.governance.decision.DecisionCases.big;
import static io.tierkeeper.governance.decision.DecisionCases.demotes;
import static io.tierkeeper.governance.decision.DecisionCases.flaps;
import static io.tierkeeper.governance.decision.DecisionCases.holds;
import static io.tierkeeper.governance.decision.DecisionCases.minutesAgo;
import static io.tierkeeper.governance.decision.DecisionCases.numbers;
import static io.tierkeeper.governance.decision.DecisionCases.plain;
import static io.tierkeeper.governance.decision.DecisionCases.promotes;
import static io.tierkeeper.governance.decision.DecisionCases.small;
import static io.tierkeeper.governance.decision.DecisionCases.timed;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.governance.TierState;
import io.tierkeeper.governance.decision.DecisionCases.Case;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One block per rule; every case changes one thing of a tenant that would otherwise be promoted or demoted. */
class DecisionRulesTest {
  @ParameterizedTest
  @MethodSource({
    "thresholds",
    "pointsThresholds",
    "stabilisation",
    "cooldown",
    "flapBudget",
    "capacity",
    "busy",
    "pause",
    "window",
    "pins",
    "modes",
    "freshness",
    "moving",
    "demotionNever"
  })
  void decides(Case expected) {
    Decision decision = new DecisionChain().decide(expected.input());

    assertThat(decision).isInstanceOf(expected.type());
    assertThat(decision.reason()).isEqualTo(expected.reason());
    assertThat(decision.advised()).isEqualTo(expected.advised());
    assertThat(decision.gates()).containsAll(expected.gates());
    assertThat(decision.tenant()).isEqualTo("acme");
    assertThat(decision.dampedMass()).isEqualTo(expected.input().measured().dampedMass());
    assertThat(decision.points()).isEqualTo(expected.input().measured().points());
  }

  static Stream<Case> thresholds() {
    return Stream.of(
        promotes(
            "above",
            big(),
            DecisionReason.SHARE_ABOVE_PROMOTE,
            numbers("ShareAbovePromote", "0.171020", "> 0.150000", true, .17102, .15)),
        holds(
            "exactly at the promotion threshold",
            big().mass(.15),
            DecisionReason.BETWEEN_THRESHOLDS,
            null,
            numbers("ShareAbovePromote", "0.150000", "> 0.150000", false, .15, .15)),
        holds(
            "a hair below, though it prints alike",
            big().mass(.1499999999),
            DecisionReason.BETWEEN_THRESHOLDS,
            null,
            numbers("ShareAbovePromote", "0.150000", "> 0.150000", false, .1499999999, .15)),
        demotes(
            "below",
            small(),
            DecisionReason.SHARE_BELOW_DEMOTE,
            numbers("ShareBelowDemote", "0.030000", "< 0.050000", true, .03, .05)),
        holds(
            "exactly at the demotion threshold",
            small().mass(.05),
            DecisionReason.BETWEEN_THRESHOLDS,
            null,
            numbers("ShareBelowDemote", "0.050000", "< 0.050000", false, .05, .05)),
        holds("dedicated and between", small().mass(.1), DecisionReason.BETWEEN_THRESHOLDS, null));
  }

  static Stream<Case> pointsThresholds() {
    Thresholds either = new Thresholds(
        OptionalDouble.of(.15), OptionalLong.of(20_000), Match.EITHER, Duration.ZERO);
    Thresholds both =
        new Thresholds(OptionalDouble.of(.15), OptionalLong.of(20_000), Match.BOTH, Duration.ZERO);
    Thresholds only =
        new Thresholds(OptionalDouble.empty(), OptionalLong.of(20_000), Match.BOTH, Duration.ZERO);
    Thresholds demote =
        new Thresholds(OptionalDouble.of(.05), OptionalLong.of(10_000), Match.BOTH, Duration.ZERO);
    return Stream.of(
        promotes(
            "either, by points",
            big().promote(either).mass(.1).points(20_000),
            DecisionReason.POINTS_ABOVE_PROMOTE,
            numbers("ShareAbovePromote", "0.100000", "> 0.150000", false, .1, .15),
            numbers("PointsAbovePromote", "20000", ">= 20000", true, 20_000, 20_000)),
        promotes(
            "either, by share",
            big().promote(either).points(5),
            DecisionReason.SHARE_ABOVE_PROMOTE),
        holds(
            "either, neither",
            big().promote(either).mass(.1).points(19_999),
            DecisionReason.BETWEEN_THRESHOLDS,
            null),
        promotes(
            "both, both", big().promote(both).points(20_000), DecisionReason.SHARE_ABOVE_PROMOTE),
        holds(
            "both, share only",
            big().promote(both).points(19_999),
            DecisionReason.BETWEEN_THRESHOLDS,
            null,
            numbers("PointsAbovePromote", "19999", ">= 20000", false, 19_999, 20_000)),
        holds(
            "both, points only",
            big().promote(both).mass(.1).points(30_000),
            DecisionReason.BETWEEN_THRESHOLDS,
            null),
        promotes(
            "points alone",
            big().promote(only).mass(.0).points(20_000),
            DecisionReason.POINTS_ABOVE_PROMOTE),
        demotes(
            "both small",
            small().demote(demote).points(10_000),
            DecisionReason.SHARE_BELOW_DEMOTE,
            numbers("PointsBelowDemote", "10000", "<= 10000", true, 10_000, 10_000)),
        holds(
            "small share of many points",
            small().demote(demote).points(10_001),
            DecisionReason.BETWEEN_THRESHOLDS,
            null));
  }

  static Stream<Case> stabilisation() {
    return Stream.of(
        promotes(
            "long enough",
            big().since(minutesAgo(30)),
            DecisionReason.SHARE_ABOVE_PROMOTE,
            timed("StabilizationWindow", "30m", "30m", true, null)),
        holds(
            "not yet",
            big().since(minutesAgo(28)),
            DecisionReason.STABILIZING,
            null,
            timed("StabilizationWindow", "28m", "30m", false, NOW.plus(Duration.ofMinutes(2)))),
        holds(
            "for the first time",
            big().since(null),
            DecisionReason.STABILIZING,
            null,
            timed("StabilizationWindow", "0s", "30m", false, NOW.plus(Duration.ofMinutes(30)))),
        holds(
            "demotion takes longer",
            small().since(NOW.minus(Duration.ofHours(23))),
            DecisionReason.STABILIZING,
            null,
            timed("StabilizationWindow", "23h", "24h", false, NOW.plus(Duration.ofHours(1)))),
        holds(
            "no clock runs between the thresholds",
            big().mass(.1).since(minutesAgo(90)),
            DecisionReason.BETWEEN_THRESHOLDS,
            null,
            timed("StabilizationWindow", "0s", "30m", false, null)));
  }

  static Stream<Case> cooldown() {
    LastMove moved =
        new LastMove(DEMOTE, LastMove.Outcome.SUCCEEDED, NOW.minus(Duration.ofHours(6)));
    LastMove aborted =
        new LastMove(PROMOTE, LastMove.Outcome.ABORTED, NOW.minus(Duration.ofHours(6)));
    LastMove rested =
        new LastMove(PROMOTE, LastMove.Outcome.ABORTED, NOW.minus(Duration.ofHours(12)));
    LastMove fresh =
        new LastMove(DEMOTE, LastMove.Outcome.SUCCEEDED, NOW.minus(Duration.ofMinutes(90)));
    return Stream.of(
        promotes(
            "rested after a move",
            big().last(moved),
            DecisionReason.SHARE_ABOVE_PROMOTE,
            timed("Cooldown", "6h", "6h", true, null)),
        holds(
            "too soon after a move",
            big().last(fresh),
            DecisionReason.COOLING_DOWN,
            PROMOTE,
            timed("Cooldown", "1h30m", "6h", false, NOW.plus(Duration.ofMinutes(270)))),
        holds(
            "longer after an abort",
            big().last(aborted),
            DecisionReason.COOLING_DOWN,
            PROMOTE,
            timed("Cooldown", "6h", "12h", false, NOW.plus(Duration.ofHours(6)))),
        promotes("rested after an abort", big().last(rested), DecisionReason.SHARE_ABOVE_PROMOTE));
  }

  static Stream<Case> flapBudget() {
    Instant old = NOW.minus(Duration.ofHours(168));
    Instant first = NOW.minus(Duration.ofHours(100));
    Instant second = NOW.minus(Duration.ofHours(50));
    Instant third = NOW.minus(Duration.ofHours(20));
    return Stream.of(
        promotes(
            "one of two used",
            big().moves(first, old),
            DecisionReason.SHARE_ABOVE_PROMOTE,
            numbers("FlapBudget", "1 moves in 168h", "< 2", true, 1, 2)),
        holds(
            "used up",
            big().moves(second, first),
            DecisionReason.FLAP_BUDGET_EXHAUSTED,
            PROMOTE,
            flaps(2, first.plus(Duration.ofHours(168)))),
        holds(
            "more than used up",
            big().moves(third, first, second),
            DecisionReason.FLAP_BUDGET_EXHAUSTED,
            PROMOTE,
            flaps(3, second.plus(Duration.ofHours(168)))));
  }

  static Stream<Case> capacity() {
    return Stream.of(
        promotes(
            "the last place",
            big().dedicated(199),
            DecisionReason.SHARE_ABOVE_PROMOTE,
            numbers("DedicatedLimit", "199", "< 200", true, 199, 200)),
        holds(
            "full",
            big().dedicated(200),
            DecisionReason.CAPACITY_REACHED,
            PROMOTE,
            numbers("DedicatedLimit", "200", "< 200", false, 200, 200)),
        demotes(
            "a demotion makes room", small().dedicated(500), DecisionReason.SHARE_BELOW_DEMOTE));
  }

  static Stream<Case> busy() {
    return Stream.of(
        holds(
            "another move",
            big().active(1),
            DecisionReason.COLLECTION_BUSY,
            PROMOTE,
            numbers("ConcurrentMoves", "1", "< 1", false, 1, 1)),
        holds(
            "a foreign mover",
            small().waitingFor("transfer of shard 3 to peer 7"),
            DecisionReason.COLLECTION_BUSY,
            DEMOTE,
            new Gate(
                "ForeignMover", "transfer of shard 3 to peer 7", "none", false, null, null, null)));
  }

  static Stream<Case> pause() {
    Instant later = NOW.plusSeconds(3600);
    ActivePause both = new ActivePause("sre", "quarter close", later, Set.of());
    ActivePause demotions = new ActivePause("ann", "audit", later.plusSeconds(60), Set.of(DEMOTE));
    ActivePause over = new ActivePause("bob", "lunch", NOW, Set.of());
    return Stream.of(
        holds(
            "paused",
            big().pauses(both, over),
            DecisionReason.PAUSED,
            PROMOTE,
            timed("Pause", "paused by sre: quarter close", "not paused", false, later)),
        promotes(
            "only the other direction",
            big().pauses(demotions),
            DecisionReason.SHARE_ABOVE_PROMOTE),
        promotes("ended by itself", big().pauses(over), DecisionReason.SHARE_ABOVE_PROMOTE),
        holds(
            "until the last one ends",
            small().pauses(both, demotions),
            DecisionReason.PAUSED,
            DEMOTE,
            timed(
                "Pause",
                "paused by sre: quarter close; ann: audit",
                "not paused",
                false,
                later.plusSeconds(60))));
  }

  static Stream<Case> window() {
    Instant opens = Instant.parse("2026-11-22T01:00:00Z");
    return Stream.of(
        holds(
            "closed",
            big().window(new WindowState(false, opens)),
            DecisionReason.OUTSIDE_WINDOW,
            PROMOTE,
            timed("MaintenanceWindow", "closed", "open", false, opens)),
        holds(
            "closed for good",
            big().window(new WindowState(false, null)),
            DecisionReason.OUTSIDE_WINDOW,
            PROMOTE,
            timed("MaintenanceWindow", "closed", "open", false, null)),
        promotes(
            "open",
            big().window(new WindowState(true, opens)),
            DecisionReason.SHARE_ABOVE_PROMOTE,
            timed("MaintenanceWindow", "open", "open", true, null)));
  }

  static Stream<Case> pins() {
    LastMove fresh = new LastMove(DEMOTE, LastMove.Outcome.ABORTED, NOW);
    return Stream.of(
        promotes(
            "pinned to dedicated, small, new and just aborted",
            big().pin(Pin.DEDICATED).mass(.001).since(null).last(fresh),
            DecisionReason.PINNED_DEDICATED,
            new Gate("Pin", "Dedicated", "Auto or Dedicated", true, null, null, null)),
        demotes(
            "pinned to the fallback, though big",
            small().pin(Pin.FALLBACK).mass(.5).since(null).last(fresh),
            DecisionReason.PINNED_FALLBACK),
        holds(
            "pinned where it is, though big",
            big().pin(Pin.FALLBACK),
            DecisionReason.PINNED_FALLBACK,
            null,
            new Gate("Pin", "Fallback", "Auto or Dedicated", false, null, null, null)),
        holds(
            "pinned where it is, though small",
            small().pin(Pin.DEDICATED),
            DecisionReason.PINNED_DEDICATED,
            null),
        holds(
            "a pin waits for a pause",
            big()
                .pin(Pin.DEDICATED)
                .pauses(new ActivePause("a", "b", NOW.plusSeconds(1), Set.of())),
            DecisionReason.PAUSED,
            PROMOTE),
        holds(
            "a pin waits for the window",
            big().pin(Pin.DEDICATED).window(new WindowState(false, null)),
            DecisionReason.OUTSIDE_WINDOW,
            PROMOTE),
        holds(
            "a pin waits for a place",
            big().pin(Pin.DEDICATED).dedicated(200),
            DecisionReason.CAPACITY_REACHED,
            PROMOTE),
        holds(
            "a pin waits for a measurement",
            big().pin(Pin.DEDICATED).measured(null),
            DecisionReason.MEASUREMENT_STALE,
            null),
        holds(
            "a pin does not override the mode",
            big().pin(Pin.DEDICATED).mode(Mode.RECOMMEND),
            DecisionReason.RECOMMEND_ONLY,
            PROMOTE));
  }

  static Stream<Case> modes() {
    return Stream.of(
        holds(
            "off",
            big().mode(Mode.OFF),
            DecisionReason.MODE_OFF,
            null,
            plain("Mode", "Off", "Approve or Auto", false)),
        holds(
            "off, whatever else holds",
            big().mode(Mode.OFF).mass(.1),
            DecisionReason.MODE_OFF,
            null),
        holds(
            "recommend",
            big().mode(Mode.RECOMMEND),
            DecisionReason.RECOMMEND_ONLY,
            PROMOTE,
            plain("Mode", "Recommend", "Approve or Auto", false)),
        holds(
            "recommend says so outside the window, too",
            small().mode(Mode.RECOMMEND).window(new WindowState(false, null)),
            DecisionReason.RECOMMEND_ONLY,
            DEMOTE),
        holds(
            "recommend has nothing to recommend",
            big().mode(Mode.RECOMMEND).mass(.1),
            DecisionReason.BETWEEN_THRESHOLDS,
            null),
        promotes(
            "approve",
            big().mode(Mode.APPROVE),
            DecisionReason.SHARE_ABOVE_PROMOTE,
            plain("Mode", "Approve", "Approve or Auto", true)),
        promotes(
            "auto",
            big().mode(Mode.AUTO),
            DecisionReason.SHARE_ABOVE_PROMOTE,
            plain("Mode", "Auto", "Approve or Auto", true)));
  }

  static Stream<Case> freshness() {
    return Stream.of(
        promotes(
            "just fresh enough",
            big().measured(minutesAgo(10)),
            DecisionReason.SHARE_ABOVE_PROMOTE,
            plain("MeasurementAge", "10m", "<= 10m", true)),
        holds(
            "stale",
            big().measured(minutesAgo(10).minusSeconds(1)),
            DecisionReason.MEASUREMENT_STALE,
            null,
            plain("MeasurementAge", "10m1s", "<= 10m", false)),
        holds(
            "never measured",
            big().measured(null),
            DecisionReason.MEASUREMENT_STALE,
            null,
            plain("MeasurementAge", "never measured", "<= 10m", false)),
        holds(
            "thin",
            big().samples(2),
            DecisionReason.TOO_FEW_SAMPLES,
            null,
            numbers("Samples", "2", ">= 3", false, 2, 3)));
  }

  static Stream<Case> moving() {
    return Stream.of(
        holds(
            "promoting",
            big().tier(TierState.PROMOTING),
            DecisionReason.MOVE_IN_PROGRESS,
            null,
            plain("TenantSettled", "Promoting", "Fallback or Dedicated", false)),
        holds(
            "demoting, though pinned back",
            big().tier(TierState.DEMOTING).pin(Pin.FALLBACK).mode(Mode.OFF),
            DecisionReason.MOVE_IN_PROGRESS,
            null));
  }

  static Stream<Case> demotionNever() {
    return Stream.of(
        holds(
            "reported only",
            small().never(),
            DecisionReason.DEMOTION_NEVER,
            DEMOTE,
            plain("DemotionStrategy", "Never", "Freeze or Fence", false)),
        promotes("promotion goes on", big().never(), DecisionReason.SHARE_ABOVE_PROMOTE));
  }
}
