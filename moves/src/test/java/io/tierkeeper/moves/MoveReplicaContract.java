package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.moves.Protocol.Promotion;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Moves where a key has two replicas, which differ while writes are in flight, or since one of them has lost a write. */
interface MoveReplicaContract extends OnMoveRig {

  /** Steps in which the tenant writes; in the others a demotion waits until it is quiet. */
  Set<MoveStep> BUSY = EnumSet.of(
      MoveStep.COPY,
      MoveStep.THAW_COPY,
      MoveStep.MERGE,
      MoveStep.DELETE_DEDICATED,
      MoveStep.REMOVE_MARKER);

  @Test
  default void promotesAndDemotesWithoutLossWhileReplicasOfTheFallbackDiffer() {
    try (MoveRig rig = rig()) {
      rig.replicateFallback();
      rig.load(600);
      rig.emulated().ifPresent(qdrant -> qdrant.delayReplicas(Duration.ofMillis(40)));
      try (Writer writer = new Writer(rig)) {
        writer.busy.set(true);
        Progress promoted = rig.drive(
            rig.engine(),
            rig.move(Direction.PROMOTE, MoveRig.settings()),
            MoveJournal.initial(),
            MoveRig.go(),
            progress -> {});
        assertThat(promoted).isInstanceOfSatisfying(Progress.Finished.class, end -> {
          assertThat(end.phase()).as(end.message()).isEqualTo(MovePhase.SUCCEEDED);
        });
      }
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();

      try (Writer writer = new Writer(rig)) {
        Progress demoted = rig.drive(
            rig.engine(),
            rig.move(Direction.DEMOTE, MoveRig.settings()),
            MoveJournal.initial(),
            MoveRig.go(),
            progress -> writer.busy.set(BUSY.contains(progress.journal().step())));
        assertThat(demoted).isInstanceOfSatisfying(Progress.Finished.class, end -> {
          assertThat(end.phase()).as(end.message()).isEqualTo(MovePhase.SUCCEEDED);
        });
      }
      assertThat(rig.content(rig.tenant)).isNull();
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.otherTenants()).isEqualTo(600);
      assertThat(rig.breaches()).isEmpty();
    }
  }

  /** A peer that crashed before its last writes were on disk: its replica lacks points, wherever the copy is taken from. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  default void promotesAndDemotesWithoutLossWhereAReplicaOfTheFallbackLacksPoints(int peer) {
    try (MoveRig rig = rig()) {
      Assumptions.assumeTrue(
          rig.emulated().isPresent(), "no write can be lost on one replica only");
      EmulatedQdrant qdrant = rig.emulated().orElseThrow();
      rig.replicateFallback();
      rig.load(300);
      long losing = rig.cluster.peers().get(peer).status().peerId();
      qdrant.loseWrites(losing, true);
      for (long id = 301; id <= 308; id++) {
        rig.write(id);
      }
      qdrant.loseWrites(losing, false);
      MoveEngine engine = rig.engine();
      Move promotion = rig.move(Direction.PROMOTE, MoveRig.settings());
      Progress promoted =
          rig.drive(engine, promotion, MoveJournal.initial(), MoveRig.go(), progress -> {});
      if (promoted instanceof Progress.Stalled stalled) {
        // The copy was taken from the replica that lacks them.
        assertThat(stalled.message()).contains("8 points missing", "[301, 302, ");
        promoted = rig.resolve(engine, promotion, stalled, StallReason.VERIFICATION_DIFFERENCE);
      }
      assertThat(promoted).isInstanceOfSatisfying(Progress.Finished.class, end -> {
        assertThat(end.phase()).as(end.message()).isEqualTo(MovePhase.SUCCEEDED);
      });
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
      Progress demoted = rig.drive(rig.move(Direction.DEMOTE, MoveRig.settings()), MoveRig.go());
      assertThat(demoted).isInstanceOfSatisfying(Progress.Finished.class, end -> {
        assertThat(end.phase()).as(end.message()).isEqualTo(MovePhase.SUCCEEDED);
      });
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.breaches()).isEmpty();
    }
  }

  /** A tenant that goes on deleting has deleted nothing that the copy lacks because the replica that it was taken from lacks it. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  default void attributesNoPointThatAReplicaOfTheFallbackLacks(int peer) {
    try (MoveRig rig = rig()) {
      Assumptions.assumeTrue(
          rig.emulated().isPresent(), "no write can be lost on one replica only");
      EmulatedQdrant qdrant = rig.emulated().orElseThrow();
      rig.replicateFallback();
      rig.load(300);
      long losing = rig.cluster.peers().get(peer).status().peerId();
      qdrant.loseWrites(losing, true);
      rig.write(301);
      qdrant.loseWrites(losing, false);
      MoveEngine engine = rig.engine();
      Move move = rig.move(Direction.PROMOTE, MoveRig.settings());
      MoveJournal at = MoveRig.until(
              engine,
              move,
              MoveJournal.initial(),
              MoveRig.go(),
              progress ->
                  progress.journal().promotion().map(Promotion::baseline).isPresent())
          .journal();
      for (long id = 11; id <= 60; id++) {
        rig.delete(id);
      }
      Progress promoted = rig.drive(engine, move, at, MoveRig.go(), progress -> {});
      if (promoted instanceof Progress.Stalled stalled) {
        // The copy was taken from the replica that lacks it.
        assertThat(stalled.message()).contains("1 points missing", "[301]");
        promoted = rig.resolve(engine, move, stalled, StallReason.VERIFICATION_DIFFERENCE);
      }
      assertThat(promoted.phase()).as("%s", promoted).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
    }
  }

  /** The replica that has lost the latest versions of points may be the one that the copy is taken from, or that is read first. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  default void asksBeforeItVerifiesOrDeletesAPointOfWhichReplicasHoldDifferentVersions(int peer) {
    try (MoveRig rig = rig()) {
      Assumptions.assumeTrue(
          rig.emulated().isPresent(), "no write can be lost on one replica only");
      EmulatedQdrant qdrant = rig.emulated().orElseThrow();
      rig.replicateFallback();
      rig.load(300);
      long losing = rig.cluster.peers().get(peer).status().peerId();
      qdrant.loseWrites(losing, true);
      List<PointId> ids = LongStream.rangeClosed(41, 48).mapToObj(PointId::of).toList();
      for (long id = 41; id <= 48; id++) {
        rig.write(id);
      }
      qdrant.loseWrites(losing, false);
      MoveEngine engine = rig.engine();
      Move promotion = rig.move(Direction.PROMOTE, MoveRig.settings());
      Progress asked =
          rig.drive(engine, promotion, MoveJournal.initial(), MoveRig.go(), progress -> {});
      assertThat(asked).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
        assertThat(stalled.reason()).isEqualTo(StallReason.VERIFICATION_DIFFERENCE);
        assertThat(stalled.message())
            .contains("different versions of 8 points", "[41, 42, 43, 44, 45, 46, 47, 48]");
      });
      // As the runbook says: the right version, which only the tenant knows, and then no other.
      List<Point> right = rig.cluster
          .peers()
          .get(1 - peer)
          .retrieve(rig.collection, ShardSelector.key(MoveRig.DEFAULT), ids);
      rig.port().upsert(Upsert.of(rig.collection, ShardSelector.key(rig.tenant), right));
      rig.port().delete(rig.collection, ShardSelector.key(MoveRig.DEFAULT), Filter.ids(ids), true);
      Progress promoted =
          rig.drive(engine, promotion, asked.journal(), MoveRig.go(), progress -> {});
      assertThat(promoted).isInstanceOfSatisfying(Progress.Finished.class, end -> {
        assertThat(end.phase()).as(end.message()).isEqualTo(MovePhase.SUCCEEDED);
      });
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
    }
  }

  /** Of two replicas of the dedicated key one has lost a deletion, so that it alone still has what the other one lacks. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  default void deletesNoSourceThatOneReplicaOfTheDedicatedKeyLacks(int losing) {
    try (MoveRig rig = rig()) {
      Assumptions.assumeTrue(
          rig.emulated().isPresent(), "no write can be lost on one replica only");
      EmulatedQdrant qdrant = rig.emulated().orElseThrow();
      rig.load(100);
      MoveEngine engine = rig.engine();
      Move promotion =
          rig.move(Direction.PROMOTE, MoveRig.settings(draft -> draft.replicationFactor(2)));
      MoveJournal placed = MoveRig.until(
              engine,
              promotion,
              MoveJournal.initial(),
              MoveRig.go(),
              progress -> progress.journal().promotion().isPresent()
                  && activeReplicas(rig).size() == 2)
          .journal();
      List<PointId> ids = List.of(PointId.of(5), PointId.of(6));
      qdrant.loseWrites(activeReplicas(rig).get(losing).peerId(), true);
      rig.port().delete(rig.collection, ShardSelector.key(rig.tenant), Filter.ids(ids), true);
      qdrant.loseWrites(activeReplicas(rig).get(losing).peerId(), false);
      Progress asked = rig.drive(engine, promotion, placed, MoveRig.go(), progress -> {});
      assertThat(asked).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
        assertThat(stalled.reason()).isEqualTo(StallReason.VERIFICATION_DIFFERENCE);
        assertThat(stalled.message())
            .contains("The replicas of the dedicated key acme hold different versions of 2 points")
            .contains("first ids [5, 6]");
      });
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      // As the runbook says: the right version is written into the key, which writes it on all
      // replicas.
      List<Point> right =
          rig.port().retrieve(rig.collection, ShardSelector.key(MoveRig.DEFAULT), ids);
      rig.port().upsert(Upsert.of(rig.collection, ShardSelector.key(rig.tenant), right));
      Progress promoted =
          rig.drive(engine, promotion, asked.journal(), MoveRig.go(), progress -> {});
      assertThat(promoted).isInstanceOfSatisfying(Progress.Finished.class, end -> {
        assertThat(end.phase()).as(end.message()).isEqualTo(MovePhase.SUCCEEDED);
      });
      assertThat(onEachReplica(rig, ids)).allMatch(found -> found == 2);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
      assertThat(rig.breaches()).isEmpty();
    }
  }

  /** The replica that a demotion drops may be the only one that has a point. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  default void dropsNoReplicaOfTheDedicatedKeyWhileTheyDiffer(int losing) {
    try (MoveRig rig = rig()) {
      Assumptions.assumeTrue(
          rig.emulated().isPresent(), "no write can be lost on one replica only");
      EmulatedQdrant qdrant = rig.emulated().orElseThrow();
      rig.load(100);
      Progress promoted = rig.drive(
          rig.move(Direction.PROMOTE, MoveRig.settings(draft -> draft.replicationFactor(2))),
          MoveRig.go());
      assertThat(promoted).isInstanceOf(Progress.Finished.class);
      List<PointId> ids = LongStream.rangeClosed(101, 104).mapToObj(PointId::of).toList();
      qdrant.loseWrites(activeReplicas(rig).get(losing).peerId(), true);
      for (long id = 101; id <= 104; id++) {
        rig.write(id);
      }
      qdrant.loseWrites(activeReplicas(rig).get(losing).peerId(), false);
      MoveEngine engine = rig.engine();
      Move demotion = rig.move(Direction.DEMOTE, MoveRig.settings());
      Progress asked =
          rig.drive(engine, demotion, MoveJournal.initial(), MoveRig.go(), progress -> {});
      assertThat(asked).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
        assertThat(stalled.reason()).isEqualTo(StallReason.VERIFICATION_DIFFERENCE);
        assertThat(stalled.message())
            .contains("The replicas of the dedicated key acme hold different versions of 4 points")
            .contains("[101, 102, 103, 104]", "No replica is dropped");
      });
      assertThat(activeReplicas(rig)).hasSize(2);
      List<Point> right = port(rig, activeReplicas(rig).get(1 - losing))
          .retrieve(rig.collection, ShardSelector.key(rig.tenant), ids);
      rig.port().upsert(Upsert.of(rig.collection, ShardSelector.key(rig.tenant), right));
      Progress demoted = rig.drive(engine, demotion, asked.journal(), MoveRig.go(), progress -> {});
      assertThat(demoted).isInstanceOfSatisfying(Progress.Finished.class, end -> {
        assertThat(end.phase()).as(end.message()).isEqualTo(MovePhase.SUCCEEDED);
      });
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.breaches()).isEmpty();
    }
  }

  private static List<Replica> activeReplicas(MoveRig rig) {
    return rig.settled().replicas(rig.tenant).stream()
        .filter(replica -> replica.state() == ReplicaState.ACTIVE)
        .toList();
  }

  /** How many of these points each replica of the dedicated key has. */
  private static List<Integer> onEachReplica(MoveRig rig, List<PointId> ids) {
    return activeReplicas(rig).stream()
        .map(replica -> port(rig, replica)
            .retrieve(rig.collection, ShardSelector.key(rig.tenant), ids)
            .size())
        .toList();
  }

  private static QdrantReads port(MoveRig rig, Replica replica) {
    return rig.settled().port(replica.peerId()).orElseThrow();
  }

  /** A client of the tenant on a thread of its own: its writes are in flight while the move reads. */
  final class Writer implements AutoCloseable {
    final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final CompletableFuture<Void> end;

    Writer(MoveRig rig) {
      this.end = CompletableFuture.runAsync(
          () -> {
            for (int n = 1; !stopped.get(); n++) {
              if (busy.get()) {
                rig.write(1 + n * 37L % 640);
              } else {
                LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
              }
            }
          },
          Thread::startVirtualThread);
    }

    @Override
    public void close() {
      stopped.set(true);
      end.join();
    }
  }
}
