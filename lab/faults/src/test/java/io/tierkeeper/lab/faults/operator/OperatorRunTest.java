package io.tierkeeper.lab.faults.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Seeds of the whole operator. {@code -Dtierkeeper.operatorSeed=N -Dtierkeeper.operatorSeeds=M} runs others; one that
 * fails is the same run each time.
 */
class OperatorRunTest {

  private static final int SEEDS = Integer.getInteger("tierkeeper.operatorSeeds", 3);
  private static final long FIRST = Long.getLong("tierkeeper.operatorSeed", 1);

  @Test
  void anOperatorWithoutFaultsReachesTheWantedStateAndIsStill() {
    OperatorRun.Report report = OperatorRun.play(1, false);
    assertThat(report.evidence().findings()).isEmpty();
    assertThat(report.evidence().deaths()).isZero();
    assertThat(report.sessions()).isEqualTo(1);
    assertThat(report.moves()).isNotEmpty();
    assertThat(report.evidence().check().traffic().readsFailed()).isZero();
  }

  @Test
  void theSameSeedIsTheSameRunToTheLastWord() {
    assertThat(OperatorRun.play(3, true)).hasToString(OperatorRun.play(3, true).toString());
  }

  @Test
  void reachesTheWantedStateAndIsStillUnderFaults() {
    List<String> failed = new ArrayList<>();
    long deaths = 0;
    long sessions = 0;
    long began = System.nanoTime();
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      try {
        OperatorRun.Report report = OperatorRun.play(seed, true);
        deaths += report.evidence().deaths();
        sessions += report.sessions();
        if (!report.evidence().findings().isEmpty()) {
          failed.add(report.toString());
        }
      } catch (IllegalStateException e) {
        failed.add(String.valueOf(e.getMessage()));
      }
    }
    System.out.printf(
        "simulated operators: %d seeds from %d, %.1f a second, %d deaths, %d leader sessions%n",
        SEEDS, FIRST, SEEDS * 1e9 / (System.nanoTime() - began), deaths, sessions);
    assertThat(failed)
        .as("each is repeated by -Dtierkeeper.operatorSeed=N -Dtierkeeper.operatorSeeds=1")
        .isEmpty();
    assertThat(deaths).isPositive();
    assertThat(sessions).isGreaterThanOrEqualTo(SEEDS);
  }
}
