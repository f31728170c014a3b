package io.tierkeeper.moves.plan;

import static io.tierkeeper.moves.plan.PlanScene.EQUAL;
import static io.tierkeeper.moves.plan.PlanScene.NOW;
import static io.tierkeeper.moves.plan.PlanScene.demote;
import static io.tierkeeper.moves.plan.PlanScene.move;
import static io.tierkeeper.moves.plan.PlanScene.plan;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.act.Copy;
import io.tierkeeper.moves.act.DeleteSource;
import io.tierkeeper.moves.act.Freeze;
import io.tierkeeper.moves.act.ProbeTransfer;
import io.tierkeeper.moves.act.UnderWay;
import io.tierkeeper.moves.plan.PlanScene.Scene;
import io.tierkeeper.qdrant.ReplicaState;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a process remembers, and what it does not, decides as well. */
class PlannerTest {

  @Test
  void scansBothKeysBeforeItComparesThemInANewProcess() {
    Consumer<JournalDraft> active = draft -> {
      draft.activeSince(NOW.minusSeconds(100));
      draft.baseline("1:0/0");
    };
    assertThat(plan(
            move(Direction.PROMOTE),
            new Scene().tenant(ReplicaState.ACTIVE, 10),
            JournalDraft.journal(active),
            MoveSignals.none("t"),
            Recollection.none()))
        .isEqualTo(new Decision.ScanAfterSwitch(MoveStep.VERIFY));
  }

  @Test
  void deletesNothingWhileAWriteMayBeUnderWay() {
    MoveJournal verified = JournalDraft.journal(draft -> {
      draft.activeSince(NOW.minusSeconds(100));
      draft.baseline("1:0/0");
      draft.verification(EQUAL);
    });
    Scene active = new Scene().tenant(ReplicaState.ACTIVE, 10);
    Move move = move(Direction.PROMOTE);
    MoveSignals go = MoveSignals.none("t");
    assertThat(plan(
            move,
            active,
            verified,
            go,
            new Recollection(true, false, 0, null, NOW, UnderWay.NOTHING)))
        .isInstanceOfSatisfying(
            Decision.Wait.class, wait -> assertThat(wait.reason()).isEqualTo("WriteMaybeUnderWay"));
    assertThat(plan(
            move,
            active,
            verified,
            go,
            new Recollection(true, false, 0, null, NOW.minusSeconds(71), UnderWay.NOTHING)))
        .isInstanceOf(DeleteSource.class);
  }

  @Test
  void freezesNoKeyWhoseSnapshotWasNotTransferredOnTrial() {
    Move move = move(Direction.DEMOTE);
    Scene quiet = new Scene().tenant(ReplicaState.ACTIVE, 10).own(move, true, ReplicaState.PARTIAL);
    MoveJournal journal = JournalDraft.journal(draft -> {
      draft.step(MoveStep.QUIET);
      draft.copied("10:0");
      draft.quietSince(NOW.minusSeconds(100));
    });
    Recollection due = new Recollection(false, true, 0, null, null, UnderWay.NOTHING);
    assertThat(plan(move, quiet, journal, MoveSignals.none("t"), due))
        .isInstanceOf(ProbeTransfer.class);
  }

  @Test
  void freezesOnlyRightAfterAWholeCopyScan() {
    Move move = move(Direction.DEMOTE);
    Scene quiet = new Scene().tenant(ReplicaState.ACTIVE, 10).own(move, true, ReplicaState.PARTIAL);
    MoveJournal journal = JournalDraft.journal(draft -> {
      draft.step(MoveStep.QUIET);
      draft.copied("10:0");
      draft.transferProbed();
      draft.quietSince(NOW.minusSeconds(100));
    });
    MoveSignals go = MoveSignals.none("t");
    assertThat(plan(move, quiet, journal, go, Recollection.none()))
        .isEqualTo(new Copy(MoveStep.QUIET, false, true));
    assertThat(plan(
            move,
            quiet,
            journal,
            go,
            new Recollection(false, true, 0, null, null, UnderWay.NOTHING)))
        .isInstanceOf(Freeze.class);
    assertThat(plan(
            move,
            quiet,
            journal,
            go,
            new Recollection(false, true, 0, null, NOW, UnderWay.NOTHING)))
        .isInstanceOf(Decision.Wait.class);
  }

  @Test
  void onlyWaitsWhereItIsAlreadyTakenBackForTheSameReason() {
    Scene busy = new Scene()
        .tenant(ReplicaState.ACTIVE, 10)
        .transfer(1, 1)
        .unchangedFor(Duration.ofHours(1));
    assertThat(demote(busy, draft -> {}))
        .isInstanceOfSatisfying(
            Decision.TakeBack.class, why -> assertThat(why.reason()).isEqualTo("ForeignTransfer"));
    assertThat(demote(busy, draft -> {
          draft.aborting(true);
          draft.abortReason("ForeignTransfer");
        }))
        .isInstanceOfSatisfying(
            Decision.Wait.class, wait -> assertThat(wait.reason()).isEqualTo("ForeignTransfer"));
  }
}
