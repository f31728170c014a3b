package io.tierkeeper.lab.faults.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tierkeeper.lab.faults.HuntOutcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bugs of the move engine are found by the judgements of a simulated run, and nothing else is. With
 * {@code -Dtierkeeper.bugs.games=N} each of them is hunted through up to N games; else a few that show at once.
 */
class PlantedBugTest {

  private static final String PLANNER = "io.tierkeeper.moves.plan.DemotionPlanner";

  private static PlantedBug bug(Rewrite... rewrites) {
    return new PlantedBug("sample", "", "", PlantedBug.Where.ANYWHERE, List.of(rewrites));
  }

  static List<PlantedBug> all() {
    return PlantedBugs.all();
  }

  @ParameterizedTest
  @CsvSource({"lost-intent-line, 1"})
  void findsAPlantedBug(String name, long seed) {
    HuntOutcome outcome = PlantedBugs.named(name).hunt(seed, 1);
    assertThat(outcome).isInstanceOf(HuntOutcome.Found.class);
    assertThat(outcome.reached()).isPositive();
  }

  @Test
  @EnabledIfSystemProperty(named = "tierkeeper.bugs.games", matches = "\\d+")
  void findsEveryPlantedBug() {
    int games = Integer.getInteger("tierkeeper.bugs.games");
    List<HuntOutcome> outcomes = PlantedBugs.hunt(
        PlantedBugs.all(),
        1,
        games,
        Runtime.getRuntime().availableProcessors(),
        outcome -> System.out.println(outcome));
    assertThat(outcomes.stream().filter(HuntOutcome.NotFound.class::isInstance)).isEmpty();
  }

  @Test
  void aCopyWithoutABugStaysSilent() {
    assertThat(bug().hunt(1, 2)).isEqualTo(new HuntOutcome.NotFound("sample", 2, 0));
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyBugHasItsPlace(PlantedBug bug) {
    assertThat(bug.hunt(1, 0).reached()).isZero();
    assertThat(bug.name()).matches("[a-z]+(-[a-z]+)+");
    assertThat(bug.slip()).endsWith(".");
    assertThat(bug.rewrites()).isNotEmpty();
  }

  @Test
  void namesTheBugWhosePlaceIsGone() {
    assertThatIllegalStateException()
        .isThrownBy(() -> bug(new Rewrite.Body(PLANNER, "verifiedOnce", "yes")).hunt(1, 1))
        .withMessageContaining("planted bug sample: ")
        .withMessageContaining("DemotionPlanner has no method verifiedOnce");
    assertThatIllegalStateException()
        .isThrownBy(() ->
            bug(new Rewrite.Call(PLANNER, "frozen", "verifiedOnce", "yes")).hunt(1, 1))
        .withMessageContaining("DemotionPlanner.frozen does not call verifiedOnce");
    assertThatIllegalStateException()
        .isThrownBy(
            () -> bug(new Rewrite.Body(PLANNER + "s", "verified", "yes")).hunt(1, 1))
        .withMessageContaining("there is no class io.tierkeeper.moves.plan.DemotionPlanners");
    assertThatIllegalStateException()
        .isThrownBy(
            () -> bug(new Rewrite.Call(PLANNER, "frozen", "verified", "second")).hunt(1, 1))
        .withMessageContaining("slip second takes 3 arguments");
  }
}
