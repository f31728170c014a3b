package io.tierkeeper.operator.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TierMoveSpec;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.governance.decision.WindowState;
import io.tierkeeper.moves.JournalWriter;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an approved move costs while it waits for its turn. */
class WaitingMoveTest {

  private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");

  private final MoveStepper stepper = new MoveStepper(() -> NOW);
  private final List<String> calls = new ArrayList<>();
  private boolean free;

  private final MovePorts ports = new MovePorts() {
    @Override
    public Optional<String> drift() {
      calls.add("drift");
      throw new IllegalStateException("Qdrant is away");
    }

    @Override
    public boolean recorded() {
      throw new AssertionError("reads the trail");
    }

    @Override
    public boolean claim(boolean atWork) {
      calls.add("claim");
      return free;
    }

    @Override
    public void release() {
      calls.add("release");
    }

    @Override
    public void stalls() {
      throw new AssertionError();
    }

    @Override
    public MoveCase now(MoveCase before) {
      return before;
    }

    @Override
    public void hold() {
      throw new AssertionError();
    }

    @Override
    public Progress advance(MoveJournal journal, MoveSignals signals, JournalWriter writer) {
      throw new AssertionError();
    }

    @Override
    public void store(TierMoveStatus status) {
      throw new AssertionError();
    }
  };

  @Test
  void readsNoLayoutAndLooksAgainAfterAMinute() {
    MoveStepper.Outcome outcome = stepper.step(approved(), ports);
    assertThat(outcome.status().phase()).isEqualTo("Pending");
    assertThat(outcome.again()).isEqualTo(Duration.ofMinutes(1));
    assertThat(calls).containsExactly("claim");
  }

  @Test
  void givesTheSlotBackWhereTheLayoutCannotBeRead() {
    free = true;
    assertThatThrownBy(() -> stepper.step(approved(), ports)).hasMessage("Qdrant is away");
    assertThat(calls).containsExactly("claim", "drift", "release");
  }

  /** Tools that wait for Ready must be told that it never comes. */
  @Test
  void aMoveThatEndedWithoutSuccessIsStalled() {
    MoveStepper.Outcome outcome = stepper.step(planned("abort: true\n"), ports);
    assertThat(outcome.status().phase()).isEqualTo("Aborted");
    assertThat(outcome.status().conditions())
        .extracting(condition -> condition.getType() + " " + condition.getStatus())
        .containsExactlyInAnyOrder("Ready False", "Stalled True");
  }

  private static MoveCase approved() {
    return planned("approved: true\n");
  }

  private static MoveCase planned(String extra) {
    return new MoveCase(
        new MoveCase.Subject(
            "kb-acme-1",
            "uid",
            "kb-acme",
            Serialization.unmarshal(
                "direction: Promote\ntenant: acme\nplanHash: abc\n" + extra, TierMoveSpec.class),
            1,
            NOW),
        null,
        false,
        new MoveCase.Approvals(true, Duration.ofHours(1), List.of(), "alice", false),
        null,
        null,
        new WindowState(true, null),
        false,
        false,
        false,
        false,
        "test");
  }
}
