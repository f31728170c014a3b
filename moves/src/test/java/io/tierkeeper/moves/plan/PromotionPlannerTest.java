package io.tierkeeper.moves.plan;

import static io.tierkeeper.moves.plan.PlanScene.EQUAL;
import static io.tierkeeper.moves.plan.PlanScene.NOW;
import static io.tierkeeper.moves.plan.PlanScene.SCANNED;
import static io.tierkeeper.moves.plan.PlanScene.demote;
import static io.tierkeeper.moves.plan.PlanScene.fencing;
import static io.tierkeeper.moves.plan.PlanScene.move;
import static io.tierkeeper.moves.plan.PlanScene.plan;
import static io.tierkeeper.moves.plan.PlanScene.promote;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.Fence;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.act.AbortTransfer;
import io.tierkeeper.moves.act.CreateKey;
import io.tierkeeper.moves.act.DeleteKey;
import io.tierkeeper.moves.act.DeleteSource;
import io.tierkeeper.moves.act.LiftFence;
import io.tierkeeper.moves.act.StartReplication;
import io.tierkeeper.moves.act.Verify;
import io.tierkeeper.moves.plan.PlanScene.Scene;
import io.tierkeeper.moves.remedy.RemedyRenderer;
import io.tierkeeper.qdrant.ReplicaState;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The crash tables of a promotion: what is seen on all peers after a crash, and what comes next. */
class PromotionPlannerTest {

  @Test
  void readsTheFallbackAndThenCreatesTheKeyWhereItIsAbsent() {
    assertThat(promote(new Scene(), draft -> {})).isInstanceOf(Decision.ScanBeforeCopy.class);
    assertThat(promote(new Scene(), draft -> draft.copied("10:0"))).isInstanceOf(CreateKey.class);
  }

  @Test
  void readsTheFallbackIfThatIsNotDoneAndStartsTheCopyWherePartialAndTheStartWasNeverSent() {
    Scene scene = new Scene().tenant(ReplicaState.PARTIAL, 0);
    assertThat(promote(scene, draft -> draft.step(MoveStep.CREATE_KEY)))
        .isInstanceOf(Decision.ScanBeforeCopy.class);
    assertThat(promote(scene, draft -> {
          draft.step(MoveStep.CREATE_KEY);
          draft.copied("0:00");
        }))
        .isInstanceOf(StartReplication.class);
  }

  @Test
  void waitsThenCleansUpWherePartialAndTheStartMayHaveBeenSent() {
    Consumer<JournalDraft> sent = draft -> {
      draft.step(MoveStep.REPLICATE);
      draft.startSentAt(NOW);
    };
    assertThat(promote(new Scene().tenant(ReplicaState.PARTIAL, 0), sent))
        .isInstanceOf(Decision.Wait.class);
    assertThat(promote(
            new Scene().tenant(ReplicaState.PARTIAL, 0).unchangedFor(Duration.ofSeconds(71)), sent))
        .isInstanceOf(DeleteKey.class);
  }

  @Test
  void neverStartsAgainWithoutAJournal() {
    assertThat(promote(new Scene().tenant(ReplicaState.PARTIAL, 0), draft -> {}))
        .isInstanceOf(Decision.Wait.class);
    assertThat(promote(new Scene().tenant(ReplicaState.ACTIVE, 10), draft -> {}))
        .isInstanceOf(Decision.RecordActive.class);
  }

  @Test
  void waitsWhileTheTransferIsListedOrTheKeyIsActiveRead() {
    assertThat(promote(new Scene().tenant(ReplicaState.PARTIAL, 3).transfer(1, 2), draft -> {}))
        .isInstanceOf(Decision.Wait.class);
    assertThat(promote(new Scene().tenant(ReplicaState.ACTIVE_READ, 3), draft -> {}))
        .isInstanceOf(Decision.Wait.class);
  }

  @Test
  void cleansUpADeadKeyOfItsOwnFailedAttempt() {
    assertThat(promote(new Scene().tenant(ReplicaState.DEAD, 3), draft -> draft.startSentAt(NOW)))
        .isInstanceOf(DeleteKey.class);
  }

  @Test
  void neverDeletesADeadKeyOfUnknownHistory() {
    assertThat(promote(new Scene().tenant(ReplicaState.DEAD, 3), draft -> {}))
        .isInstanceOfSatisfying(
            Decision.Stalled.class,
            fail -> assertThat(
                    RemedyRenderer.command(move(Direction.PROMOTE), fail.stall().remedy()))
                .contains("snapshots"));
  }

  @Test
  void deletesADeadKeyWhoseCopyItSawRunningUnlessItHoldsMoreThanTheFallback() {
    Consumer<JournalDraft> seenRunning = draft -> draft.step(MoveStep.CLEAN_UP);
    assertThat(promote(new Scene().tenant(ReplicaState.DEAD, 100), seenRunning))
        .isInstanceOf(DeleteKey.class);
    assertThat(promote(new Scene().tenant(ReplicaState.DEAD, 101), draft -> draft.startSentAt(NOW)))
        .as("it may have served, unobserved")
        .isInstanceOf(Decision.Stalled.class);
    assertThat(promote(new Scene().tenant(ReplicaState.DEAD, 101), seenRunning))
        .isInstanceOfSatisfying(
            Decision.Stalled.class,
            fail ->
                assertThat(fail.stall().reason()).isEqualTo(StallReason.DEDICATED_KEY_NOT_ACTIVE));
  }

  @Test
  void takesAPromotionBackThatIsUndoneBeforeTheSwitch() {
    MoveSignals undo = MoveSignals.none("t").undo();
    assertThat(plan(Direction.PROMOTE, new Scene(), draft -> {}, undo))
        .isInstanceOfSatisfying(Decision.Complete.class, end -> {
          assertThat(end.phase()).isEqualTo(MovePhase.ABORTED);
          assertThat(end.reason()).isEqualTo("Undone");
        });
    assertThat(plan(
            Direction.PROMOTE,
            new Scene().tenant(ReplicaState.PARTIAL, 3).transfer(1, 2),
            draft -> draft.startSentAt(NOW),
            undo))
        .isInstanceOf(AbortTransfer.class);
  }

  @Test
  void saysSoWhereAnActiveKeyVanishedAlthoughAnAbortIsAskedFor() {
    assertThat(plan(
            Direction.PROMOTE,
            new Scene(),
            draft -> draft.activeSince(NOW),
            MoveSignals.none("t").abort()))
        .isInstanceOfSatisfying(Decision.Stalled.class, fail -> {
          assertThat(fail.stall().reason()).isEqualTo(StallReason.DEDICATED_KEY_VANISHED);
          assertThat(
                  RemedyRenderer.command(move(Direction.PROMOTE), fail.stall().remedy()))
              .contains("\"abort\":false");
        });
  }

  @Test
  void endsAPromotionWhoseKeyVanishedOnlyForOneWhoAsksInTheKnowledgeOfIt() {
    Consumer<JournalDraft> fields = draft -> {
      draft.activeSince(NOW);
      draft.stalledFor(StallReason.DEDICATED_KEY_VANISHED.apiName());
    };
    assertThat(promote(new Scene(), fields)).isInstanceOf(Decision.Stalled.class);
    assertThat(
            plan(Direction.PROMOTE, new Scene(), fields, MoveSignals.none("t").abort()))
        .isInstanceOfSatisfying(
            Decision.Complete.class, end -> assertThat(end.phase()).isEqualTo(MovePhase.ABORTED));
  }

  @Test
  void neverTakesAKeyThatVanishedInMidDemotionForOneThatItDeleted() {
    assertThat(demote(new Scene(), draft -> draft.deeds(3)))
        .isInstanceOfSatisfying(
            Decision.Stalled.class,
            fail ->
                assertThat(fail.stall().reason()).isEqualTo(StallReason.DEDICATED_KEY_VANISHED));
    assertThat(demote(new Scene(), draft -> {
          draft.deeds(3);
          draft.deletionBegun(true);
        }))
        .isInstanceOfSatisfying(
            Decision.Complete.class, end -> assertThat(end.phase()).isEqualTo(MovePhase.SUCCEEDED));
  }

  @Test
  void comparesAgainBeforeItGoesOnDeletingWhereTheKeyWasOutOfService() {
    assertThat(promote(new Scene().tenant(ReplicaState.ACTIVE, 10), draft -> {
          draft.activeSince(NOW.minusSeconds(100));
          draft.baseline("1:0/0");
          draft.deletionBegun(true);
          draft.interrupted(true);
        }))
        .isInstanceOf(Verify.class);
  }

  @Test
  void liftsAFenceThatMayBeUpBeforeAnythingElseOfAnAbort() {
    Move fenced = move(
        Direction.DEMOTE,
        fencing(new Fence.Webhook(URI.create("http://gate/"), Duration.ofSeconds(1))));
    Scene copied = new Scene().tenant(ReplicaState.ACTIVE, 10);
    copied.marked = 10;
    MoveJournal raising = JournalDraft.journal(draft -> {
      draft.step(MoveStep.FENCE);
      draft.deeds(2);
    });
    assertThat(plan(fenced, copied, raising, MoveSignals.none("t").abort(), SCANNED))
        .isInstanceOf(LiftFence.class);
  }

  @Test
  void verifiesBeforeItDeletes() {
    Consumer<JournalDraft> active = draft -> {
      draft.activeSince(NOW.minusSeconds(100));
      draft.baseline("1:0/0");
    };
    assertThat(promote(new Scene().tenant(ReplicaState.ACTIVE, 10), active))
        .isInstanceOf(Verify.class);
    assertThat(promote(
            new Scene().tenant(ReplicaState.ACTIVE, 10),
            active.andThen(draft -> draft.verification(EQUAL))))
        .isInstanceOf(DeleteSource.class);
  }

  @Test
  void goesOnDeletingOnceItHasBegun() {
    assertThat(promote(new Scene().tenant(ReplicaState.ACTIVE, 10), draft -> {
          draft.activeSince(NOW);
          draft.verification(EQUAL);
          draft.deletionBegun(true);
        }))
        .isInstanceOf(DeleteSource.class);
  }

  @Test
  void comparesAgainWhatAnotherProcessHasVerifiedBeforeItDeletesOrUndoes() {
    for (boolean begun : new boolean[] {false, true}) {
      for (MoveSignals signals :
          List.of(MoveSignals.none("t"), MoveSignals.none("t").undo())) {
        assertThat(plan(
                move(Direction.PROMOTE),
                new Scene().tenant(ReplicaState.ACTIVE, 10),
                JournalDraft.journal(draft -> {
                  draft.activeSince(NOW.minusSeconds(1000));
                  draft.baseline("100:0/0");
                  draft.verification(EQUAL);
                  draft.deletionBegun(begun);
                }),
                signals,
                Recollection.none()))
            .isInstanceOf(Decision.ScanAfterSwitch.class);
      }
    }
  }

  @Test
  void asksForAPersonWhereTheKeyIsNotReadableAfterTheDeletionHadBegun() {
    for (ReplicaState state : List.of(ReplicaState.DEAD, ReplicaState.PARTIAL)) {
      assertThat(promote(new Scene().tenant(state, 10), draft -> draft.deletionBegun(true)))
          .isInstanceOf(Decision.Stalled.class);
    }
  }

  @Test
  void waitsWhilePeersDisagreeOrOneIsSilent() {
    Scene differ = new Scene().tenant(ReplicaState.DEAD, 0);
    differ.differ = true;
    assertThat(promote(differ, draft -> {})).isInstanceOf(Decision.Wait.class);
    Scene silent = new Scene();
    silent.silent.add("http://peer-3");
    assertThat(promote(silent, draft -> {}))
        .isInstanceOfSatisfying(
            Decision.Wait.class, wait -> assertThat(wait.reason()).isEqualTo("PeerSilent"));
    assertThat(promote(silent.unchangedFor(Duration.ofHours(1)), draft -> {}))
        .isInstanceOf(Decision.Stalled.class);
  }

  @Test
  void waitsForForeignTransfersAndRefusesOldServers() {
    assertThat(promote(new Scene().transfer(1, 1), draft -> {}))
        .as("a transfer of the fallback itself")
        .isInstanceOf(Decision.Wait.class);
    Scene old = new Scene();
    old.version = "1.16.3";
    assertThat(promote(old, draft -> {}))
        .isInstanceOfSatisfying(
            Decision.TakeBack.class, why -> assertThat(why.reason()).isEqualTo("VersionRefused"));
  }

  @Test
  void takesAnAbortedCopyBackAndRefusesOneAfterTheDeletionHasBegun() {
    MoveSignals abort = MoveSignals.none("t").abort();
    assertThat(plan(
            Direction.PROMOTE,
            new Scene().tenant(ReplicaState.PARTIAL, 3).transfer(1, 2),
            draft -> draft.startSentAt(NOW),
            abort))
        .isInstanceOf(AbortTransfer.class);
    assertThat(plan(
            Direction.PROMOTE,
            new Scene().tenant(ReplicaState.ACTIVE, 3),
            draft -> {
              draft.activeSince(NOW);
              draft.verification(EQUAL);
              draft.deletionBegun(true);
            },
            abort))
        .isInstanceOf(DeleteSource.class);
  }
}
