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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an approved move costs while it waits for its turn. */
class WaitingMoveTest {

  private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");

  private Instant now = NOW;
  private boolean same;
  private @Nullable String drift;
  private final MoveStepper stepper = new MoveStepper(() -> now);
  private final List<String> calls = new ArrayList<>();
  private boolean free;

  private final MovePorts ports = new MovePorts() {
    @Override
    public Optional<String> drift() {
      calls.add("drift");
      if (!same && drift == null) {
        throw new IllegalStateException("Qdrant is away");
      }
      return Optional.ofNullable(drift);
    }

    @Override
    public Optional<RecordedMove> recorded() {
      throw new AssertionError("reads the trail");
    }

    @Override
    public void approved(TierMoveStatus.Approval approval) {
      calls.add("approved by " + approval.by());
    }

    @Override
    public void retentionChanges(MoveCase move, Instant former, Instant end) {
      throw new AssertionError("a move that waits retains nothing");
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
    assertThat(calls).containsExactly("approved by alice", "claim");
  }

  @Test
  void givesTheSlotBackWhereTheLayoutCannotBeRead() {
    free = true;
    assertThatThrownBy(() -> stepper.step(approved(), ports)).hasMessage("Qdrant is away");
    assertThat(calls).containsExactly("approved by alice", "claim", "drift", "release");
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

  @Test
  void aPlanThatWasNotApprovedIsRenewedOnceForEachTermWhereItWouldBeTheSame() {
    MoveStepper.Outcome first = stepper.step(planned(""), ports);
    assertThat(first.status().message())
        .startsWith("Approval required before 2026-11-21T01:00:00Z.");
    assertThat(first.again()).isEqualTo(Duration.ofHours(1).plusMillis(1));

    now = NOW.plus(Duration.ofMinutes(150));
    same = true;
    MoveStepper.Outcome renewed = stepper.step(planned("", first.status()), ports);
    assertThat(renewed.status().phase()).isEqualTo("AwaitingApproval");
    assertThat(renewed.status().message())
        .startsWith("Approval required before 2026-11-21T03:00:00Z.");
    assertThat(renewed.again()).isEqualTo(Duration.ofMinutes(30).plusMillis(1));
    stepper.step(planned("", renewed.status()), ports);
    assertThat(calls).containsExactly("drift");
  }

  @Test
  void aPlanThatWasNotApprovedExpiresWhereItHasChanged() {
    now = NOW.plus(Duration.ofMinutes(61));
    drift = "points: 10 instead of 20";
    MoveStepper.Outcome expired = stepper.step(planned(""), ports);
    assertThat(expired.status().phase()).isEqualTo("Expired");
    assertThat(expired.status().message())
        .contains("without approval and has changed: points: 10 instead of 20.");
  }

  private static MoveCase approved() {
    return planned("approved: true\n");
  }

  private static MoveCase planned(String extra) {
    return planned(extra, null);
  }

  private static MoveCase planned(String extra, @Nullable TierMoveStatus status) {
    return new MoveCase(
        new MoveCase.Subject(
            "kb-acme-1",
            "uid",
            "kb-acme",
            Serialization.unmarshal(
                "direction: Promote\ntenant: acme\nplanHash: abc\n" + extra, TierMoveSpec.class),
            1,
            NOW),
        status,
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
