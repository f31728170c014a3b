package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.Protocol.DemotionState;
import io.tierkeeper.moves.Protocol.Promotion;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.ShardSelector;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Shard keys that die or vanish in mid-move, brought back by what the stalled move tells to do. */
interface MoveOutageContract extends OnMoveRig {

  @Test
  @Resolves(StallReason.DEDICATED_KEY_NOT_ACTIVE)
  default void carriesOverWhatTheFallbackTookWhileTheDedicatedKeyWasOutOfService() {
    try (MoveRig rig = rig()) {
      rig.load(100);
      Move move = rig.move(
          Direction.PROMOTE, MoveRig.settings(draft -> draft.settle(Duration.ofSeconds(1))));
      MoveEngine engine = rig.engine();
      Progress end = outOfServiceAfterTheSwitch(rig, engine, move, () -> rig.write(7));
      Progress done = rig.resolve(engine, move, end, StallReason.DEDICATED_KEY_NOT_ACTIVE);
      assertThat(done.phase()).as("%s", done).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
      assertThat(rig.otherTenants()).isEqualTo(100);
    }
  }

  @Test
  @Resolves({StallReason.DEDICATED_KEY_NOT_ACTIVE, StallReason.VERIFICATION_DIFFERENCE})
  default void asksWhichIsNewerWhereAnotherProcessComesBackToAKeyThatWasOutOfService() {
    try (MoveRig rig = rig()) {
      rig.load(100);
      Move move = rig.move(
          Direction.PROMOTE, MoveRig.settings(draft -> draft.settle(Duration.ofSeconds(1))));
      Progress end = outOfServiceAfterTheSwitch(rig, rig.engine(), move, () -> {});
      MoveEngine other = rig.engine();
      Progress asks = rig.resolve(other, move, end, StallReason.DEDICATED_KEY_NOT_ACTIVE);
      assertThat(asks).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
        // Which point has changed since before the copy is known; of one that is new nobody knows.
        assertThat(stalled.message()).contains("1 points missing, 0 different", "out of service");
      });
      Progress done = rig.resolve(other, move, asks, StallReason.VERIFICATION_DIFFERENCE);
      assertThat(done.phase()).as("%s", done).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
    }
  }

  @Test
  @Resolves(StallReason.DEDICATED_KEY_NOT_ACTIVE)
  default void comparesAgainWhereTheKeyDiedAfterTheDeletionHadBegun() {
    try (MoveRig rig = rig()) {
      rig.load(100);
      Move move = rig.move(Direction.PROMOTE, MoveRig.settings());
      MoveSignals held = new MoveSignals(false, false, false, false, null, "test");
      MoveEngine engine = rig.engine();
      Progress progress = engine.advance(move, MoveJournal.initial(), held, written -> {});
      for (int i = 0; i < 2_000 && !retained(progress); i++) {
        MoveRig.pause(Duration.ofMillis(20));
        progress = engine.advance(move, progress.journal(), held, written -> {});
      }
      assertThat(retained(progress)).isTrue();
      // As a process leaves it that dies after its first batch.
      MoveJournal begun = progress.journal().header(draft -> {
        draft.step(MoveStep.DELETE_SOURCE);
        draft.deletionBegun(true);
      });
      rig.port()
          .delete(
              rig.collection,
              ShardSelector.key(MoveRig.DEFAULT),
              Filter.ids(LongStream.rangeClosed(1, 40).mapToObj(PointId::of).toList()),
              true);
      rig.takeOutOfService(rig.tenant);
      rig.write(3);
      rig.write(70);
      rig.write(900);
      MoveEngine next = rig.engine();
      Progress end = rig.drive(next, move, begun, MoveRig.go(), each -> {});
      Progress done = rig.resolve(next, move, end, StallReason.DEDICATED_KEY_NOT_ACTIVE);
      assertThat(done.phase()).as("%s", done).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
    }
  }

  @Test
  @Resolves({StallReason.DEDICATED_KEY_NOT_ACTIVE, StallReason.UNMARKED_POINTS_IN_FALLBACK})
  default void demotesAKeyThatItFoundOutOfServiceWithWhatTheFallbackTookMeanwhile() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      rig.takeOutOfService(rig.tenant);
      rig.write(5);
      // A writer that is served by an empty fallback begins from nothing, so say what is meant.
      rig.write(900);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveEngine engine = rig.engine();
      Progress end = rig.drive(engine, move, MoveJournal.initial(), MoveRig.go(), each -> {});
      Progress asks = rig.resolve(engine, move, end, StallReason.DEDICATED_KEY_NOT_ACTIVE);
      Progress done =
          rig.resolveFromFallback(engine, move, asks, StallReason.UNMARKED_POINTS_IN_FALLBACK);
      assertThat(done.phase()).as("%s", done).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(rig.tenant)).isNull();
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
    }
  }

  /** The outage is over before another process looks, which knows of the first copy scan only that it found nothing else. */
  @Test
  default void leavesNothingInTheFallbackWhereAnotherProcessTakesTheDemotionBackAfterAnOutage() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveJournal copied = MoveRig.until(
              rig.engine(),
              move,
              MoveJournal.initial(),
              MoveRig.go(),
              progress ->
                  progress.journal().demotion().map(DemotionState::copiesOnly).orElse(false))
          .journal();
      rig.takeOutOfService(rig.tenant);
      rig.write(5);
      rig.revive(rig.tenant);
      rig.write(5);
      MoveEngine another = rig.engine();
      Progress asks = rig.drive(another, move, copied, MoveRig.go().abort(), each -> {});
      assertThat(asks).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
        assertThat(stalled.reason()).isEqualTo(StallReason.UNMARKED_POINTS_IN_FALLBACK);
        assertThat(stalled.message()).contains("ids [5]");
      });
      // As the runbook says where the dedicated key's version is right.
      Filter its = Filter.ids(List.of(PointId.of(5)));
      rig.port().delete(rig.collection, ShardSelector.key(MoveRig.DEFAULT), its, true);
      Progress done = rig.drive(another, move, asks.journal(), MoveRig.go().abort(), each -> {});
      assertThat(done.phase()).as("%s", done).isEqualTo(MovePhase.ABORTED);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
    }
  }

  private static Progress outOfServiceAfterTheSwitch(
      MoveRig rig, MoveEngine engine, Move move, Runnable before) {
    boolean[] faulted = {false};
    Progress end = rig.drive(engine, move, MoveJournal.initial(), MoveRig.go(), progress -> {
      if (progress.journal().promotion().orElseThrow().baseline() != null && !faulted[0]) {
        faulted[0] = true;
        before.run();
        rig.takeOutOfService(rig.tenant);
        rig.write(5);
        rig.write(900);
      }
    });
    assertThat(faulted[0]).isTrue();
    return end;
  }

  @Test
  @Resolves(StallReason.DEDICATED_KEY_VANISHED)
  default void endsAPromotionWhoseKeySomebodyDeletedWithWhatIsLeft() {
    try (MoveRig rig = rig()) {
      rig.load(100);
      Move move = rig.move(
          Direction.PROMOTE, MoveRig.settings(draft -> draft.retainSource(Duration.ofHours(1))));
      MoveEngine engine = rig.engine();
      boolean[] faulted = {false};
      Progress end = rig.drive(engine, move, MoveJournal.initial(), MoveRig.go(), progress -> {
        if (progress.journal().step() == MoveStep.RETAIN && !faulted[0]) {
          faulted[0] = true;
          rig.port().deleteShardKey(rig.collection, rig.tenant);
          rig.settled();
          rig.write(7);
        }
      });
      Progress done = rig.resolve(engine, move, end, StallReason.DEDICATED_KEY_VANISHED);
      assertThat(done).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.phase()).isEqualTo(MovePhase.ABORTED);
        assertThat(finished.reason()).isEqualTo("DedicatedKeyVanished");
      });
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
    }
  }

  @Test
  @Resolves(StallReason.DEDICATED_KEY_VANISHED)
  default void doesNotCompleteADemotionWhoseKeyAnotherClientDeleted() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      Move move = rig.move(
          Direction.DEMOTE,
          MoveRig.settings(
              draft -> draft.demotion(draft.demotion().withQuietFor(Duration.ofMinutes(1)))));
      MoveEngine engine = rig.engine();
      boolean[] faulted = {false};
      Progress end = rig.drive(engine, move, MoveJournal.initial(), MoveRig.go(), progress -> {
        if (progress.journal().step() == MoveStep.QUIET && !faulted[0]) {
          faulted[0] = true;
          rig.port().deleteShardKey(rig.collection, rig.tenant);
          rig.settled();
        }
      });
      Progress done = rig.resolve(engine, move, end, StallReason.DEDICATED_KEY_VANISHED);
      assertThat(done).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.phase()).as("%s", finished).isEqualTo(MovePhase.ABORTED);
        assertThat(finished.reason()).isEqualTo("DedicatedKeyVanished");
      });
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.content(move.freezeSourceKey())).isNull();
      assertThat(rig.content(move.thawedCopyKey())).isNull();
    }
  }

  @Test
  @Resolves(StallReason.FALLBACK_UNREADABLE)
  default void goesOnOnceTheFallbackIsBackInService() {
    try (MoveRig rig = rig()) {
      rig.load(100);
      rig.takeOutOfService(MoveRig.DEFAULT);
      Move move = rig.move(
          Direction.PROMOTE, MoveRig.settings(draft -> draft.moveDeadline(Duration.ofSeconds(2))));
      MoveEngine engine = rig.engine();
      Progress end = rig.drive(engine, move, MoveJournal.initial(), MoveRig.go(), each -> {});
      assertThat(end).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
        assertThat(stalled.reason()).isEqualTo(StallReason.FALLBACK_UNREADABLE);
      });
      Progress done = rig.resolve(engine, move, end, StallReason.FALLBACK_UNREADABLE);
      assertThat(done.phase()).as("%s", done).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.otherTenants()).isEqualTo(100);
    }
  }

  @Test
  @Resolves(StallReason.COLLECTION_MISSING)
  default void endsWithoutACollection() {
    try (MoveRig rig = rig()) {
      rig.load(100);
      Move move = rig.move(Direction.PROMOTE, MoveRig.settings());
      MoveEngine engine = rig.engine();
      Progress end = rig.drive(engine, move, MoveJournal.initial(), MoveRig.go(), progress -> {
        if (MoveRig.active(progress.journal())) {
          rig.port().deleteCollection(rig.collection);
        }
      });
      Progress done = rig.resolve(engine, move, end, StallReason.COLLECTION_MISSING);
      assertThat(done).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.phase()).isEqualTo(MovePhase.ABORTED);
        assertThat(finished.reason()).isEqualTo("CollectionMissing");
      });
    }
  }

  @Test
  default void leavesNoSnapshotOnAPeerWhereTheirTransferFails() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      int[] taken = {0};
      int[] deleted = {0};
      MoveEngine engine = rig.engine(
          new InterceptedCluster(rig.cluster, (peer, method, args, next) -> {
            if (method.getName().equals("downloadShardSnapshot") && taken[0] < 4) {
              throw new QdrantException.Unavailable("the connection was closed", null);
            }
            Object answer = next.go();
            taken[0] += method.getName().equals("createShardSnapshot") ? 1 : 0;
            deleted[0] += method.getName().equals("deleteShardSnapshot") ? 1 : 0;
            return answer;
          }),
          rig.audit);
      Progress end = rig.drive(engine, move, MoveJournal.initial(), MoveRig.go(), each -> {});
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(taken[0]).isGreaterThanOrEqualTo(4);
      assertThat(deleted[0]).isEqualTo(taken[0]);
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
    }
  }

  @Test
  @Resolves(StallReason.REVIVE_FAILED)
  default void bringsAFrozenKeyBackByHandWhereItsSnapshotFails() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      Move move = rig.move(
          Direction.DEMOTE, MoveRig.settings(draft -> draft.moveDeadline(Duration.ofSeconds(1))));
      boolean[] full = {false};
      MoveEngine engine = rig.engine(
          new InterceptedCluster(rig.cluster, (peer, method, args, next) -> {
            if (full[0] && method.getName().equals("createShardSnapshot")) {
              throw new QdrantException.Unavailable("No space left on device", null);
            }
            return next.go();
          }),
          rig.audit);
      MoveJournal at = MoveJournal.initial();
      for (int i = 0; i < 2_000 && at.step() != MoveStep.THAW_COPY; i++) {
        Progress progress = engine.advance(move, at, MoveRig.go(), written -> {});
        at = progress.journal();
        if (progress instanceof Progress.Wait wait) {
          MoveRig.pause(wait.after());
        }
      }
      assertThat(at.step()).isEqualTo(MoveStep.THAW_COPY);
      full[0] = true;
      rig.write(5);
      rig.write(900);
      rig.shell.abort = true;
      Progress end = rig.drive(engine, move, at, rig.shell.signals(), each -> {});
      Progress done = rig.resolve(engine, move, end, StallReason.REVIVE_FAILED);
      assertThat(done.phase()).as("%s", done).isEqualTo(MovePhase.ABORTED);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(Objects.requireNonNull(rig.content(MoveRig.DEFAULT))).isEmpty();
      assertThat(List.of(move.freezeSourceKey(), move.thawedCopyKey()))
          .allSatisfy(key -> assertThat(rig.content(key)).isNull());
    }
  }

  private static boolean retained(Progress progress) {
    return progress.journal().promotion().map(Promotion::retainedUntil).isPresent();
  }
}
