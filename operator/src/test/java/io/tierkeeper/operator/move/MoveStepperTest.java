package io.tierkeeper.operator.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.Direction;
import io.tierkeeper.api.v1alpha1.LocalReference;
import io.tierkeeper.api.v1alpha1.TierMoveSpec;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.audit.AuditUnavailableException;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.governance.decision.WindowState;
import io.tierkeeper.moves.JournalWriter;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveReport;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.StepProgress;
import io.tierkeeper.moves.VerificationReport;
import io.tierkeeper.qdrant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a TierMove says of itself from one step to the next. */
class MoveStepperTest {

  private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");

  private final MoveStepper stepper = new MoveStepper(() -> NOW);
  private final Ports ports = new Ports();

  @Test
  void asksForApprovalOnlyWhileItWaitsForIt() {
    MoveStepper.Outcome waiting = stepper.step(move(null, false, null), ports);
    assertThat(waiting.status().message())
        .contains("Approve with: kubectl annotate tiermove ")
        .contains(
            ", or with the plugin: kubectl tier approve kb-acme-promote-7f3a, or add planHash ");
    assertThat(types(waiting.status())).contains("AwaitingApproval");

    ports.next.add(wait(MovePhase.COPYING, "Replicating", "The copy is under way"));
    MoveStepper.Outcome copying = stepper.step(move(waiting.status(), true, null), ports);
    assertThat(copying.status().phase()).isEqualTo("Copying");
    assertThat(words(copying.status())).noneMatch(text -> text.contains("pprove with"));
    assertThat(types(copying.status())).doesNotContain("AwaitingApproval");
  }

  /** A crash after the status was written would leave an approved move that the trail knows nothing of. */
  @Test
  void theTrailHasAnApprovalBeforeTheStatus() {
    ports.next.add(wait(MovePhase.COPYING, "Replicating", "The copy is under way"));
    ports.writesFirst = true;
    TierMoveStatus copying = stepper.step(move(null, true, null), ports).status();
    assertThat(ports.calls).startsWith("approved by alice", "hold", "store");

    ports.calls.clear();
    ports.next.add(wait(MovePhase.COPYING, "Replicating", "The copy is under way"));
    stepper.step(move(copying, true, null), ports);
    assertThat(ports.calls).noneMatch(call -> call.startsWith("approved"));
  }

  @Test
  void anApprovalThatCannotBeRecordedIsNotGiven() {
    ports.trailFails = true;
    assertThatThrownBy(() -> stepper.step(move(null, true, null), ports))
        .isInstanceOf(AuditUnavailableException.class);
    assertThat(ports.stored).isEmpty();
  }

  @Test
  void namesCommandAndRunbookWhereAPersonIsNeeded() {
    ports.next.add(new Progress.Stalled(
        MoveJournal.initial(),
        MovePhase.COPYING,
        progress(MoveStep.PLACE, 10, 10),
        StallReason.PLACEMENT_STUCK,
        "It stands still.",
        "curl -sf $QDRANT/x"));
    TierMoveStatus stalled = stepper.step(move(null, true, null), ports).status();
    assertThat(stalled.message())
        .isEqualTo(
            "It stands still. Resolve with: curl -sf $QDRANT/x (see docs/runbooks/PlacementStuck.md)");
    assertThat(types(stalled)).contains("Stalled");
    assertThat(ports.stalled).isTrue();
  }

  @Test
  void saysWhatTheNextStepDoesOnceAWaitIsOver() {
    ports.next.add(wait(MovePhase.COPYING, "Copying", "The next pass of the copy follows"));
    TierMoveStatus copying = stepper.step(move(null, true, null), ports).status();
    assertThat(copying.message()).isEqualTo("The next pass of the copy follows");

    ports.next.add(new Progress.Continue(
        MoveJournal.initial(), MovePhase.COPYING, progress(MoveStep.FREEZE, 10, 10)));
    ports.next.add(wait(MovePhase.VERIFYING, "Merging", "Comparing"));
    stepper.step(move(copying, true, null), ports);
    assertThat(ports.stored.get(ports.stored.size() - 1))
        .satisfies(status -> assertThat(words(status))
            .noneMatch(text -> text.contains("The next pass of the copy follows")));
  }

  @Test
  void endsWithAllOfItsPointsDone() {
    ports.next.add(new Progress.Finished(
        MoveJournal.initial(),
        MovePhase.SUCCEEDED,
        progress(MoveStep.DONE, 0, 0),
        "Succeeded",
        "The tenant has its own shard key",
        new MoveReport(10, Duration.ofSeconds(3), 1, 0, VerificationReport.none(), null)));
    MoveStepper.Outcome done = stepper.step(move(null, true, null), ports);
    assertThat(done.again()).isNull();
    assertThat(Objects.requireNonNull(done.status().progress()).percent()).isEqualTo(100);
    assertThat(done.status().message()).isEqualTo("The tenant has its own shard key");
    assertThat(ports.released).isTrue();
  }

  @Test
  void remembersWhenItsCopiesWereFoundTheSameForAsLongAsThatHolds() {
    ports.next.add(retaining("EQUAL"));
    TierMoveStatus verified = stepper.step(move(null, true, null), ports).status();
    assertThat(verified.verifiedAt()).isEqualTo("2026-11-21T00:00:00Z");

    ports.next.add(retaining("EQUAL"));
    MoveStepper later = new MoveStepper(() -> NOW.plusSeconds(3600));
    TierMoveStatus retained = later.step(move(verified, true, null), ports).status();
    assertThat(retained.verifiedAt()).isEqualTo("2026-11-21T00:00:00Z");

    ports.next.add(retaining("RUNNING"));
    assertThat(later.step(move(retained, true, null), ports).status().verifiedAt())
        .isNull();
  }

  private static Progress retaining(String verdict) {
    return new Progress.Wait(
        MoveJournal.fromJson(Serialization.unmarshal(
            "verification: {compared: 10, topKOverlap: 1, resumeAfter: '', verdict: " + verdict
                + "}",
            JsonNode.class)),
        MovePhase.CLEANING_UP,
        progress(MoveStep.DELETE_SOURCE, 4, 10),
        "Deleting",
        "Deletes",
        Duration.ofSeconds(1));
  }

  @Test
  void changesNothingThatItsFinalizerDoesNotGuard() {
    ports.next.add(wait(MovePhase.COPYING, "Replicating", "The copy is under way"));
    ports.writesFirst = true;
    stepper.step(move(null, true, null), ports);
    assertThat(ports.calls).containsSubsequence("hold", "store", "advanced");
  }

  @Test
  void hearsAnAbortBeforeEachStep() {
    MoveCase move = move(null, true, null);
    ports.requested = aborted(move);
    ports.requestedAfter = 2;
    for (int i = 0; i < 2; i++) {
      ports.next.add(new Progress.Continue(
          MoveJournal.initial(), MovePhase.COPYING, progress(MoveStep.COPY, 1, 10)));
    }
    ports.next.add(wait(MovePhase.ABORTING, "Reverting", "The move is reverted"));
    stepper.step(move, ports);
    assertThat(ports.given.stream().map(MoveSignals::abortRequested))
        .containsExactly(false, false, true);
  }

  @Test
  void makesNoMutationThatAnAbortHasOvertaken() {
    MoveCase move = move(null, true, null);
    ports.writesFirst = true;
    ports.requested = aborted(move);
    ports.requestedAfter = 1;
    ports.next.add(wait(MovePhase.ABORTING, "Reverting", "The move is reverted"));
    stepper.step(move, ports);
    // The journal of the mutation that was not made is taken back.
    assertThat(ports.calls)
        .containsExactly(
            "approved by alice", "hold", "store", "store", "hold", "store", "advanced");
    assertThat(ports.stored.get(1).journal()).isNull();
    assertThat(ports.given.stream().map(MoveSignals::abortRequested)).containsExactly(false, true);
  }

  @Test
  void saysThatAnAbortComesTooLate() {
    ports.next.add(new Progress.Wait(
        MoveJournal.initial().header(draft -> draft.deletionBegun(true)),
        MovePhase.CLEANING_UP,
        progress(MoveStep.DELETE_SOURCE, 4, 10),
        "Deleting",
        "Deletes.",
        Duration.ofSeconds(1)));
    MoveCase move = aborted(move(null, true, null, true));
    ports.recorded = new RecordedMove(null);
    assertThat(stepper.step(move, ports).status().message())
        .isEqualTo("The abort is refused because the deletion of the source has begun; the move "
            + "runs to its end. Deletes.");
  }

  @Test
  void letsOtherMovesOfTheClusterGoOnWhileItIsStalled() {
    MoveSlots slots = new MoveSlots();
    assertThat(slots.claim("a", "cluster", "move-a", 1)).isTrue();
    assertThat(slots.claim("b", "cluster", "move-b", 1)).isFalse();
    slots.stalled("a", "move-a");
    assertThat(slots.claim("a", "cluster", "other", 1)).as("its own collection").isFalse();
    assertThat(slots.claim("b", "cluster", "move-b", 1)).isTrue();
    assertThat(slots.resume("a", "cluster", "move-a")).isTrue();
    assertThat(slots.busy("cluster")).isEqualTo(2);
  }

  @Test
  void endsWithoutADeedWhenItIsWithdrawnBeforeItBegan() {
    MoveStepper.Outcome ended =
        stepper.step(move(null, true, "TenantTier of this move was deleted."), ports);
    assertThat(ended.status().phase()).isEqualTo("Expired");
    assertThat(ports.calls).doesNotContain("advanced");
  }

  @Test
  void releasesTheSlotOfAMoveThatFailedBeforeItsFirstJournalAndIsWithdrawn() {
    // The slot is claimed, then the audit trail fails before anything is stored.
    assertThatThrownBy(() -> stepper.step(move(null, true, null), ports))
        .isInstanceOf(NoSuchElementException.class);
    assertThat(ports.released).isFalse();
    stepper.step(move(null, true, "Promote is no longer advised"), ports);
    assertThat(ports.released).isTrue();
  }

  @Test
  void startsNothingBecauseOfMetadataOrOfItsPhase() {
    MoveStepper.Outcome waiting = stepper.step(move(null, false, null, true), ports);
    assertThat(waiting.status().phase()).isEqualTo("AwaitingApproval");
    TierMoveStatus forged = TierMoveStatus.empty().toBuilder().phase("Copying").build();
    assertThat(stepper.step(move(forged, false, null, true), ports).status().phase())
        .isEqualTo("AwaitingApproval");
    assertThat(stepper
            .step(move(null, true, "Promote is no longer advised", true), ports)
            .status()
            .phase())
        .isEqualTo("Expired");
    assertThat(ports.calls).isEmpty();
  }

  @Test
  void finishesAPromotionInItsRetentionThatIsDeletedAndTakesBackAnyOther() {
    ports.recorded = new RecordedMove(null);
    ports.next.add(wait(MovePhase.ABORTING, "Reverting", "The move is reverted"));
    MoveCase deleted = deleted(move(null, true, null, true));
    stepper.step(deleted, ports);
    assertThat(ports.given).allMatch(MoveSignals::abortRequested).hasSize(1);

    MoveJournal retained = MoveJournal.initial()
        .assigned(promotion(), false)
        .promotion(draft -> draft.retainedUntil(NOW.plusSeconds(3600)));
    TierMoveStatus retaining = TierMoveStatus.empty().toBuilder()
        .phase("Retaining")
        .journal(StoredJournal.write(retained, "uid-1", null))
        .build();
    ports.given.clear();
    ports.next.add(wait(MovePhase.CLEANING_UP, "Deleting", "Deletes"));
    stepper.step(deleted(move(retaining, true, null, true)), ports);
    assertThat(ports.given)
        .hasSize(1)
        .allMatch(given -> !given.abortRequested() && given.cleanUpAllowed());
    assertThat(Objects.requireNonNull(ports.journal).promotion().orElseThrow().retainedUntil())
        .isEqualTo(NOW);
  }

  @Test
  void aRetentionEndsWhenTheSpecRequestsIt() {
    MoveJournal retained = MoveJournal.initial()
        .assigned(promotion(), false)
        .promotion(draft -> draft.retainedUntil(NOW.plusSeconds(3600)));
    TierMoveStatus retaining = TierMoveStatus.empty().toBuilder()
        .phase("Retaining")
        .journal(StoredJournal.write(retained, "uid-1", null))
        .build();
    ports.next.add(wait(MovePhase.RETAINING, "Retained", "The old copy is retained"));
    stepper.step(retainedUntil(move(retaining, true, null, true), NOW.plusSeconds(7200)), ports);
    assertThat(ports.given)
        .hasSize(1)
        .allMatch(
            given -> NOW.plusSeconds(7200).equals(given.retainUntil()) && !given.cleanUpAllowed());

    ports.given.clear();
    ports.next.add(wait(MovePhase.CLEANING_UP, "Deleting", "Deletes"));
    stepper.step(retainedUntil(move(retaining, true, null, true), NOW.minusSeconds(1)), ports);
    assertThat(ports.given).hasSize(1).allMatch(MoveSignals::cleanUpAllowed);

    // The deletion of the TierMove ends the retention whatever the spec requests.
    ports.given.clear();
    ports.next.add(wait(MovePhase.CLEANING_UP, "Deleting", "Deletes"));
    stepper.step(
        deleted(retainedUntil(move(retaining, true, null, true), NOW.plusSeconds(7200))), ports);
    assertThat(ports.given)
        .hasSize(1)
        .allMatch(given -> given.retainUntil() == null && given.cleanUpAllowed());
  }

  /** A crash after the status was written would leave a deletion whose request the trail knows nothing of. */
  @Test
  void theTrailHasAChangedRetentionOnceBeforeTheMoveFollowsIt() {
    MoveJournal retained = MoveJournal.initial()
        .assigned(promotion(), false)
        .promotion(draft -> draft.retainedUntil(NOW.plusSeconds(3600)));
    TierMoveStatus status = TierMoveStatus.empty().toBuilder()
        .phase("Retaining")
        .journal(StoredJournal.write(retained, "uid-1", null))
        .build();
    String changed = "retention " + NOW.plusSeconds(3600) + " -> " + NOW.minusSeconds(1);
    MoveCase ended = retainedUntil(move(status, true, null, true), NOW.minusSeconds(1));

    ports.trailFails = true;
    assertThatThrownBy(() -> stepper.step(ended, ports))
        .isInstanceOf(AuditUnavailableException.class);
    assertThat(ports.given).as("steps of the engine").isEmpty();
    assertThat(ports.stored).isEmpty();

    ports.trailFails = false;
    MoveJournal followed = retained.retentionEndsAt(NOW.minusSeconds(1));
    ports.next.add(new Progress.Continue(
        followed, MovePhase.CLEANING_UP, progress(MoveStep.DELETE_SOURCE, 0, 10)));
    ports.next.add(wait(MovePhase.CLEANING_UP, "Deleting", "Deletes"));
    TierMoveStatus deleting = stepper.step(ended, ports).status();
    assertThat(ports.calls).startsWith(changed, "advanced", "store").containsOnlyOnce(changed);

    // A process that starts with the status as it was stored in the meantime.
    TierMoveStatus stored = deleting.toBuilder()
        .journal(StoredJournal.write(followed, "uid-1", null))
        .build();
    ports.calls.clear();
    ports.next.add(wait(MovePhase.CLEANING_UP, "Deleting", "Deletes"));
    new MoveStepper(() -> NOW)
        .step(retainedUntil(move(stored, true, null, true), NOW.minusSeconds(1)), ports);
    assertThat(ports.calls).containsExactly("advanced");
  }

  /** As docs/verbs.md describes it. */
  @Test
  void aRetentionWhoseRequestIsRemovedKeepsItsEndWithoutALine() {
    MoveJournal followed = MoveJournal.initial()
        .assigned(promotion(), false)
        .promotion(draft -> draft.retainedUntil(NOW.plusSeconds(3600)))
        .retentionEndsAt(NOW.plusSeconds(7200));
    TierMoveStatus status = TierMoveStatus.empty().toBuilder()
        .phase("Retaining")
        .journal(StoredJournal.write(followed, "uid-1", null))
        .build();
    ports.next.add(wait(MovePhase.RETAINING, "Retained", "The old copy is retained"));
    stepper.step(move(status, true, null, true), ports);
    assertThat(ports.calls).containsExactly("advanced");
    assertThat(Objects.requireNonNull(ports.journal).retentionEnd())
        .contains(NOW.plusSeconds(7200));
  }

  @Test
  void aRequestThatComesBetweenTwoStepsIsRecordedBeforeTheSecond() {
    MoveJournal retained = MoveJournal.initial()
        .assigned(promotion(), false)
        .promotion(draft -> draft.retainedUntil(NOW.plusSeconds(3600)));
    TierMoveStatus status = TierMoveStatus.empty().toBuilder()
        .phase("Retaining")
        .journal(StoredJournal.write(retained, "uid-1", null))
        .build();
    MoveCase before = move(status, true, null, true);
    ports.requested = retainedUntil(before, NOW.plusSeconds(7200));
    ports.requestedAfter = 1;
    ports.next.add(
        new Progress.Continue(retained, MovePhase.RETAINING, progress(MoveStep.RETAIN, 10, 10)));
    ports.next.add(wait(MovePhase.RETAINING, "Retained", "The old copy is retained"));
    stepper.step(before, ports);
    assertThat(ports.calls)
        .containsExactly(
            "advanced",
            "store",
            "retention " + NOW.plusSeconds(3600) + " -> " + NOW.plusSeconds(7200),
            "advanced");
  }

  /** The mutation is not made, and its step is planned anew. */
  @Test
  void anAbortInTheMomentOfTheMutationRecordsTheRetentionOnce() {
    MoveJournal retained = MoveJournal.initial()
        .assigned(promotion(), false)
        .promotion(draft -> draft.retainedUntil(NOW.plusSeconds(3600)));
    TierMoveStatus status = TierMoveStatus.empty().toBuilder()
        .phase("Retaining")
        .journal(StoredJournal.write(retained, "uid-1", null))
        .build();
    MoveCase ended = retainedUntil(move(status, true, null, true), NOW.minusSeconds(1));
    ports.writesFirst = true;
    ports.requested = aborted(ended);
    ports.requestedAfter = 1;
    ports.next.add(wait(MovePhase.ABORTING, "Aborting", "Is taken back"));
    stepper.step(ended, ports);
    assertThat(ports.given).hasSize(2);
    assertThat(ports.calls).filteredOn(call -> call.startsWith("retention ")).hasSize(1);
  }

  private static MoveCase retainedUntil(MoveCase move, Instant end) {
    MoveCase.Subject subject = move.subject();
    TierMoveSpec spec = subject.spec();
    return new MoveCase(
        new MoveCase.Subject(
            subject.name(),
            subject.uid(),
            subject.tenantTier(),
            new TierMoveSpec(
                spec.collectionRef(),
                spec.tenant(),
                null,
                spec.direction(),
                spec.planHash(),
                null,
                spec.approved(),
                false,
                false,
                null,
                end.toString()),
            2,
            subject.createdAt()),
        move.status(),
        move.marked(),
        move.approvals(),
        move.withdrawn(),
        move.held(),
        move.window(),
        move.stop(),
        move.deleted(),
        move.undo(),
        move.deleteOnlyInWindows(),
        move.version());
  }

  /** Velero and others restore objects without their status. */
  @Test
  void aRetentionWhoseStatusWasLostEndsWhenItWasToEnd() {
    Instant announced = NOW.plusSeconds(3600);
    ports.recorded = new RecordedMove(announced);
    ports.next.add(retained(NOW.plusSeconds(86400)));
    ports.next.add(wait(MovePhase.RETAINING, "Retained", "The old copy is retained"));
    TierMoveStatus found = stepper.step(move(null, true, null, true), ports).status();
    assertThat(found.phase()).isEqualTo("Retaining");
    assertThat(Objects.requireNonNull(ports.journal).promotion().orElseThrow().retainedUntil())
        .isEqualTo(announced);

    // Another process knows it as well.
    ports.recorded = null;
    ports.next.add(retained(NOW.plusSeconds(86400)));
    ports.next.add(wait(MovePhase.RETAINING, "Retained", "The old copy is retained"));
    stepper.step(move(found, true, null, true), ports);
    assertThat(Objects.requireNonNull(ports.journal).promotion().orElseThrow().retainedUntil())
        .isEqualTo(announced);
  }

  /** A comparison after which the engine, which knows of no earlier one, retains for the whole time. */
  private static Progress retained(Instant until) {
    return new Progress.Continue(
        MoveJournal.initial()
            .assigned(promotion(), false)
            .promotion(draft -> draft.retainedUntil(until)),
        MovePhase.RETAINING,
        progress(MoveStep.RETAIN, 10, 10));
  }

  private static Move promotion() {
    return MovePlanning.move(
        "kb-acme-promote-7f3a",
        "uid-1",
        Serialization.unmarshal("""
            metadata: {name: kb, namespace: data}
            spec: {collection: kb, tenantKey: group_id, fallbackShardKey: default}
            """, TieredCollection.class),
        TenantId.Kind.KEYWORD,
        TenantId.of("acme"),
        io.tierkeeper.governance.decision.Direction.PROMOTE,
        Policy.defaults().moves().settings(Duration.ZERO, Duration.ofMinutes(5), 1));
  }

  private static MoveCase deleted(MoveCase move) {
    return new MoveCase(
        move.subject(),
        move.status(),
        move.marked(),
        move.approvals(),
        "TierMove was deleted before the move started.",
        move.held(),
        new WindowState(false, null),
        move.stop(),
        true,
        move.undo(),
        true,
        move.version());
  }

  @Test
  void recordsWhetherTheNameOfTheApproverWasCompared() {
    ports.next.add(wait(MovePhase.COPYING, "Replicating", "The copy is under way"));
    assertThat(stepper.step(move(null, true, null), ports).status().approval())
        .isEqualTo(new TierMoveStatus.Approval(
            "alice", "Field", "Authenticated", null, "2026-11-21T00:00:00Z"));
  }

  @Test
  void goesOnWithoutItsStatusWhereTheTrailRecordsIt() {
    ports.recorded = new RecordedMove(null);
    ports.next.add(wait(MovePhase.COPYING, "Replicating", "The copy is under way"));
    MoveStepper.Outcome outcome =
        stepper.step(move(null, true, "Promote is no longer advised", true), ports);
    assertThat(outcome.status().phase()).isEqualTo("Copying");
    assertThat(ports.calls).contains("advanced");
  }

  private static Progress wait(MovePhase phase, String reason, String message) {
    return new Progress.Wait(
        MoveJournal.initial(),
        phase,
        progress(MoveStep.AWAIT_ACTIVE, 4, 10),
        reason,
        message,
        Duration.ofSeconds(1));
  }

  private static StepProgress progress(MoveStep step, long done, long total) {
    return new StepProgress(
        step.apiName(),
        1,
        8,
        1,
        NOW,
        done,
        total,
        total == 0 ? 0 : (int) (100 * done / total),
        null);
  }

  private static List<String> words(TierMoveStatus status) {
    List<String> words = new ArrayList<>();
    words.add(String.valueOf(status.message()));
    Objects.requireNonNull(status.conditions())
        .forEach(condition -> words.add(condition.getMessage()));
    return words;
  }

  private static List<String> types(TierMoveStatus status) {
    return Objects.requireNonNull(status.conditions()).stream()
        .map(Condition::getType)
        .toList();
  }

  private static MoveCase aborted(MoveCase move) {
    MoveCase.Subject subject = move.subject();
    TierMoveSpec spec = subject.spec();
    return new MoveCase(
        new MoveCase.Subject(
            subject.name(),
            subject.uid(),
            subject.tenantTier(),
            new TierMoveSpec(
                spec.collectionRef(),
                spec.tenant(),
                null,
                spec.direction(),
                spec.planHash(),
                null,
                spec.approved(),
                true,
                false,
                null,
                spec.retainUntil()),
            2,
            subject.createdAt()),
        move.status(),
        move.marked(),
        move.approvals(),
        move.withdrawn(),
        move.held(),
        move.window(),
        move.stop(),
        move.deleted(),
        move.undo(),
        move.deleteOnlyInWindows(),
        move.version());
  }

  private static MoveCase move(
      @Nullable TierMoveStatus status, boolean approved, @Nullable String withdrawn) {
    return move(status, approved, withdrawn, false);
  }

  private static MoveCase move(
      @Nullable TierMoveStatus status,
      boolean approved,
      @Nullable String withdrawn,
      boolean begun) {
    return new MoveCase(
        new MoveCase.Subject(
            "kb-acme-promote-7f3a",
            "uid-1",
            "kb-acme",
            new TierMoveSpec(
                new LocalReference("kb"),
                "acme",
                null,
                Direction.Promote,
                "sha256:" + "0".repeat(64),
                null,
                approved,
                false,
                false,
                null,
                null),
            1,
            NOW),
        status,
        begun,
        new MoveCase.Approvals(true, Duration.ofHours(1), List.of(), "alice", true),
        withdrawn,
        null,
        new WindowState(true, null),
        false,
        false,
        false,
        false,
        "test");
  }

  /** Answers with what was put in, and remembers what was asked. */
  private static final class Ports implements MovePorts {
    private final Deque<Progress> next = new ArrayDeque<>();
    private final List<TierMoveStatus> stored = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private final List<MoveSignals> given = new ArrayList<>();
    private @Nullable MoveJournal journal;
    private @Nullable RecordedMove recorded;
    private boolean released;
    private boolean writesFirst;
    private boolean stalled;
    private boolean trailFails;
    /** What is requested once so many steps were asked for; null for nothing. */
    private @Nullable MoveCase requested;

    private int requestedAfter = Integer.MAX_VALUE;

    @Override
    public Optional<String> drift() {
      return Optional.empty();
    }

    @Override
    public Optional<RecordedMove> recorded() {
      return Optional.ofNullable(recorded);
    }

    @Override
    public void approved(TierMoveStatus.Approval approval) {
      if (trailFails) {
        throw new AuditUnavailableException("the disk is full", true, null);
      }
      calls.add("approved by " + approval.by());
    }

    @Override
    public void retentionChanges(MoveCase move, Instant former, Instant end) {
      if (trailFails) {
        throw new AuditUnavailableException("the disk is full", true, null);
      }
      calls.add("retention " + former + " -> " + end);
    }

    @Override
    public boolean claim(boolean atWork) {
      return true;
    }

    @Override
    public void release() {
      released = true;
    }

    @Override
    public void stalls() {
      stalled = true;
    }

    @Override
    public MoveCase now(MoveCase before) {
      return requested != null && given.size() >= requestedAfter ? requested : before;
    }

    @Override
    public void hold() {
      calls.add("hold");
    }

    @Override
    public Progress advance(MoveJournal journal, MoveSignals signals, JournalWriter writer) {
      given.add(signals);
      this.journal = journal;
      if (writesFirst) {
        writer.write(journal);
      }
      calls.add("advanced");
      return next.remove();
    }

    @Override
    public void store(TierMoveStatus status) {
      calls.add("store");
      stored.add(status);
    }
  }
}
