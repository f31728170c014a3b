package io.tierkeeper.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tierkeeper.governance.GovernanceParameters;
import io.tierkeeper.governance.Objective;
import io.tierkeeper.governance.TierPenalties;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReferenceScenarioTest {
  @Test
  void staysWithinTheTolerancesOfTheNoteInEveryStep() {
    ReferenceScenario.Run run = ReferenceScenario.run();

    assertThat(run.steps()).hasSize(11);
    for (ReferenceScenario.Step step : run.steps()) {
      assertThat(step.rhoPost())
          .as("rho_post in step %d", step.step())
          .isCloseTo(step.noteRhoPost(), within(0.001));
      if (step.step() > 0) {
        assertThat(step.alphaStar())
            .as("alpha* in step %d", step.step())
            .isCloseTo(step.noteAlphaStar(), within(0.0125));
      }
    }
    assertThat(Math.round(run.erosion() * 1000)).isEqualTo(-136);
  }

  @Test
  void takesTierAndPenaltyFromTheNotesTable() {
    List<ReferenceScenario.Step> steps = ReferenceScenario.run().steps();

    assertThat(steps.stream().map(step -> step.tier().label()))
        .containsExactly(
            "Fallback",
            "Fallback",
            "Fallback",
            "Fallback",
            "Promoting",
            "Dedicated",
            "Dedicated",
            "Dedicated",
            "Demoting",
            "Fallback",
            "Fallback");
    assertThat(steps.stream().map(ReferenceScenario.Step::penalty))
        .containsExactly(.10, .10, .10, .10, .15, .0, .0, .0, .10, .10, .10);
  }

  @Test
  void computesCoherenceFromItsOwnFormulaAndLabelsTheNotesFigures() {
    ReferenceScenario.Run run = ReferenceScenario.run();

    double product = 1;
    for (int i = 1; i < run.steps().size(); i++) {
      product *=
          1 - Math.abs(run.steps().get(i).rhoPost() - run.steps().get(i - 1).rhoPost());
    }
    assertThat(run.cumulativeCoherence()).isCloseTo(product, within(1e-12));
    assertThat(run.cumulativeCoherence())
        .isNotCloseTo(run.note().cumulativeCoherence(), within(0.001));
    assertThat(run.note().label()).contains("illustrative");
  }

  @Test
  void missesTheNotesAlphaWithTheLiteralObjective() {
    GovernanceParameters literal = new GovernanceParameters(
        Objective.LITERAL, 0.1, 0.05, 0.0206, 0.0173, 8, TierPenalties.defaults());

    assertThat(ReferenceScenario.run(literal).steps())
        .anySatisfy(step -> assertThat(step.alphaStar())
            .isNotNull()
            .isNotCloseTo(step.noteAlphaStar(), within(0.0125)));
  }
}
