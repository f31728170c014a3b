package io.tierkeeper.simulation.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.governance.GovernanceParameters;
import io.tierkeeper.governance.Objective;
import io.tierkeeper.governance.TierPenalties;
import io.tierkeeper.simulation.steps.StepComparison.Setting;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** The numbers in the sentences, computed again from the note's table. */
class HufNoteTest {
  private static final double[] RHO = {
    .628, .615, .602, .591, .583, .578, .570, .562, .556, .549, .543
  };
  private static final double[] LOCAL = {.990, .989, .987, .985, .993, .993, .992, .989, .991, .991
  };

  private static Map<String, String> contradictions(Setting setting) {
    return HufNote.contradictions(StepComparison.of(StepFile.huf(), setting)).stream()
        .collect(Collectors.toMap(HufNote.Contradiction::subject, HufNote.Contradiction::text));
  }

  private static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  @Test
  void namesEachWithItsNumbers() {
    Map<String, String> found = contradictions(Setting.defaults());
    assertThat(found.keySet())
        .containsExactlyInAnyOrder(
            "erosion", "C(H)", "C_local", "alpha* in the fallback", "thresholds", "gains");
    assertThat(found.get("erosion"))
        .contains("−13.5 % and −12.8 %")
        .contains("0.543 / 0.628 - 1 = −" + number(-100 * (.543 / .628 - 1), 1) + " %");
    double product = DoubleStream.of(LOCAL).reduce(1, (a, b) -> a * b);
    double ofRho = 1;
    int worst = 0;
    for (int i = 0; i < LOCAL.length; i++) {
      ofRho *= 1 - Math.abs(RHO[i + 1] - RHO[i]);
      if (off(i) > off(worst)) {
        worst = i;
      }
    }
    assertThat(found.get("C(H)"))
        .startsWith("0.926, which no formula gives")
        .contains("product of its C_local is " + number(product, 3))
        .contains("mean " + number(DoubleStream.of(LOCAL).average().orElseThrow(), 3))
        .contains("product from its rho_post " + number(ofRho, 4))
        .contains("baseline without penalties gives 0.9260, which rounds to the note's value");
    assertThat(found.get("C_local"))
        .contains("in step " + (worst + 1) + " it is " + number(LOCAL[worst], 3) + " instead of "
            + number(1 - Math.abs(RHO[worst + 1] - RHO[worst]), 3));
    assertThat(found.get("alpha* in the fallback"))
        .isEqualTo("0.46, but its fallback rows are 0.47 to 0.49, on average "
            + number((.48 + .49 + .48 + .48 + .47) / 5, 3) + ".");
    assertThat(found.get("thresholds"))
        .contains("kb has 0.628 from the start and is promoted in step 4 only")
        .contains("demoted in step 8 with 0.562");
    assertThat(found.get("gains"))
        .contains("+2.0 % is used for two different comparisons")
        .contains("+2.0 % is claimed over no demotion; this arithmetic gives −0.24 %")
        .contains("+1.6 % is claimed over no penalties; this arithmetic gives −0.88 %")
        .doesNotContain("over fallback throughout");
  }

  private static double off(int row) {
    return Math.abs(LOCAL[row] - (1 - Math.abs(RHO[row + 1] - RHO[row])));
  }

  @Test
  void saysThatTheBaselineEqualsTheNoteOnlyWhereItDoes() {
    Setting other = new Setting(
        new GovernanceParameters(
            Objective.COUPLED, 0.1, 0.05, 0.0306, 0.0173, 8, TierPenalties.defaults()),
        0.15,
        0.05,
        false);
    assertThat(contradictions(other).get("C(H)"))
        .startsWith("0.926, which no formula gives")
        .doesNotContain("rounds to the note's value");
  }

  @Test
  void theStepsAreTheNotesTable() {
    List<StepScenario.Step> steps = StepFile.huf().steps();
    assertThat(steps.stream().map(step -> step.note().rhoPost()))
        .containsExactly(DoubleStream.of(RHO).boxed().toArray(Double[]::new));
    assertThat(steps.stream().skip(1).map(step -> step.note().localCoherence()))
        .containsExactly(DoubleStream.of(LOCAL).boxed().toArray(Double[]::new));
    assertThat(steps.stream().skip(1).map(step -> step.note().alphaStar()))
        .containsExactly(.48, .49, .48, .44, .54, .55, .54, .49, .48, .47);
  }
}
