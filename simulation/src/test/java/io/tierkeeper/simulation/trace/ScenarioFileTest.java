package io.tierkeeper.simulation.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tierkeeper.launcher.UsageException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScenarioFileTest {
  private static final String GOOD = """
      name: mine
      promotionShare: 0.01
      duration: 2d
      step: 30m
      gaps: {every: 1d, lasting: [1h, 2h]}
      totalJumps:
        - {at: 1d, factor: 2}
      tenants:
        - {count: 3, pattern: Steady, size: [0.5, 2], noise: 0.1}
        - count: 2
          pattern: Bursts
          size: 0.5
          factor: [2, 4]
          every: 6h
          lasting: 1h
      """;

  @Test
  void readsAScenario() {
    Scenario scenario = ScenarioFile.parse("mine.yaml", GOOD);
    assertThat(scenario.tenants()).isEqualTo(5);
    Trace trace = scenario.trace(1);
    assertThat(trace.timeline().steps()).isEqualTo(96);
    assertThat(trace.tenants()).hasSize(5).isSorted();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "name: mine|name: My Tenants|mine.yaml line 1: name is 'My Tenants'; allowed is up to 63 of a-z",
        "name: mine|nam: mine|mine.yaml line 1: name is missing; allowed is one word",
        "promotionShare: 0.01|promotionShare: 2|mine.yaml line 2: promotionShare is '2'; allowed is a number from 1.0E-6 to 0.5",
        "promotionShare: 0.01|promotionShare: much|mine.yaml line 2: promotionShare is 'much'; allowed is a number",
        "duration: 2d|duration: 2 days|mine.yaml line 3: duration is '2 days'; allowed is a time from 1h to 3650d, as in 15m, 6h or 2d",
        "step: 30m|step: 30s|mine.yaml line 4: step is '30s'; allowed is a time from 1m to 1d",
        "step: 30m|steps: 30m|mine.yaml line 4: steps is unknown; allowed here is description, doubledWhileMoving, duration",
        "every: 1d, lasting: [1h, 2h]|every: 1d|mine.yaml line 5: gaps.lasting is missing; allowed is a time",
        "lasting: [1h, 2h]|lasting: [2h, 1h]|mine.yaml line 5: gaps.lasting is ['2h', '1h']; allowed is a time from 1m to 3650d, as in 15m, 6h or 2d, or two of them, the shorter first",
        "factor: 2}|factor: -2}|mine.yaml line 7: totalJumps[0].factor is '-2'; allowed is a number from 0.01 to 100",
        "count: 3|count: 3.5|mine.yaml line 9: tenants[0].count is '3.5'; allowed is a whole number from 1 to 10000",
        "count: 3|count: 9999|mine.yaml line 9: tenants hold 10001; allowed is at most 10000",
        "pattern: Steady|pattern: Steddy|mine.yaml line 9: tenants[0].pattern is 'Steddy'; allowed is one of Steady, Zipf",
        "noise: 0.1|noisy: 0.1|mine.yaml line 9: tenants[0].noisy is unknown; allowed here is count, noise, pattern, size",
        "pattern: Bursts|pattern: [Bursts]|mine.yaml line 11: tenants[1].pattern is ['Bursts']; allowed is one of",
        "count: 2|{count: 2|mine.yaml line 11: is no YAML",
        "every: 6h|every: 6h\\n    every: 7h|mine.yaml line 15: tenants[1].every is given twice",
      })
  void namesFileLineFieldValueAndWhatIsAllowed(String good, String bad, String message) {
    assertThat(GOOD).contains(good);
    assertThatThrownBy(
            () -> ScenarioFile.parse("mine.yaml", GOOD.replace(good, bad.replace("\\n", "\n"))))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(message.substring(0, message.indexOf(": ") + 2))
        .hasMessageContaining(message.substring(message.indexOf(": ") + 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing", "- a list", "a word", "name: [", "\t"})
  void refusesWhatIsNoScenarioAtAll(String text) {
    assertThatThrownBy(() -> ScenarioFile.parse("mine.yaml", text))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("mine.yaml line 1: ");
  }

  @Test
  void theSameSeedGivesTheSameBytesAndAnotherSeedOthers() {
    for (Scenario scenario : TraceFamilies.all()) {
      assertThat(bits(scenario.trace(7))).as(scenario.name()).isEqualTo(bits(scenario.trace(7)));
      assertThat(bits(scenario.trace(7))).isNotEqualTo(bits(scenario.trace(8)));
    }
  }

  @Test
  void anotherNumberOfTenantsLeavesTheFirstOnesAsTheyWere() {
    Scenario growth = TraceFamilies.named("growth").orElseThrow();
    double[] few = new double[11];
    double[] many = new double[41];
    growth.withTenants(10).trace(3).truth(100, new boolean[10], few);
    growth.trace(3).truth(100, new boolean[40], many);
    assertThat(Arrays.copyOf(many, 10)).isEqualTo(Arrays.copyOf(few, 10));
  }

  @Test
  void fitsFewerTenantsWhereThePromotionSizeIsBig() {
    Scenario storm = TraceFamilies.named("onboarding-storm").orElseThrow();
    assertThat(storm.withPromotionShare(0.15).tenants()).isEqualTo(4);
    assertThat(storm.withTenants(7).groups()).hasSize(2);
    assertThat(storm.withTenants(7).tenants()).isEqualTo(7);
  }

  @Test
  void aTenantsShareIsItsSizeTimesThePromotionShareUnlessTheTotalJumps() {
    Scenario hugger = TraceFamilies.named("threshold-hugger").orElseThrow();
    Trace trace = hugger.trace(1);
    double[] points = new double[41];
    for (int step = 0; step < trace.timeline().steps(); step += 97) {
      trace.truth(step, new boolean[40], points);
      double total = Arrays.stream(points).sum();
      for (int i = 0; i < 40; i++) {
        assertThat(points[i] / total / 0.005).isBetween(0.949, 1.051);
      }
    }
    Trace jumping = TraceFamilies.named("total-jump").orElseThrow().trace(1);
    jumping.truth(0, new boolean[40], points);
    double before = Arrays.stream(points).sum();
    jumping.truth(15 * 96, new boolean[40], points);
    assertThat(Arrays.stream(points).sum()).isCloseTo(2 * before, within(1e-6));
  }

  @Test
  void theAdversaryAnswersToTheTier() {
    Trace trace = TraceFamilies.named("adversary").orElseThrow().trace(1);
    double[] points = new double[41];
    boolean[] dedicated = new boolean[40];
    dedicated[1] = true;
    trace.truth(0, dedicated, points);
    assertThat(points[0]).isBetween(12_000.0, 15_000.0);
    assertThat(points[1]).isBetween(5_000.0, 8_000.0);
  }

  private static String bits(Trace trace) {
    int count = trace.tenants().size();
    double[] truth = new double[count + 1];
    double[] seen = new double[count + 1];
    StringBuilder bits = new StringBuilder();
    for (int step = 0; step < trace.timeline().steps(); step += 13) {
      trace.truth(step, new boolean[count], truth);
      bits.append(trace.measured(step, truth, new boolean[count], seen));
      for (double each : seen) {
        bits.append(Long.toHexString(Double.doubleToRawLongBits(each)));
      }
    }
    return bits.toString();
  }
}
