package io.tierkeeper.lab.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.workload.CheckReport;
import io.tierkeeper.moves.DemotionStrategy;
import io.tierkeeper.qdrant.contract.QdrantBackend;
import io.tierkeeper.qdrant.contract.QdrantBackends;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A tenant is promoted, demoted by freeze, promoted again and demoted by fence under the checker's load, on a real Qdrant
 * if there is one, otherwise on the emulator. {@code -Dtierkeeper.rounds=20} repeats it twenty times, each time in another
 * {@link LoadLayout}, and prints the figures of {@code docs/engine.md}; {@code -Dtierkeeper.round=7} begins with the seventh.
 */
class MovesUnderLoadIT {
  private static final int ROUNDS = Integer.getInteger("tierkeeper.rounds", 1);
  private static final int FIRST = Integer.getInteger("tierkeeper.round", 1);

  /** Figures of all rounds of a test. */
  private static final class Total {
    private final Map<String, Integer> layouts = new TreeMap<>();
    private long operations;
    private long unknown;
    private long stale;
    private long unannounced;
    private long longestStale;
    private long unplaced;
    private int decisions;
    private int aborted;

    void add(LoadedRound round, CheckReport report) {
      layouts.merge(round.layout().toString(), 1, Integer::sum);
      decisions += round.decisions();
      aborted += round.aborted();
      operations += report.traffic().operations();
      unknown += report.traffic().writesUnknown() + report.traffic().readsFailed();
      stale += report.staleness().reads();
      unannounced += report.staleness().unannounced();
      longestStale = Math.max(longestStale, report.staleness().longestMillis());
      unplaced += report.unplaced();
    }
  }

  @Test
  void losesNothingAndDisturbsNoOtherTenantInARoundOfEveryMove() throws Exception {
    try (QdrantBackend backend = QdrantBackends.realest()) {
      LoadFigures promotions = new LoadFigures("promotions");
      LoadFigures freezes = new LoadFigures("demotions by freeze");
      LoadFigures busy = new LoadFigures("demotions by freeze of a busy tenant");
      LoadFigures fences = new LoadFigures("demotions by fence");
      Total total = new Total();
      for (int number = FIRST; number < FIRST + ROUNDS; number++) {
        LoadedRound round = new LoadedRound(backend, "load", number);
        round.move(Direction.PROMOTE, DemotionStrategy.FREEZE, promotions);
        round.move(
            Direction.DEMOTE, DemotionStrategy.FREEZE, round.layout().contended() ? busy : freezes);
        round.move(Direction.PROMOTE, DemotionStrategy.FENCE, promotions);
        round.move(Direction.DEMOTE, DemotionStrategy.FENCE, fences);
        CheckReport report = round.finish();
        String name = "round " + number + ", " + round.layout() + ": " + report;
        assertThat(report.whole()).as(name).isTrue();
        assertThat(report.staleness().unannounced()).as(name).isZero();
        total.add(round, report);
      }
      System.out.printf(
          Locale.ROOT,
          "Moves under load on %s: %d rounds, %d operations, lost 0, phantom 0, doubled 0, leaked 0, partial 0, stale reads %d (longest %d ms), changes without effect in a freeze %d, moves taken back and repeated %d, stalls resolved by a person %d%n  layouts %s%n",
          backend.description(),
          ROUNDS,
          total.operations,
          total.stale,
          total.longestStale,
          total.unplaced,
          total.aborted,
          total.decisions,
          total.layouts);
      for (LoadFigures figures : new LoadFigures[] {promotions, freezes, busy, fences}) {
        if (!figures.seconds().isEmpty()) {
          System.out.println("  " + figures);
        }
        if (figures != promotions) {
          assertThat(figures.othersErrors())
              .as("failed calls of other tenants during %s", figures.kind())
              .allMatch(errors -> errors == 0);
        }
      }
    }
  }

  @Test
  void losesNothingWhereAPeerAndTheMoveProcessAreKilledInEveryMove() throws Exception {
    try (QdrantBackend backend = QdrantBackends.realest()) {
      assumeTrue(backend.disturbance().isPresent(), "the peers cannot be killed");
      Total total = new Total();
      int peersKilled = 0;
      int crashes = 0;
      Map<String, Integer> killedIn = new TreeMap<>();
      for (int number = FIRST; number < FIRST + ROUNDS; number++) {
        LoadedRound round = new LoadedRound(backend, "kills", number);
        int moves = 0;
        for (DemotionStrategy strategy :
            new DemotionStrategy[] {DemotionStrategy.FREEZE, DemotionStrategy.FENCE}) {
          for (Direction direction : new Direction[] {Direction.PROMOTE, Direction.DEMOTE}) {
            PlannedKill kill = PlannedKill.of(number, moves++, direction, strategy);
            int before = round.peersKilled();
            round.moveWithKills(direction, strategy, kill);
            if (round.peersKilled() > before) {
              killedIn.merge(
                  direction.label() + " " + kill.step() + " peer " + kill.peer(), 1, Integer::sum);
            }
          }
        }
        CheckReport report = round.finish();
        String name = "round " + number + ", " + round.layout() + ": " + report;
        CheckReport.Anomalies found = report.anomalies();
        assertThat(found.lost() + found.phantom() + found.doubled() + found.leaked())
            .as(name)
            .isZero();
        total.add(round, report);
        peersKilled += round.peersKilled();
        crashes += round.crashes();
      }
      System.out.printf(
          Locale.ROOT,
          "Moves with kills on %s: %d rounds, %d operations, %d peers killed, %d crashes of the move process, %d moves taken back and repeated, %d stalls resolved by a person; lost 0, phantom 0, doubled 0, leaked 0, calls without an answer after a retry %d, stale reads %d (unannounced %d)%n  layouts %s%n  killed in %s%n",
          backend.description(),
          ROUNDS,
          total.operations,
          peersKilled,
          crashes,
          total.aborted,
          total.decisions,
          total.unknown,
          total.stale,
          total.unannounced,
          total.layouts,
          killedIn);
    }
  }
}
