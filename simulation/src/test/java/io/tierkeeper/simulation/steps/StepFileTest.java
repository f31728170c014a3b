package io.tierkeeper.simulation.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.governance.TierState;
import io.tierkeeper.launcher.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepFileTest {
  private static final String GOOD = """
      name: mine
      tenant: acme
      start: {tier: Fallback, share: 0.2}
      steps:
        - {tier: Promoting, odds: 1.5, note: {rhoPost: 0.25}}
        - {tier: Dedicated, odds: 1.2}
      """;

  @Test
  void readsTiersOddsAndWhatANoteSays() {
    StepScenario scenario = StepFile.parse("mine.yaml", GOOD);
    assertThat(scenario.tenant()).isEqualTo("acme");
    assertThat(scenario.steps()).hasSize(3);
    assertThat(scenario.tiersGiven()).isTrue();
    assertThat(scenario.noted()).isTrue();
    StepScenario.Step first = scenario.steps().get(1);
    assertThat(first.tiers())
        .containsEntry("acme", TierState.PROMOTING)
        .containsEntry("rest", TierState.PROMOTING);
    assertThat(first.observed()).isEqualTo(new StepScenario.Observation.Odds(1.5));
    assertThat(first.note().rhoPost()).isEqualTo(0.25);
    assertThat(first.note().alphaStar()).isNull();
  }

  @Test
  void withoutTiersThresholdsDecide() {
    StepScenario scenario = StepFile.parse("mine.yaml", GOOD.replaceAll("tier: [A-Z][a-z]+, ", ""));
    assertThat(scenario.tiersGiven()).isFalse();
    assertThat(
            StepComparison.of(scenario, StepComparison.Setting.defaults()).run().steps())
        .extracting(StepResult.Row::tier)
        .containsExactly(TierState.FALLBACK, TierState.PROMOTING, TierState.DEDICATED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "name: mine|nam: mine|line 1: name is missing",
        "tenant: acme|tenant: rest|line 2: tenant is 'rest', which stands for all other tenants",
        "tenant: acme|tenant: 7|line 2: tenant is '7'; allowed is the tenant",
        "start:|star:|start is missing",
        "share: 0.2|share: 1|line 3: start.share is '1'; allowed is a number from",
        "share: 0.2|shar: 0.2|line 3: start.share is missing",
        "tier: Fallback|tier: fallback|line 3: start.tier is 'fallback'; allowed is one of Fallback, Promoting, Dedicated, Demoting",
        "tier: Dedicated, ||line 6: steps[1].tier is missing",
        "tier: Fallback, ||line 5: steps[0].tier is given here but not in start",
        "odds: 1.5|odds: 0|line 5: steps[0].odds is '0'; allowed is a number from 0.001 to 1000",
        "odds: 1.5|odds: lots|line 5: steps[0].odds is 'lots'",
        "rhoPost: 0.25|rhoPost: 2|line 5: steps[0].note.rhoPost is '2'; allowed is a number from 0 to 1",
        "rhoPost|rho|line 5: steps[0].note.rho is unknown",
        "tenant: acme|tenant: acme\\nmore: 1|line 3: more is unknown; allowed here is name, start, steps, tenant",
        "steps:|steps: []\\nother:|line 4: steps is []",
        "start: {|start: [|is no YAML",
      })
  void namesFileLineFieldValueAndWhatIsAllowed(String good, String bad, String message) {
    assertThat(GOOD).contains(good);
    String text = GOOD.replace(good, bad == null ? "" : bad.replace("\\n", "\n"));
    assertThatThrownBy(() -> StepFile.parse("mine.yaml", text))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("mine.yaml line ")
        .hasMessageContaining(message);
  }

  @Test
  void refusesMoreStepsThanItRuns() {
    String text = GOOD + "  - {tier: Dedicated, odds: 1}\n".repeat(999);
    assertThatThrownBy(() -> StepFile.parse("mine.yaml", text))
        .hasMessage("mine.yaml line 5: steps are 1001; allowed are 1 to 1000");
  }

  @Test
  void aShareThatRoundsToOneStaysFinite() {
    String text = GOOD.replace(
        "  - {tier: Dedicated, odds: 1.2}\n", "  - {tier: Dedicated, odds: 1000}\n".repeat(100));
    StepComparison comparison =
        StepComparison.of(StepFile.parse("mine.yaml", text), StepComparison.Setting.defaults());
    assertThat(comparison.run().steps().getLast().rhoPost()).isBetween(0.999999, 1.0);
    assertThat(comparison.run().erosion()).isBetween(3.9, 4.0);
  }
}
