package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.MoveData;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.MoveSettings.Snapshots;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.moves.observe.KeyState;
import io.tierkeeper.moves.snapshot.Restoration;
import io.tierkeeper.moves.snapshot.RestoreException;
import io.tierkeeper.moves.snapshot.RestoreListener;
import io.tierkeeper.moves.snapshot.RestoreResult;
import io.tierkeeper.moves.snapshot.SnapshotStore;
import io.tierkeeper.moves.snapshot.StoredSnapshot;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots that moves store, and tenants that are restored from them. */
interface MoveSnapshotContract extends OnMoveRig {

  ShardKey RESTORED = ReservedNames.restored("acme");

  private static MoveSettings with(boolean beforeDemotion, boolean beforeCleanup) {
    return MoveRig.settings(draft ->
        draft.snapshots(new Snapshots(beforeDemotion, beforeCleanup, Duration.ofHours(1))));
  }

  private static Restoration restoration(MoveRig rig, SnapshotStore store, ShardKey key) {
    StoredSnapshot snapshot = store.list().getFirst();
    return new Restoration(
        rig.cluster,
        store.directory().resolve(snapshot.file()),
        snapshot,
        key,
        RestoreListener.NONE);
  }

  private static TakenSnapshot demoted(MoveRig rig, SnapshotStore store) {
    Progress end = rig.drive(
        rig.engine(store),
        rig.move(Direction.DEMOTE, with(true, false)),
        MoveJournal.initial(),
        MoveRig.go(),
        progress -> {});
    Progress.Finished finished = (Progress.Finished) end;
    assertThat(finished.phase()).as(finished.message()).isEqualTo(MovePhase.SUCCEEDED);
    return Objects.requireNonNull(finished.report().snapshot());
  }

  @Test
  default void aTenantIsRestoredFromTheSnapshotBeforeItsDemotion(@TempDir Path dir)
      throws IOException {
    try (MoveRig rig = rig()) {
      SnapshotStore store = SnapshotStore.in(dir);
      rig.loadDedicated(300);
      Map<Long, Long> before = Map.copyOf(rig.promised);
      TakenSnapshot taken = demoted(rig, store);
      assertThat(taken.points()).isEqualTo(300);
      assertThat(SnapshotStore.sha256(dir.resolve(taken.file()))).isEqualTo(taken.sha256());
      assertThat(Files.size(dir.resolve(taken.file()))).isEqualTo(taken.bytes());
      assertThat(rig.audit.events(AuditType.MOVE))
          .anyMatch(event -> event.data() instanceof MoveData move
              && move.answer() != null
              && move.answer().path("snapshot").asText().equals(taken.file())
              && move.answer().path("sha256").asText().equals(taken.sha256()));
      // A client destroys what the tenant has.
      rig.write(7);
      rig.delete(8);
      Restoration restoration = restoration(rig, store, RESTORED);
      assertThat(restoration.plan().resumed()).isFalse();
      assertThat(rig.settled().state(RESTORED)).isEqualTo(KeyState.ABSENT);
      assertThat(restoration.run().points()).isEqualTo(300);
      assertThat(rig.content(RESTORED)).isEqualTo(before);
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThatThrownBy(restoration::plan)
          .isInstanceOf(RestoreException.class)
          .hasMessageContaining("exists");
      assertThatThrownBy(() -> restoration(rig, store, rig.tenant).plan())
          .isInstanceOf(RestoreException.class)
          .hasMessageContaining("which a key of its own name would hide");
    }
  }

  @Test
  default void aTenantIsRestoredFromTheSnapshotBeforeTheCleanUp(@TempDir Path dir) {
    try (MoveRig rig = rig()) {
      SnapshotStore store = SnapshotStore.in(dir);
      rig.load(300);
      Progress end = rig.drive(
          rig.engine(store),
          rig.move(Direction.PROMOTE, with(false, true)),
          MoveJournal.initial(),
          MoveRig.go(),
          progress -> assertThat(progress.journal().header().deletionBegun()
                  && progress.journal().header().taken() == null)
              .as("deletes without a snapshot")
              .isFalse());
      assertThat(end)
          .isInstanceOfSatisfying(
              Progress.Finished.class,
              finished -> assertThat(finished.phase()).isEqualTo(MovePhase.SUCCEEDED));
      assertThat(restoration(rig, store, RESTORED).run().exact()).isTrue();
      assertThat(rig.content(RESTORED)).isEqualTo(rig.promised);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
    }
  }

  @Test
  default void aLostTenantIsRestoredIntoItsOwnKey(@TempDir Path dir) {
    try (MoveRig rig = rig()) {
      SnapshotStore store = SnapshotStore.in(dir);
      rig.loadDedicated(100);
      demoted(rig, store);
      for (long id = 1; id <= 100; id++) {
        rig.delete(id);
      }
      assertThat(restoration(rig, store, rig.tenant).run().points()).isEqualTo(100);
      assertThat(rig.port().count(rig.collection, rig.clientSelector(), null)).isEqualTo(100);
    }
  }

  @Test
  default void aRepeatedSnapshotReplacesTheFirst(@TempDir Path dir) throws IOException {
    try (MoveRig rig = rig()) {
      SnapshotStore store = SnapshotStore.in(dir);
      rig.loadDedicated(50);
      Move move = rig.move(Direction.DEMOTE, with(true, false));
      MoveRig.until(
          rig.engine(store),
          move,
          MoveJournal.initial(),
          MoveRig.go(),
          progress -> progress.journal().header().taken() != null);
      // The process ends before its journal is stored.
      rig.write(51);
      TakenSnapshot taken = demoted(rig, store);
      assertThat(taken.points()).isEqualTo(51);
      assertThat(store.list()).hasSize(1);
      try (var files = Files.list(dir)) {
        assertThat(files).hasSize(2);
      }
    }
  }

  @Test
  default void aProcessThatEndsAtAnyWriteLeavesOneSnapshot(@TempDir Path dir) {
    // Before the snapshot is taken, and when it is stored and the journal does not know.
    for (int fault = 1; fault <= 2; fault++) {
      try (MoveRig rig = rig()) {
        SnapshotStore store = SnapshotStore.in(dir.resolve("fault-" + fault));
        rig.loadDedicated(20);
        Move move = rig.move(Direction.DEMOTE, with(true, false));
        MoveJournal[] stored = {MoveJournal.initial()};
        int[] left = {fault};
        MoveEngine engine = rig.engine(store);
        Progress progress = null;
        while (!(progress instanceof Progress.Finished)) {
          try {
            progress = engine.advance(move, stored[0], MoveRig.go(), written -> {
              if (--left[0] == 0) {
                throw new IllegalStateException("killed");
              }
              stored[0] = written;
            });
            stored[0] = progress.journal();
            if (progress instanceof Progress.Wait wait) {
              MoveRig.pause(wait.after());
            }
          } catch (IllegalStateException killed) {
            assertThat(killed).hasMessage("killed");
            engine = rig.engine(store);
          }
        }
        assertThat(left[0]).as("the fault was injected").isNotPositive();
        assertThat(((Progress.Finished) progress).phase()).isEqualTo(MovePhase.SUCCEEDED);
        assertThat(store.list()).singleElement().matches(StoredSnapshot::complete);
        assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      }
    }
  }

  @Test
  default void aSnapshotThatFailsIsRepeatedAndADemotionWithoutOneIsNotBegun(@TempDir Path dir) {
    try (MoveRig rig = rig()) {
      SnapshotStore store = SnapshotStore.in(dir);
      rig.loadDedicated(20);
      int[] failures = {Integer.MAX_VALUE};
      QdrantCluster failing = new InterceptedCluster(rig.cluster, (peer, method, args, next) -> {
        if (method.getName().equals("streamShardSnapshot") && failures[0]-- > 0) {
          throw new QdrantException.Unavailable("No space left on device", null);
        }
        return next.go();
      });
      Progress end = rig.drive(
          rig.engine(failing, store),
          rig.move(Direction.DEMOTE, with(true, false).withMoveDeadline(Duration.ofSeconds(2))),
          MoveJournal.initial(),
          MoveRig.go(),
          progress -> {});
      assertThat(end).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.reason()).isEqualTo("SnapshotFailed");
        assertThat(finished.message()).contains("No space left on device");
      });
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
      assertThat(store.list()).noneMatch(StoredSnapshot::complete);

      failures[0] = 1;
      end = rig.drive(
          rig.engine(failing, store),
          rig.move(Direction.DEMOTE, with(true, false)),
          MoveJournal.initial(),
          MoveRig.go(),
          progress -> {});
      assertThat(((Progress.Finished) end).phase()).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(store.list()).singleElement().matches(StoredSnapshot::complete);
    }
  }

  @Test
  default void aSnapshotThatClientsWriteDuringIsRestoredWithoutAnExactComparison(
      @TempDir Path dir) {
    try (MoveRig rig = rig()) {
      SnapshotStore store = SnapshotStore.in(dir);
      rig.loadDedicated(20);
      QdrantCluster written = new InterceptedCluster(rig.cluster, (peer, method, args, next) -> {
        Object answer = next.go();
        if (method.getName().equals("streamShardSnapshot")) {
          rig.write(21);
        }
        return answer;
      });
      rig.drive(
          rig.engine(written, store),
          rig.move(Direction.DEMOTE, with(true, false)),
          MoveJournal.initial(),
          MoveRig.go(),
          progress -> {});
      RestoreResult done = restoration(rig, store, RESTORED).run();
      assertThat(done.exact()).isFalse();
      assertThat(done.points()).isEqualTo(20);
    }
  }

  @Test
  default void aDemotionIsNotBegunWithoutTheSnapshotThatThePolicyWants() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(50);
      Progress end = rig.drive(rig.move(Direction.DEMOTE, with(true, false)), MoveRig.go());
      assertThat(end).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.phase()).isEqualTo(MovePhase.ABORTED);
        assertThat(finished.reason()).isEqualTo("SnapshotFailed");
        assertThat(finished.message()).contains("TIERKEEPER_SNAPSHOT_DIR");
      });
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
    }
  }

  @Test
  default void aPromotionKeepsItsSourceWithoutTheSnapshotThatThePolicyWants() {
    try (MoveRig rig = rig()) {
      rig.load(50);
      Move move =
          rig.move(Direction.PROMOTE, with(false, true).withMoveDeadline(Duration.ofSeconds(2)));
      Progress end = rig.drive(move, MoveRig.go());
      assertThat(end).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
        assertThat(stalled.reason()).isEqualTo(StallReason.REFUSED);
        assertThat(stalled.message()).contains("TIERKEEPER_SNAPSHOT_DIR");
      });
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
    }
  }

  @Test
  default void anInterruptedRestorationIsContinued(@TempDir Path dir) {
    try (MoveRig rig = rig()) {
      SnapshotStore store = SnapshotStore.in(dir);
      rig.loadDedicated(50);
      Map<Long, Long> before = Map.copyOf(rig.promised);
      demoted(rig, store);
      StoredSnapshot snapshot = store.list().getFirst();
      // It was interrupted before the upload.
      rig.port()
          .changeMetadata(
              rig.collection, Map.of("tierkeeper.io/restore/" + RESTORED, snapshot.sha256()));
      rig.port()
          .createShardKey(
              rig.collection, new KeyTemplate(RESTORED, rig.firstPeer(), ReplicaState.PARTIAL));
      rig.settled();
      assertThat(restoration(rig, store, RESTORED).run().resumed()).isTrue();
      assertThat(rig.content(RESTORED)).isEqualTo(before);
      assertThat(rig.port().describe(rig.collection).orElseThrow().metadata().keySet())
          .noneMatch(name -> name.startsWith("tierkeeper.io/restore/"));
    }
  }

  @Test
  default void nothingIsRestoredWhileAMoveRuns(@TempDir Path dir) {
    try (MoveRig rig = rig()) {
      SnapshotStore store = SnapshotStore.in(dir);
      rig.loadDedicated(50);
      demoted(rig, store);
      ShardKey working = ReservedNames.freezeSource("m");
      rig.port()
          .createShardKey(
              rig.collection, new KeyTemplate(working, rig.firstPeer(), ReplicaState.ACTIVE));
      rig.settled();
      assertThatThrownBy(restoration(rig, store, RESTORED)::run)
          .isInstanceOf(RestoreException.class)
          .hasMessageContaining("tierkeeper/m/y");
      rig.port().deleteShardKey(rig.collection, working);
      rig.settled();
      rig.port()
          .setPayload(
              rig.collection,
              ShardSelector.key(MoveRig.DEFAULT),
              Map.of("tierkeeper_move", "m"),
              Filter.ids(List.of(PointId.of(1))),
              true);
      assertThatThrownBy(restoration(rig, store, RESTORED)::run)
          .isInstanceOf(RestoreException.class)
          .hasMessageContaining("a move of tenant acme runs");
      assertThat(rig.settled().keys()).isEqualTo(Set.of(MoveRig.DEFAULT));
    }
  }
}
