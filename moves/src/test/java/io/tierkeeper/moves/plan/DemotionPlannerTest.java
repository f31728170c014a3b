package io.tierkeeper.moves.plan;

import static io.tierkeeper.moves.plan.PlanScene.EQUAL;
import static io.tierkeeper.moves.plan.PlanScene.NOW;
import static io.tierkeeper.moves.plan.PlanScene.TENANT;
import static io.tierkeeper.moves.plan.PlanScene.demote;
import static io.tierkeeper.moves.plan.PlanScene.move;
import static io.tierkeeper.moves.plan.PlanScene.plan;
import static io.tierkeeper.moves.plan.PlanScene.promote;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveFixtures;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.act.AbortTransfer;
import io.tierkeeper.moves.act.Copy;
import io.tierkeeper.moves.act.CreateKey;
import io.tierkeeper.moves.act.DeleteKey;
import io.tierkeeper.moves.act.DropReplica;
import io.tierkeeper.moves.act.Merge;
import io.tierkeeper.moves.act.RecoverFrozen;
import io.tierkeeper.moves.act.RemoveMarks;
import io.tierkeeper.moves.act.Revive;
import io.tierkeeper.moves.act.WriteBack;
import io.tierkeeper.moves.plan.PlanScene.Scene;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The crash tables of a demotion: what is seen on all peers after a crash, and what comes next. */
class DemotionPlannerTest {

  @Test
  void copiesWhileTheKeyIsActive() {
    assertThat(demote(new Scene().tenant(ReplicaState.ACTIVE, 10), draft -> {}))
        .isInstanceOf(Copy.class);
  }

  @Test
  void refusesAKeyWithSeveralShardsBeforeAnythingIsChanged() {
    Scene scene = new Scene().tenant(ReplicaState.ACTIVE, 10);
    scene.replicas.add(new Replica(5, 11, TENANT, ReplicaState.ACTIVE, 10));
    assertThat(demote(scene, draft -> {})).isInstanceOfSatisfying(Decision.Complete.class, end -> {
      assertThat(end.phase()).isEqualTo(MovePhase.ABORTED);
      assertThat(end.reason()).isEqualTo("DedicatedKeyHasSeveralShards");
      assertThat(end.message()).contains("shard key acme has 2 shards; allowed: one");
    });
  }

  @Test
  void dropsReplicasOfTheOneShard() {
    Scene scene = new Scene().tenant(ReplicaState.ACTIVE, 10);
    scene.replicas.add(new Replica(2, 12, TENANT, ReplicaState.ACTIVE, 10));
    assertThat(demote(scene, draft -> {})).isEqualTo(new DropReplica(MoveStep.REDUCE, 2, 12));
  }

  @Test
  void abortsAFreezeThatIsListed() {
    Scene scene = new Scene()
        .tenant(ReplicaState.PARTIAL, 10)
        .own(move(Direction.DEMOTE), true, ReplicaState.PARTIAL)
        .transfer(3, 2);
    assertThat(demote(scene, draft -> {})).isInstanceOf(AbortTransfer.class);
  }

  @Test
  void givesBackWhatClientsWroteWhereTheKeyIsActiveAgainAfterAFreeze() {
    Scene scene = new Scene()
        .tenant(ReplicaState.ACTIVE, 10)
        .own(move(Direction.DEMOTE), true, ReplicaState.PARTIAL)
        .unchangedFor(Duration.ofSeconds(71));
    assertThat(demote(scene, draft -> draft.startSentAt(NOW))).isInstanceOf(WriteBack.class);
    assertThat(demote(scene, draft -> {})).as("no journal").isInstanceOf(WriteBack.class);
  }

  @Test
  void waitsWhilePartialWithoutATransfer() {
    assertThat(demote(new Scene().tenant(ReplicaState.PARTIAL, 10), draft -> {}))
        .isInstanceOf(Decision.Wait.class);
  }

  @Test
  void recoversTheFrozenContentThenMergesThenDeletes() {
    Move move = move(Direction.DEMOTE);
    assertThat(demote(
            new Scene().tenant(ReplicaState.DEAD, 10).own(move, false, ReplicaState.PARTIAL),
            draft -> {}))
        .isInstanceOf(CreateKey.class);
    assertThat(demote(
            new Scene().tenant(ReplicaState.DEAD, 10).own(move, true, ReplicaState.PARTIAL),
            draft -> {}))
        .isInstanceOf(RecoverFrozen.class);
    Scene recovered =
        new Scene().tenant(ReplicaState.DEAD, 10).own(move, true, ReplicaState.ACTIVE);
    assertThat(demote(recovered, draft -> {})).isInstanceOf(Merge.class);
    assertThat(demote(recovered, draft -> draft.verification(EQUAL)))
        .isEqualTo(new DeleteKey(MoveStep.DELETE_DEDICATED, TENANT));
  }

  @Test
  void finishesTheRestWhereTheKeyIsGone() {
    Move move = move(Direction.DEMOTE);
    assertThat(demote(new Scene().own(move, true, ReplicaState.ACTIVE), draft -> {}))
        .isEqualTo(new DeleteKey(MoveStep.DELETE_DEDICATED, move.thawedCopyKey()));
    Scene marks = new Scene();
    marks.marked = 5;
    assertThat(demote(marks, draft -> {})).isInstanceOf(RemoveMarks.class);
    assertThat(demote(new Scene(), draft -> {})).isInstanceOf(Decision.Complete.class);
  }

  @Test
  void revivesAFrozenKeyOnAbortUntilTheDeletionHasBegun() {
    Scene scene = new Scene()
        .tenant(ReplicaState.DEAD, 10)
        .own(move(Direction.DEMOTE), true, ReplicaState.ACTIVE);
    MoveSignals abort = MoveSignals.none("t").abort();
    assertThat(plan(Direction.DEMOTE, scene, draft -> draft.verification(EQUAL), abort))
        .isInstanceOf(Revive.class);
    assertThat(plan(Direction.DEMOTE, scene, draft -> draft.deletionBegun(true), abort))
        .isInstanceOf(DeleteKey.class);
  }

  @Test
  void anUndoWaitsForABusyTenantAsLongAsItTakesWhereADemotionGivesUp() {
    Scene scene = new Scene().tenant(ReplicaState.ACTIVE, 10);
    scene.own(move(Direction.PROMOTE), true, ReplicaState.PARTIAL);
    Consumer<JournalDraft> busyForLong = draft -> {
      draft.step(MoveStep.QUIET);
      draft.copied("10:0");
      draft.transferProbed();
      draft.startedAt(NOW.minus(MoveFixtures.settings().demotion().maxWait()).minusSeconds(1));
    };
    assertThat(demote(scene, busyForLong))
        .isInstanceOfSatisfying(
            Decision.TakeBack.class, why -> assertThat(why.reason()).isEqualTo("NotQuiet"));
    assertThat(plan(
            Direction.PROMOTE,
            scene,
            busyForLong.andThen(draft -> draft.undo(true)),
            MoveSignals.none("t").undo()))
        .isInstanceOf(Copy.class);
  }

  @Test
  void anUndoWaitsForTheEndOfARollOutInsteadOfBeginningAgain() {
    Scene scene = new Scene().tenant(ReplicaState.ACTIVE, 10);
    scene.version = "1.16.0";
    assertThat(demote(scene, draft -> {})).isInstanceOf(Decision.TakeBack.class);
    assertThat(plan(
            Direction.PROMOTE,
            scene,
            draft -> draft.undo(true),
            MoveSignals.none("t").undo()))
        .isInstanceOfSatisfying(
            Decision.Wait.class, wait -> assertThat(wait.reason()).isEqualTo("VersionRefused"));
  }

  @Test
  void stallsAnUndoThatWaitsForLongerThanTheDeadline() {
    Consumer<JournalDraft> undo = draft -> {
      draft.undo(true);
      draft.step(MoveStep.PREFLIGHT);
    };
    Duration late = MoveFixtures.settings().moveDeadline().plusSeconds(1);
    Scene fallbackDead = new Scene().tenant(ReplicaState.ACTIVE, 10);
    fallbackDead.replicas.set(0, new Replica(1, 11, PlanScene.FALLBACK, ReplicaState.DEAD, 100));
    assertThat(promote(fallbackDead, undo)).isInstanceOf(Decision.Wait.class);
    assertStall(promote(fallbackDead.unchangedFor(late), undo), StallReason.FALLBACK_UNREADABLE);
    Scene old = new Scene().tenant(ReplicaState.ACTIVE, 10);
    old.version = "1.16.3";
    assertThat(promote(old, undo)).isInstanceOf(Decision.Wait.class);
    assertStall(promote(old.unchangedFor(late), undo), StallReason.PEERS_DISAGREE);
    Scene busy = new Scene().tenant(ReplicaState.ACTIVE, 10).transfer(1, 9);
    assertThat(promote(busy, undo)).isInstanceOf(Decision.Wait.class);
    assertStall(promote(busy.unchangedFor(late), undo), StallReason.FOREIGN_TRANSFER);
  }

  @Test
  void stallsWhereTheKeyHasGotASecondShardMeanwhile() {
    Scene split = new Scene().tenant(ReplicaState.ACTIVE, 10);
    split.replicas.add(new Replica(7, 11, PlanScene.TENANT, ReplicaState.ACTIVE, 10));
    Consumer<JournalDraft> copying = draft -> {
      draft.step(MoveStep.QUIET);
      draft.deeds(3);
    };
    assertThat(demote(split, copying)).isInstanceOf(Decision.Wait.class);
    Duration late = MoveFixtures.settings().moveDeadline().plusSeconds(1);
    assertStall(demote(split.unchangedFor(late), copying), StallReason.REFUSED);
  }

  private static void assertStall(Object decision, StallReason reason) {
    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.Stalled.class,
            stalled -> assertThat(stalled.stall().reason()).isEqualTo(reason));
  }
}
