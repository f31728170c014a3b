package io.tierkeeper.lab.faults.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A replica that begins to lead with lists that are seconds old changes nothing before it has seen what became of a move. */
class StaleViewTest {

  private static final int SEEDS = 4;
  private static final long FIRST = 101;

  @Test
  void changesNothingFromAnOldView() {
    List<String> findings = new ArrayList<>();
    int old = 0;
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      OperatorRun.Report report = OperatorRun.play(seed, true);
      old += report.oldLists();
      findings.addAll(report.evidence().findings());
    }
    assertThat(findings).isEmpty();
    assertThat(old).as("leader sessions that began with old lists").isGreaterThanOrEqualTo(SEEDS);
  }

  @Test
  void reportsWhoHasNotReadSinceAnotherWrote() {
    JournalSightings sightings = new JournalSightings();
    sightings.wrote("first", "move");
    assertThat(sightings.overlooked("first", "move")).isFalse();
    assertThat(sightings.overlooked("second", "move")).isTrue();
    assertThat(sightings.overlooked("second", "another move")).isFalse();
    sightings.looked("second", "move");
    assertThat(sightings.overlooked("second", "move")).isFalse();
    sightings.wrote("first", "move");
    assertThat(sightings.overlooked("second", "move")).isTrue();
  }
}
