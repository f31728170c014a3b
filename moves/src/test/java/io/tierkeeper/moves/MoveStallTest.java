package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qdrant.client.grpc.Collections.ReplicaState;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.qdrant.emulator.cluster.TransferOptions;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.observe.KeyState;
import io.tierkeeper.moves.observe.LayoutObserver;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.Upsert;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stalls that only an emulator can be brought to at will: slow transfers, a step that is lost, a peer that dies. */
class MoveStallTest {

  private static final Set<MoveStep> COPIED = EnumSet.of(MoveStep.CREATE_OWN_KEYS, MoveStep.QUIET);

  private static final EmulatorOptions SLOW = EmulatorOptions.defaults()
      .withTransfers(TransferOptions.defaults().withPreparation(Duration.ofSeconds(4)));

  @Test
  @Resolves(StallReason.PEERS_DISAGREE)
  void goesOnOnceTheSilentPeerWasRestarted() {
    try (MoveRig rig = new MoveRig()) {
      EmulatedQdrant emulated = rig.emulated().orElseThrow();
      rig.load(100);
      Move move = rig.move(
          Direction.PROMOTE, MoveRig.settings(draft -> draft.moveDeadline(Duration.ofSeconds(1))));
      MoveEngine engine = rig.engine(
          new InterceptedCluster(
              rig.cluster,
              (peer, method, args, next) -> method.getName().equals("endpoint")
                  ? URI.create("http://qdrant-" + peer + ".qdrant-headless:6334")
                  : next.go()),
          rig.audit);
      AtomicBoolean killed = new AtomicBoolean();
      Progress end = rig.drive(engine, move, MoveJournal.initial(), MoveRig.go(), progress -> {
        if (MoveRig.active(progress.journal()) && killed.compareAndSet(false, true)) {
          emulated.peers().get(2).kill();
        }
      });
      assertThat(end).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
        assertThat(stalled.reason()).isEqualTo(StallReason.PEERS_DISAGREE);
        assertThat(stalled.command()).isEqualTo("kubectl delete pod qdrant-2");
      });
      rig.intervene(end);
      assertThat(rig.shell.deletedPods).containsExactly("qdrant-2");
      emulated.peers().get(2).restart();
      Progress done = rig.drive(engine, move, end.journal(), MoveRig.go(), each -> {});
      assertThat(done.phase()).as("%s", done).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @Test
  @Resolves(StallReason.STUCK_BEFORE_ACTIVE)
  void beginsTheCopyAnewWhereItsLastStepWasLost() {
    try (MoveRig rig = new MoveRig()) {
      EmulatedQdrant emulated = rig.emulated().orElseThrow();
      rig.load(100);
      Move move = rig.move(
          Direction.PROMOTE, MoveRig.settings(draft -> draft.moveDeadline(Duration.ofSeconds(1))));
      MoveEngine engine = rig.engine();
      AtomicBoolean lost = new AtomicBoolean();
      Progress end = rig.drive(engine, move, MoveJournal.initial(), MoveRig.go(), progress -> {
        if (progress.journal().header().startSentAt() != null && lost.compareAndSet(false, true)) {
          emulated.abortTransfers(rig.collection);
          Replica replica = rig.settled().replicas(rig.tenant).get(0);
          emulated.forceReplicaState(
              rig.collection, replica.shardId(), replica.peerId(), ReplicaState.ActiveRead);
          rig.write(5);
          rig.write(900);
        }
      });
      Progress done = rig.resolve(engine, move, end, StallReason.STUCK_BEFORE_ACTIVE);
      assertThat(done).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.phase()).as("%s", finished).isEqualTo(MovePhase.SUCCEEDED);
        assertThat(finished.report().attempts()).isEqualTo(2);
      });
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
    }
  }

  @Test
  @Resolves(StallReason.PLACEMENT_STUCK)
  void placesAReplicaAnewWhoseTransferStoodStill() {
    try (MoveRig rig = new MoveRig(SLOW)) {
      rig.load(100);
      Move patient =
          rig.move(Direction.PROMOTE, MoveRig.settings(draft -> draft.replicationFactor(2)));
      Move hasty = rig.move(Direction.PROMOTE, MoveRig.settings(draft -> {
        draft.replicationFactor(2);
        draft.moveDeadline(Duration.ofMillis(500));
      }));
      MoveEngine engine = rig.engine();
      MoveJournal at = MoveJournal.initial();
      for (int i = 0; i < 2_000 && at.step() != MoveStep.PLACE; i++) {
        at = engine.advance(patient, at, MoveRig.go(), written -> {}).journal();
        MoveRig.pause(Duration.ofMillis(20));
      }
      assertThat(at.step()).isEqualTo(MoveStep.PLACE);
      Progress end = rig.drive(engine, hasty, at, MoveRig.go(), each -> {});
      rig.write(5);
      Progress done = rig.resolve(engine, patient, end, StallReason.PLACEMENT_STUCK);
      assertThat(done.phase()).as("%s", done).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.settled().replicas(rig.tenant)).hasSize(2);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
    }
  }

  @Test
  @Resolves(StallReason.FOREIGN_TRANSFER)
  void goesOnOnceATransferThatStoodStillWasAborted() {
    try (MoveRig rig = new MoveRig(SLOW)) {
      rig.loadDedicated(100);
      Duration half = Duration.ofMillis(500);
      Move patient = rig.move(
          Direction.DEMOTE,
          MoveRig.settings(draft -> draft.demotion(draft.demotion().withQuietFor(half))));
      Move hasty = rig.move(Direction.DEMOTE, MoveRig.settings(draft -> {
        draft.demotion(draft.demotion().withQuietFor(half));
        draft.moveDeadline(half);
      }));
      MoveEngine engine = rig.engine();
      AtomicBoolean begun = new AtomicBoolean();
      Progress end = rig.drive(engine, hasty, MoveJournal.initial(), MoveRig.go(), progress -> {
        if (COPIED.contains(progress.journal().step()) && begun.compareAndSet(false, true)) {
          Replica replica = rig.settled().replicas(MoveRig.DEFAULT).get(0);
          long other = rig.cluster.peers().get(1).status().peerId();
          rig.port().moveShard(rig.collection, replica.shardId(), replica.peerId(), other);
        }
      });
      Progress done = rig.resolve(engine, patient, end, StallReason.FOREIGN_TRANSFER);
      assertThat(done.phase()).as("%s", done).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.settled().replicas(MoveRig.DEFAULT)).hasSize(1);
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(List.of(rig.otherTenants())).containsExactly(100L);
      assertThat(rig.breaches()).isEmpty();
    }
  }

  /** Where a freeze is missed there is no frozen content to compare with. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Resolves(StallReason.VERIFICATION_DIFFERENCE)
  void asksAPersonOnlyForWhatWasChangedInBothKeysAroundAFreezeThatWasMissed(boolean forgets) {
    try (MoveRig rig = new MoveRig(EmulatorOptions.defaults()
        .withTransfers(TransferOptions.defaults().withPreparation(Duration.ofMillis(1500))))) {
      rig.loadDedicated(100);
      Move move = rig.move(
          Direction.DEMOTE, MoveRig.settings(draft -> draft.settle(Duration.ofMillis(200))));
      AtomicBoolean missed = new AtomicBoolean();
      MoveEngine engine = rig.engine(
          new InterceptedCluster(rig.cluster, (peer, method, args, next) -> {
            if (method.getName().equals("abortTransfer") && missed.compareAndSet(false, true)) {
              await().until(() -> partial(rig));
              rig.write(5);
              rig.write(6);
              rig.delete(7);
              rig.write(900);
              await().until(() -> rig.settled().state(rig.tenant) == KeyState.ACTIVE);
              rig.write(8);
              rig.write(901);
              rig.port()
                  .upsert(Upsert.of(
                      rig.collection, rig.clientSelector(), List.of(MoveRig.point(6, 9, "acme"))));
            }
            return next.go();
          }),
          rig.audit);
      MoveJournal at = MoveJournal.initial();
      for (int i = 0; i < 2_000 && at.step() != MoveStep.FREEZE; i++) {
        Progress progress = engine.advance(move, at, MoveRig.go(), written -> {});
        at = progress.journal();
        MoveRig.pause(Duration.ofMillis(20));
      }
      assertThat(missed).isTrue();
      MoveEngine next = forgets ? rig.engine() : engine;
      Progress end = rig.drive(next, move, at, MoveRig.go(), each -> {});
      assertThat(end).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
        assertThat(stalled.reason()).isEqualTo(StallReason.VERIFICATION_DIFFERENCE);
        assertThat(stalled.message()).contains("first ids [6]");
      });
      Progress done = rig.resolveFromFallback(next, move, end, StallReason.VERIFICATION_DIFFERENCE);
      assertThat(done.phase()).as("%s", done).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.shell.saved("saved-dedicated.json")).contains("\"v\":9");
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.content(rig.tenant)).isNull();
      assertThat(rig.breaches()).isEmpty();
    }
  }

  /** More has changed than the journal can tell apart, so that it is not known what was copied. */
  @Test
  void asksAPersonWhereTheRecordOfTheCopyIsTooCoarseAfterAFreezeThatWasMissed() {
    try (MoveRig rig = new MoveRig(EmulatorOptions.defaults()
        .withTransfers(TransferOptions.defaults().withPreparation(Duration.ofMillis(1500))))) {
      rig.loadDedicated(100);
      Move move = rig.move(
          Direction.DEMOTE, MoveRig.settings(draft -> draft.settle(Duration.ofMillis(200))));
      AtomicBoolean missed = new AtomicBoolean();
      MoveEngine engine = rig.engine(
          new InterceptedCluster(rig.cluster, (peer, method, args, next) -> {
            if (method.getName().equals("abortTransfer") && missed.compareAndSet(false, true)) {
              await().until(() -> partial(rig));
              rig.write(900);
              await().until(() -> rig.settled().state(rig.tenant) == KeyState.ACTIVE);
              rig.port()
                  .upsert(Upsert.of(
                      rig.collection,
                      rig.clientSelector(),
                      List.of(MoveRig.point(900, 9, "acme"))));
              for (long id = 20; id < 80; id++) {
                rig.write(id);
              }
            }
            return next.go();
          }),
          rig.audit);
      MoveJournal at = MoveJournal.initial();
      for (int i = 0; i < 2_000 && at.step() != MoveStep.FREEZE; i++) {
        at = engine.advance(move, at, MoveRig.go(), written -> {}).journal();
        MoveRig.pause(Duration.ofMillis(20));
      }
      assertThat(missed).isTrue();
      Progress end = rig.drive(rig.engine(), move, at, MoveRig.go(), each -> {});
      assertThat(end).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
        assertThat(stalled.reason()).isEqualTo(StallReason.VERIFICATION_DIFFERENCE);
        assertThat(stalled.message()).contains("first ids [900]");
      });
      assertThat(rig.content(rig.tenant)).containsEntry(900L, 9L);
    }
  }

  private static boolean partial(MoveRig rig) {
    ClusterLayout layout = new LayoutObserver(rig.cluster).observe(rig.collection);
    return layout.disagreement().isEmpty() && layout.state(rig.tenant) == KeyState.PARTIAL;
  }
}
