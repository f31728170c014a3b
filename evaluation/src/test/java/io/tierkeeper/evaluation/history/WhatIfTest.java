package io.tierkeeper.evaluation.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.evaluation.policy.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.jspecify.annotations.NullUnmarked;

/** Other policies on recorded histories. */
@NullUnmarked
class WhatIfTest {

  private static final String EAGER = """
      mode: Auto
      mass: {minSamples: 2}
      promote: {aboveShare: "0.12", stabilizationWindow: 1m}
      demote: {belowShare: "0.08", stabilizationWindow: 90s}
      cooldown: {afterMove: 2m}
      flapBudget: {maxMoves: 20, period: 1h}
      """;

  @Property(tries = 15, shrinking = ShrinkingMode.OFF)
  void leavesOutOnlyEvaluationsThatWouldChangeNothing(@ForAll long seed) throws IOException {
    assertThatNothingIsMissed(seed);
  }

  @Example
  void asksAgainSoonAfterAMoveHasBegunSinceItsPenaltyIsAnother() throws IOException {
    assertThatNothingIsMissed(141);
  }

  private static void assertThatNothingIsMissed(long seed) throws IOException {
    List<AuditLine> lines = history(seed);
    WhatIfReport sparing = play(lines, new Replays(rules(EAGER), true, false));
    WhatIfReport every = play(lines, new Replays(rules(EAGER), true, true));
    assertThat(sparing.evaluations()).isLessThanOrEqualTo(every.evaluations());
    assertThat(sparing.otherwise().peakDedicated()).isEqualTo(every.otherwise().peakDedicated());
    assertThat(sparing.tenants().keySet()).isEqualTo(every.tenants().keySet());
    sparing.tenants().forEach((tenant, row) -> {
      HistoryFigures a = row.otherwise();
      HistoryFigures b = every.tenants().get(tenant).otherwise();
      assertThat(a.promotions()).as(tenant).isEqualTo(b.promotions());
      assertThat(a.demotions()).as(tenant).isEqualTo(b.demotions());
      assertThat(a.flaps()).as(tenant).isEqualTo(b.flaps());
      assertThat(a.movedPoints()).as(tenant).isEqualTo(b.movedPoints());
      assertThat(a.inDedicated()).as(tenant).isEqualTo(b.inDedicated());
      assertThat(a.cost()).as(tenant).isCloseTo(b.cost(), offset(0.01));
    });
  }

  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void givesTheSameForTheSameAndNeverLessThanTheOptimum(@ForAll long seed) throws IOException {
    List<AuditLine> lines = history(seed);
    WhatIfReport report = play(lines, new Replays(rules(EAGER), true));
    assertThat(play(lines, new Replays(rules(EAGER), true))).isEqualTo(report);
    report.tenants().values().stream()
        .flatMap(row -> Stream.of(row.happened(), row.otherwise()))
        .forEach(history -> {
          assertThat(history.regret()).isGreaterThanOrEqualTo(-1e-9);
          assertThat(history.regret()).isLessThanOrEqualTo(history.cost() + 1e-9);
          assertThat(history.flaps()).isLessThanOrEqualTo(Math.max(0, history.moves() - 1));
        });
    assertThat(report.otherwise().total().moves())
        .isEqualTo(report.tenants().values().stream()
            .mapToLong(row -> row.otherwise().moves())
            .sum());
  }

  @Property(tries = 5, shrinking = ShrinkingMode.OFF)
  void movesNoTenantUnderAPolicyThatAllowsNoKey(@ForAll long seed) throws IOException {
    WhatIfReport report = play(
        history(seed),
        new Replays(
            rules(EAGER + "limits: {maxDedicated: 0}\ndemotion: {strategy: Never}\n"), true));
    assertThat(report.otherwise().total().moves()).isZero();
    assertThat(report.otherwise().total().movedPoints()).isZero();
  }

  @Example
  void movesTenantsInSuchHistories() throws IOException {
    long moves = 0;
    for (long seed = 1; seed <= 3; seed++) {
      moves += play(history(seed), new Replays(rules(EAGER), true))
          .otherwise()
          .total()
          .moves();
    }
    assertThat(moves).isGreaterThan(3);
  }

  @Example
  void movesLessWhereItsOwnMovesHaveProvedDear() throws IOException {
    String band =
        EAGER + "decision: CostBand\ncostBand: {promotionCost: '0.01', demotionCost: '0.01'%s}\n";
    long given = 0;
    long measured = 0;
    for (long seed = 1; seed <= 3; seed++) {
      List<AuditLine> lines = history(seed);
      given += moves(lines, band.formatted(""));
      measured += moves(lines, band.formatted(", addMeasured: true"));
    }
    assertThat(measured).isPositive().isLessThan(given);
  }

  private static long moves(List<AuditLine> lines, String policy) {
    return play(lines, new Replays(rules(policy), true)).otherwise().total().moves();
  }

  @Example
  void asksTheRecordedValuesOfPenaltyTermsOfTheSameName() throws IOException {
    int different = 0;
    Set<String> assumptions = new HashSet<>();
    for (long seed = 1; seed <= 6; seed++) {
      List<AuditLine> lines = history(seed);
      WhatIfReport with = play(lines, new Replays(rules(EAGER + term("latency")), true));
      WhatIfReport without = play(lines, new Replays(rules(EAGER + term("unmeasured")), true));
      different += with.otherwise().equals(without.otherwise()) ? 0 : 1;
      assumptions.addAll(with.assumptions());
      assertThat(without.assumptions())
          .contains(
              "penalty term unmeasured: no measurement contains it; its otherwise, 0.0, counts"
                  + " for every tenant");
      assertThat(play(lines, new Replays(rules(EAGER), true)).assumptions())
          .noneMatch(each -> each.contains("penalty term"));
    }
    assertThat(different).isPositive();
    assertThat(assumptions)
        .anySatisfy(each -> assertThat(each)
            .startsWith("penalty term latency: it does not know the recorded values ")
            .contains("not \"known\""))
        .anySatisfy(each -> assertThat(each)
            .matches("penalty term latency: \\d+ of \\d+ measurements do not"
                + " contain it; its otherwise, 0.0, counts for every tenant there"));
  }

  /** Without a penalty alpha* is 1, with one for any number it is 0. */
  private static String term(String name) {
    return """
        damping:
          varianceWeight: "0"
          penaltyWeight: "1"
          coherenceWeight: "1"
          trackingWeight: "0"
          penalties: {fallback: "0", promoting: "0", demoting: "0"}
          penaltyTerms:
            - name: %s
              from: {label: x}
              tiers: [Fallback, Dedicated]
              ramp: {zeroAt: "0", fullAt: "0.1", full: "2"}
        """.formatted(name);
  }

  @Example
  void reckonsCostAndRegretOfOneTenant() {
    TenantHistory history = new TenantHistory(false);
    // Twice the promotion size for two hours: 8 in the fallback, as dear as a promotion.
    history.stays(2, Duration.ofHours(2));
    history.moves(Instant.EPOCH, 100);
    // Half of it for an hour: 2 in a shard key that is not earned.
    history.stays(0.5, Duration.ofHours(1));
    history.moves(Instant.EPOCH.plus(Duration.ofHours(23)), 50);
    HistoryFigures figures = history.figures();
    assertThat(figures.cost()).isEqualTo(8 + 8 + 2 + 4);
    // In hindsight it stays in the fallback: 8.
    assertThat(figures.regret()).isEqualTo(14);
    assertThat(figures.flaps()).isOne();
    assertThat(figures.movedPoints()).isEqualTo(150);
    assertThat(figures.inDedicated()).isEqualTo(Duration.ofHours(1));
  }

  private static WhatIfReport play(List<AuditLine> lines, Replays replays) {
    lines.forEach(replays::read);
    lines.forEach(replays::play);
    Map<String, WhatIfReport> reports = replays.reports();
    assertThat(reports).hasSize(1);
    return reports.values().iterator().next();
  }

  private static Policy rules(String spec) {
    TierPolicy policy = Serialization.unmarshal(
        "metadata: {name: other}\nspec:\n" + spec.indent(2), TierPolicy.class);
    return Policy.read(policy);
  }

  private static List<AuditLine> history(long seed) throws IOException {
    Path directory = Files.createTempDirectory("history");
    try {
      return new RandomHistory(directory, seed).play(40);
    } finally {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    }
  }
}
