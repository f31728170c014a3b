package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.PointId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Demotions and undos whose dedicated key is out of service for a while, with what the fallback accepts meanwhile. */
interface MoveInterruptionContract extends OnMoveRig {

  /** Who sees the outage. */
  enum Seen {
    /** The process that advances the move, which stalls. */
    BY_THIS_PROCESS,
    /** Nothing: it begins and ends between two observations. */
    NOT,
    /** Nothing: the operator is down meanwhile. */
    NOT_AND_RESTARTED
  }

  @ParameterizedTest
  @CsvSource({
    "COPY,BY_THIS_PROCESS,false", "COPY,BY_THIS_PROCESS,true",
    "COPY,NOT,false", "COPY,NOT,true",
    "COPY,NOT_AND_RESTARTED,false", "COPY,NOT_AND_RESTARTED,true",
    "QUIET,NOT,false", "QUIET,NOT,true",
    "QUIET,NOT_AND_RESTARTED,false", "QUIET,NOT_AND_RESTARTED,true"
  })
  default void keepsWhatTheFallbackAcceptedDuringACopy(MoveStep at, Seen seen, boolean aborts) {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      Move move = rig.move(
          Direction.DEMOTE,
          MoveRig.settings(
              draft -> draft.demotion(draft.demotion().withQuietFor(Duration.ofSeconds(1)))));
      MoveEngine engine = rig.engine();
      // The evidence of a whole copy scan is there.
      Progress progress = MoveRig.until(
          engine,
          move,
          MoveJournal.initial(),
          MoveRig.go(),
          each -> each.journal().evidence().copied() != null && each.journal().step() == at);
      MoveSignals then = aborts ? MoveRig.go().abort() : MoveRig.go();
      if (seen == Seen.BY_THIS_PROCESS) {
        progress = stalledOutage(rig, engine, move, progress.journal(), MoveRig.go(), true);
      } else {
        outage(rig, seen == Seen.NOT);
        engine = seen == Seen.NOT ? engine : rig.engine();
      }
      Progress end = rig.drive(engine, move, progress.journal(), then, each -> {});
      assertThat(end.phase())
          .as("%s", end)
          .isEqualTo(aborts ? MovePhase.ABORTED : MovePhase.SUCCEEDED);
      expect(rig, move, aborts);
    }
  }

  @Test
  default void keepsWhatTheFallbackAcceptedDuringTheFirstCopyScan() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveEngine engine = rig.engine();
      Progress progress = MoveRig.until(
          engine,
          move,
          MoveJournal.initial(),
          MoveRig.go(),
          each ->
              each.journal().step() == MoveStep.COPY && each.journal().header().deeds() > 0);
      // As a restored journal knows it: the points are copied and marked, and nothing is recorded
      // of it.
      MoveJournal journal = progress.journal().withEvidence(CopyEvidence.NONE);
      rig.takeOutOfService(rig.tenant);
      patch(rig, 5);
      rig.revive(rig.tenant);
      Progress end = rig.drive(rig.engine(), move, journal, MoveRig.go(), each -> {});
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      expect(rig, move, false);
    }
  }

  @Test
  default void keepsWhatTheFallbackAcceptedBetweenAnAbortAndTheRemovalOfItsCopies() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveEngine engine = rig.engine();
      Progress progress = MoveRig.until(
          engine,
          move,
          MoveJournal.initial(),
          MoveRig.go(),
          each -> each.journal().evidence().copied() != null);
      progress = MoveRig.until(
          engine,
          move,
          progress.journal(),
          MoveRig.go().abort(),
          each -> each.journal().step() == MoveStep.REMOVE_COPIES
              || each.journal().step() == MoveStep.COPY);
      // 40 of the 100 copies are removed in a batch at most.
      rig.takeOutOfService(rig.tenant);
      rig.write(900);
      patch(rig, 99);
      Progress stalled =
          rig.drive(engine, move, progress.journal(), MoveRig.go().abort(), each -> {});
      if (stalled instanceof Progress.Stalled) {
        rig.shell.abort = true;
        stalled = rig.resolve(engine, move, stalled, StallReason.DEDICATED_KEY_NOT_ACTIVE);
      }
      assertThat(stalled.phase()).as("%s", stalled).isEqualTo(MovePhase.ABORTED);
      expect(rig, move, true);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "false,BY_THIS_PROCESS", "false,NOT", "false,NOT_AND_RESTARTED",
    "true,BY_THIS_PROCESS", "true,NOT", "true,NOT_AND_RESTARTED"
  })
  default void keepsWhatTheFallbackAcceptedDuringAnUndo(boolean copied, Seen seen) {
    try (MoveRig rig = rig()) {
      rig.load(100);
      Move move = rig.move(Direction.PROMOTE, MoveRig.settings(draft -> {
        draft.retainSource(Duration.ofHours(1));
        draft.demotion(draft.demotion().withQuietFor(Duration.ofSeconds(1)));
      }));
      MoveEngine engine = rig.engine();
      Progress progress = MoveRig.until(
          engine,
          move,
          MoveJournal.initial(),
          MoveRig.go(),
          each -> each.journal().step() == MoveStep.RETAIN);
      rig.write(3);
      rig.write(777);
      rig.delete(11);
      MoveSignals undo = MoveRig.go().undo();
      progress = MoveRig.until(
          engine,
          move,
          progress.journal(),
          undo,
          each -> each.journal().undo() && (!copied || each.journal().evidence().copied() != null));
      if (seen == Seen.BY_THIS_PROCESS) {
        progress = stalledOutage(rig, engine, move, progress.journal(), undo, true);
      } else {
        // What a copy lacks after a restart, nothing shows.
        outage(rig, !copied || seen == Seen.NOT);
        engine = seen == Seen.NOT ? engine : rig.engine();
      }
      Progress end = rig.drive(engine, move, progress.journal(), undo, each -> {});
      assertThat(end).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.reason()).as("%s", finished).isEqualTo("Undone");
      });
      expect(rig, move, false);
    }
  }

  private static Progress stalledOutage(
      MoveRig rig,
      MoveEngine engine,
      Move move,
      MoveJournal journal,
      MoveSignals signals,
      boolean deletes) {
    rig.takeOutOfService(rig.tenant);
    Progress stalled = rig.drive(engine, move, journal, signals, each -> {});
    assertThat(stalled).isInstanceOfSatisfying(Progress.Stalled.class, asked -> {
      assertThat(asked.reason()).isEqualTo(StallReason.DEDICATED_KEY_NOT_ACTIVE);
    });
    accepts(rig, deletes);
    rig.revive(rig.tenant);
    return stalled;
  }

  private static void outage(MoveRig rig, boolean deletes) {
    rig.takeOutOfService(rig.tenant);
    accepts(rig, deletes);
    rig.revive(rig.tenant);
  }

  private static void accepts(MoveRig rig, boolean deletes) {
    patch(rig, 5);
    rig.write(6);
    rig.write(900);
    if (deletes) {
      rig.delete(7);
    }
  }

  /** A partial update, as clients make it. */
  private static void patch(MoveRig rig, long id) {
    long version = rig.promised.getOrDefault(id, 0L) + 1;
    rig.port()
        .setPayload(
            rig.collection,
            rig.clientSelector(),
            Map.of("v", version),
            Filter.ids(List.of(PointId.of(id))),
            true);
    rig.promised.put(id, version);
  }

  private static void expect(MoveRig rig, Move move, boolean dedicated) {
    assertThat(rig.content(dedicated ? rig.tenant : MoveRig.DEFAULT)).isEqualTo(rig.promised);
    if (dedicated) {
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
    } else {
      assertThat(rig.content(rig.tenant)).isNull();
    }
    assertThat(List.of(move.freezeSourceKey(), move.thawedCopyKey()))
        .allSatisfy(key -> assertThat(rig.content(key)).isNull());
    assertThat(rig.breaches()).isEmpty();
  }

  /** A point that the dedicated key took after the last copy scan is not in the fallback and was not deleted there. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  default void keepsWhatIsNewSinceTheLastCopyWhereSeveralProcessesTakeADemotionBack(
      boolean changes) {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(60);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveJournal quiet = MoveFreezeContract.driveTo(
          MoveStep.QUIET, rig.engine(), move, MoveRig.go(), MoveJournal.initial());
      rig.write(900);
      MoveSignals back = MoveRig.go().abort();
      // Everything that the fallback has taken is written back, and the copies may go.
      MoveJournal inOrder =
          MoveFreezeContract.driveTo(MoveStep.REMOVE_COPIES, rig.engine(), move, back, quiet);
      if (changes) {
        rig.write(901);
        rig.delete(3);
      }
      Progress end = rig.drive(rig.engine(), move, inOrder, back, each -> {});
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.ABORTED);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
    }
  }
}
