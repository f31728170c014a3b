package io.tierkeeper.lab.faults.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tierkeeper.lab.faults.report.MutantOutcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Mutants of the product are killed by the checks of a simulated run. With {@code -Dtierkeeper.mutants.runs=N} each of
 * them is run up to N times; without it a few that show at once.
 */
class MutantTest {

  private static final String PLANNER =
      "moves/src/main/java/io/tierkeeper/moves/plan/DemotionPlanner.java";

  private static Mutant mutant(String... diff) {
    return new Mutant("sample", "", "", Mutant.Scope.ALL, List.of(diff));
  }

  static List<Mutant> all() {
    return Mutants.all();
  }

  @ParameterizedTest
  @CsvSource({"lost-intent-line, 1"})
  void killsAMutant(String name, long seed) {
    MutantOutcome outcome = Mutants.named(name).run(seed, 1);
    assertThat(outcome).isInstanceOf(MutantOutcome.Killed.class);
    assertThat(outcome.executed()).isPositive();
  }

  @Test
  @EnabledIfSystemProperty(named = "tierkeeper.mutants.runs", matches = "\\d+")
  void killsEveryMutant() {
    List<MutantOutcome> outcomes = Mutants.runAll(
        Mutants.all(),
        1,
        Integer.getInteger("tierkeeper.mutants.runs"),
        Runtime.getRuntime().availableProcessors(),
        System.out::println);
    assertThat(outcomes.stream().filter(MutantOutcome.Survived.class::isInstance))
        .isEmpty();
  }

  @Test
  void aCopyWithoutAFaultSurvives() {
    Mutant unchanged = mutant(
        "--- a/" + PLANNER,
        "+++ b/" + PLANNER,
        "@@ -1,1 +1,2 @@",
        " package io.tierkeeper.moves.plan;",
        "+");
    assertThat(unchanged.run(1, 2)).isEqualTo(new MutantOutcome.Survived("sample", 2, 0));
  }

  @Test
  void fitsSourcesWhoseLinesHaveMoved() {
    Mutant moved = mutant(
        "--- a/" + PLANNER,
        "+++ b/" + PLANNER,
        "@@ -9,1 +9,2 @@",
        " package io.tierkeeper.moves.plan;",
        "+");
    assertThat(moved.run(1, 0)).isEqualTo(new MutantOutcome.Survived("sample", 0, 0));
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyMutantFitsTheSourcesAndCompiles(Mutant mutant) {
    assertThat(mutant.run(1, 0).executed()).isZero();
    assertThat(mutant.name()).matches("[a-z]+(-[a-z]+)+");
    assertThat(mutant.change()).endsWith(".");
    assertThat(mutant.visibleIn()).isNotEmpty();
    assertThat(mutant.diff()).anyMatch(line -> line.contains("Executed.mark()"));
  }

  @Test
  void namesAMutantThatNoLongerFits() {
    assertThatIllegalStateException()
        .isThrownBy(() -> mutant(
                "--- a/" + PLANNER, "+++ b/" + PLANNER, "@@ -1,1 +1,1 @@", "-package other;", "+")
            .run(1, 1))
        .withMessageContaining(
            "mutant sample does not fit io/tierkeeper/moves/plan/DemotionPlanner.java any more");
    String gone = PLANNER.replace("Planner.java", "Planners.java");
    assertThatIllegalStateException()
        .isThrownBy(() -> mutant("--- a/" + gone, "+++ b/" + gone, "@@ -1,1 +1,1 @@", "-a", "+b")
            .run(1, 1))
        .withMessageContaining("which is no source of the product");
    assertThatIllegalStateException()
        .isThrownBy(() -> mutant(
                "--- a/" + PLANNER,
                "+++ b/" + PLANNER,
                "@@ -1,1 +1,1 @@",
                "-package io.tierkeeper.moves.plan;",
                "+pakkage io.tierkeeper.moves.plan;")
            .run(1, 1))
        .withMessageContaining("mutant sample does not compile");
    assertThatIllegalStateException()
        .isThrownBy(() -> mutant("+++ b/pom.xml", "@@ -1,1 +1,1 @@").run(1, 1))
        .withMessageContaining("mutant sample changes no source of the product");
  }

  @Test
  void namesWhatIsAllowed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mutants.named("none-such"))
        .withMessageContaining("'none-such' is unknown; allowed: [delete-before-verify, ");
  }
}
