package io.tierkeeper.moves.plan;

import static io.tierkeeper.moves.plan.PlanScene.EQUAL;
import static io.tierkeeper.moves.plan.PlanScene.NOW;
import static io.tierkeeper.moves.plan.PlanScene.TENANT;
import static io.tierkeeper.moves.plan.PlanScene.demote;
import static io.tierkeeper.moves.plan.PlanScene.move;
import static io.tierkeeper.moves.plan.PlanScene.plan;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveFixtures;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.MoveStep;
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
}
