package io.tierkeeper.moves.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.plan.PlanScene.Scene;
import io.tierkeeper.qdrant.ReplicaState;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutageTest {

  @ParameterizedTest
  @EnumSource(
      names = {"PARTIAL", "DEAD", "RECOVERY", "MANUAL_RECOVERY", "PARTIAL_SNAPSHOT", "INITIALIZING"
      })
  void isRecordedInEveryStateInWhichTheFallbackTakesWrites(ReplicaState state) {
    Consumer<JournalDraft> served = draft -> {
      draft.activeSince(PlanScene.NOW);
      draft.verification(PlanScene.EQUAL);
    };
    assertThat(recorded(Direction.PROMOTE, new Scene().tenant(state, 10), served))
        .isTrue();
    assertThat(recorded(Direction.DEMOTE, new Scene().tenant(state, 10), draft -> {}))
        .isTrue();
    assertThat(
            recorded(Direction.PROMOTE, new Scene().tenant(state, 10), draft -> draft.undo(true)))
        .as("undo")
        .isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"ACTIVE", "ACTIVE_READ"})
  void isNoneWhereTheDedicatedKeyServes(ReplicaState state) {
    assertThat(recorded(
            Direction.PROMOTE,
            new Scene().tenant(state, 10),
            draft -> draft.activeSince(PlanScene.NOW)))
        .isFalse();
    assertThat(recorded(Direction.DEMOTE, new Scene().tenant(state, 10), draft -> {}))
        .isFalse();
  }

  @Test
  void isNoneBeforeTheSwitch() {
    assertThat(
            recorded(Direction.PROMOTE, new Scene().tenant(ReplicaState.PARTIAL, 10), draft -> {}))
        .isFalse();
  }

  @Test
  void isNoneInAFreezeOfTheMove() {
    Move move = PlanScene.move(Direction.DEMOTE);
    Scene frozen = new Scene().tenant(ReplicaState.DEAD, 10).own(move, true, ReplicaState.PARTIAL);
    assertThat(recorded(Direction.DEMOTE, frozen, draft -> {})).as("no journal").isFalse();
    Scene freezing = new Scene()
        .tenant(ReplicaState.PARTIAL, 10)
        .own(move, true, ReplicaState.PARTIAL)
        .transfer(3, 2);
    assertThat(recorded(Direction.DEMOTE, freezing, draft -> draft.startSentAt(PlanScene.NOW)))
        .isFalse();
    assertThat(recorded(Direction.DEMOTE, freezing, draft -> {}))
        .as("no journal")
        .isFalse();
  }

  private static boolean recorded(
      Direction direction, Scene scene, Consumer<JournalDraft> journal) {
    Move move = PlanScene.move(direction);
    MoveJournal before = JournalDraft.journal(journal);
    MoveJournal after = Outage.recorded(move, scene.see(), before.assigned(move, before.undo()));
    if (after.header().interrupted()) {
      assertThat(after.header().verification()).isNull();
    }
    return after.header().interrupted();
  }
}
