package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.content.CopyMark;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.moves.observe.KeyState;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Points that a demotion cannot copy, and marks that applications have written back. */
interface MoveObstacleContract extends OnMoveRig {

  @Test
  @Resolves(StallReason.ID_HELD_BY_ANOTHER_TENANT)
  default void stallsAnUndoWhereAnotherTenantHoldsAnId() {
    try (MoveRig rig = rig()) {
      Undo undo = retained(rig);
      rig.port()
          .upsert(Upsert.of(
              rig.collection,
              ShardSelector.key(MoveRig.DEFAULT),
              List.of(MoveRig.point(7, 1, "other"))));
      Progress end = undo.drive();
      assertThat(end).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
        assertThat(stalled.reason()).isEqualTo(StallReason.ID_HELD_BY_ANOTHER_TENANT);
        assertThat(stalled.message()).contains("Id 7 ");
      });
      rig.intervene(end);
      assertThat(rig.shell.saved("saved-fallback.json")).contains("other");
      // The other tenant gives its point another id.
      rig.port()
          .delete(
              rig.collection,
              ShardSelector.key(MoveRig.DEFAULT),
              Filter.ids(List.of(PointId.of(7))),
              true);
      Progress done = undo.drive(end.journal());
      assertThat(done).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.reason()).isEqualTo("Undone");
      });
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
    }
  }

  @Test
  @Resolves(StallReason.MARKER_FIELD_IN_USE)
  default void stallsAnUndoWhereAnApplicationUsesAReservedField() {
    try (MoveRig rig = rig()) {
      Undo undo = retained(rig);
      rig.port()
          .setPayload(
              rig.collection,
              rig.clientSelector(),
              Map.of(CopyMark.MOVE_FIELD, "mine"),
              Filter.ids(List.of(PointId.of(7))),
              true);
      Progress end = undo.drive();
      assertThat(end).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
        assertThat(stalled.reason()).isEqualTo(StallReason.MARKER_FIELD_IN_USE);
      });
      rig.intervene(end);
      assertThat(rig.shell.saved("saved-dedicated.json")).contains("mine");
      Progress done = undo.drive(end.journal());
      assertThat(done).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.reason()).isEqualTo("Undone");
      });
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
    }
  }

  @Test
  @Resolves(StallReason.VECTOR_NOT_FINITE)
  default void stallsAnUndoAtAVectorThatChangesWithEachCopy() {
    try (MoveRig rig = rig()) {
      Undo undo = retained(rig);
      Point point = MoveRig.point(7, 1, "acme");
      Point infinite =
          new Point(point.id(), point.payload(), Map.of("", new PointVector.Dense(new float[] {
            1, Float.POSITIVE_INFINITY, 0, 1
          })));
      rig.port().upsert(Upsert.of(rig.collection, rig.clientSelector(), List.of(infinite)));
      Progress end = undo.drive();
      assertThat(end).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
        assertThat(stalled.reason()).isEqualTo(StallReason.VECTOR_NOT_FINITE);
        assertThat(stalled.message()).contains("Point 7 ");
      });
      rig.intervene(end);
      assertThat(rig.shell.saved("saved-dedicated.json")).contains("point 7");
      rig.write(7);
      Progress done = undo.drive(end.journal());
      assertThat(done).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.reason()).isEqualTo("Undone");
      });
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
    }
  }

  @Test
  default void endsADemotionWhereAnApplicationUsesAReservedField() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(20);
      rig.port()
          .setPayload(
              rig.collection,
              rig.clientSelector(),
              Map.of(CopyMark.BASE_FIELD, "mine"),
              Filter.ids(List.of(PointId.of(7))),
              true);
      Progress end = rig.drive(rig.move(Direction.DEMOTE, MoveRig.settings()), MoveRig.go());
      assertThat(end).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.phase()).isEqualTo(MovePhase.ABORTED);
        assertThat(finished.reason()).isEqualTo("MarkerFieldInUse");
      });
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
    }
  }

  @Test
  default void copiesPointsWithoutTheMarksThatAnApplicationHasWrittenBack() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(20);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      // Read in the fallback during an earlier move, and in an earlier attempt of this one.
      Point earlier = CopyMark.mark(MoveRig.point(7, 2, "acme"), "an-earlier-move");
      Point attempt = CopyMark.mark(MoveRig.point(8, 2, "acme"), move.uid());
      rig.port().upsert(Upsert.of(rig.collection, rig.clientSelector(), List.of(earlier, attempt)));
      rig.promised.put(7L, 2L);
      rig.promised.put(8L, 2L);
      Progress end = rig.drive(move, MoveRig.go());
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
    }
  }

  @Test
  @Resolves(StallReason.UNMARKED_POINTS_IN_FALLBACK)
  default void asksAboutCopiesOfAnotherMoveThatAClientHasChanged() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(20);
      // As a demotion leaves them whose TierMove was deleted by force: two copies, of which one was
      // changed while the key was frozen.
      List<Point> copied = rig.port()
          .retrieve(
              rig.collection, ShardSelector.key(rig.tenant), List.of(PointId.of(5), PointId.of(6)));
      Point changed = CopyMark.mark(MoveRig.point(5, 2, "acme"), copied.get(0), "a-deleted-move");
      Point old = CopyMark.mark(copied.get(1), "a-deleted-move");
      rig.write(6);
      rig.port()
          .upsert(
              Upsert.of(rig.collection, ShardSelector.key(MoveRig.DEFAULT), List.of(changed, old)));
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveEngine engine = rig.engine();
      Progress end = rig.drive(engine, move, MoveJournal.initial(), MoveRig.go(), each -> {});
      assertThat(end).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
        assertThat(stalled.message()).contains("[5]", "a-deleted-move");
      });
      Progress done =
          rig.resolveFromFallback(engine, move, end, StallReason.UNMARKED_POINTS_IN_FALLBACK);
      rig.promised.put(5L, 2L);
      assertThat(done.phase()).as("%s", done).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
    }
  }

  @Test
  default void restoresTheReplicasThatADedicatedKeyHadWhenADemotionIsAborted() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(40);
      Replica first = rig.settled().replicas(rig.tenant).get(0);
      long second = rig.cluster.peers().stream()
          .map(peer -> peer.status().peerId())
          .filter(peer -> peer != first.peerId())
          .findFirst()
          .orElseThrow();
      rig.port().replicateShard(rig.collection, first.shardId(), first.peerId(), second);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> rig.settled().state(rig.tenant) == KeyState.ACTIVE
              && rig.settled().replicas(rig.tenant).size() == 2);
      // The policy has one replica for dedicated keys.
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveEngine engine = rig.engine();
      MoveJournal journal = MoveJournal.initial();
      for (int i = 0; i < 3_000 && journal.evidence().copied() == null; i++) {
        Progress progress = engine.advance(move, journal, MoveRig.go(), written -> {});
        journal = progress.journal();
        if (progress instanceof Progress.Wait wait) {
          MoveRig.pause(wait.after());
        }
      }
      assertThat(rig.settled().replicas(rig.tenant)).hasSize(1);
      Progress end = rig.drive(engine, move, journal, MoveRig.go().abort(), each -> {});
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.ABORTED);
      assertThat(rig.settled().replicas(rig.tenant)).hasSize(2);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
    }
  }

  /** A promotion whose source is retained, and that is being undone. */
  record Undo(MoveRig rig, MoveEngine engine, Move move, MoveJournal journal) {

    Progress drive() {
      return drive(journal);
    }

    Progress drive(MoveJournal from) {
      return rig.drive(engine, move, from, MoveRig.go().undo(), each -> {});
    }
  }

  private static Undo retained(MoveRig rig) {
    rig.load(100);
    Move move = rig.move(
        Direction.PROMOTE, MoveRig.settings(draft -> draft.retainSource(Duration.ofHours(1))));
    MoveEngine engine = rig.engine();
    MoveJournal journal = MoveJournal.initial();
    for (int i = 0; i < 3_000 && journal.step() != MoveStep.RETAIN; i++) {
      Progress progress = engine.advance(move, journal, MoveRig.go(), written -> {});
      journal = progress.journal();
      if (progress instanceof Progress.Wait wait) {
        MoveRig.pause(wait.after());
      }
    }
    assertThat(journal.step()).isEqualTo(MoveStep.RETAIN);
    return new Undo(rig, engine, move, journal);
  }
}
