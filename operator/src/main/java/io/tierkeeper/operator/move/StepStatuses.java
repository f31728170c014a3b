package io.tierkeeper.operator.move;

import io.tierkeeper.api.mapping.DecimalText;
import io.tierkeeper.api.v1alpha1.ConditionTypes;
import io.tierkeeper.api.v1alpha1.Direction;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.evaluation.OpenMove.Stage;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.StepProgress;
import io.tierkeeper.moves.TakenSnapshot;
import io.tierkeeper.moves.Verdict;
import io.tierkeeper.moves.VerificationReport;
import io.tierkeeper.operator.move.MoveStepper.Outcome;
import io.tierkeeper.operator.status.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes down what a step of a move comes to: its phase, its conditions, and when to look again. */
final class StepStatuses {

  /** When the next step follows without a wait. */
  static final Duration AT_ONCE = Duration.ofMillis(1);

  private static final Duration STALLED_POLL = Duration.ofSeconds(30);

  /** They are no part of the way forward, so nothing is behind them. */
  private static final Set<String> REVERTING = Stream.of(MoveStep.values())
      .filter(step -> step.phase() == MovePhase.ABORTING)
      .map(MoveStep::apiName)
      .collect(Collectors.toUnmodifiableSet());

  private final InstantSource clock;

  StepStatuses(InstantSource clock) {
    this.clock = clock;
  }

  /** The status before a mutation is made, with the journal that records it. */
  TierMoveStatus announced(MoveCase move, TierMoveStatus previous, MoveJournal next) {
    return previous.toBuilder()
        .observedGeneration(move.subject().generation())
        .phase(workingPhase(previous, next))
        .startedAt(text(next.header().startedAt()))
        .message(sentence(move, next, next.abort().aborting()))
        .journal(StoredJournal.write(next, move.subject().uid(), previous.journal()))
        .build();
  }

  /** A move whose journal records its start is never shown as waiting to begin. */
  private static String workingPhase(TierMoveStatus status, MoveJournal journal) {
    MovePhase shown = MoveFacts.phase(status);
    return MoveFacts.stage(shown) == Stage.WAITING
        ? journal.step().phase().apiName()
        : shown.apiName();
  }

  TierMoveStatus progressed(MoveCase move, TierMoveStatus status, Progress progress) {
    StepProgress step = progress.step();
    MoveJournal journal = progress.journal();
    String sentence = sentence(move, journal, progress.phase() == MovePhase.ABORTING);
    TierMoveStatus.Builder next = status.toBuilder()
        .observedGeneration(move.subject().generation())
        .phase(progress.phase().apiName())
        .startedAt(text(journal.header().startedAt()))
        .step(furthest(status.step(), step))
        .message(sentence)
        // A step that counts no points has no progress to show.
        .progress(
            step.total() == 0
                ? null
                : new TierMoveStatus.Progress(
                    step.done(), step.total(), step.percent(), step.etaSeconds()))
        .undo(undo(move, progress))
        .snapshot(snapshot(journal.header().taken()))
        .journal(StoredJournal.write(journal, move.subject().uid(), status.journal()))
        .conditions(
            new Conditions(status.conditions(), move.subject().generation(), clock.instant())
                .set(ConditionTypes.READY, false, Reasons.MOVING, sentence)
                .set(ConditionTypes.RECONCILING, true, Reasons.MOVING, sentence)
                .list());
    VerificationReport report = journal.header().verification();
    boolean equal = report != null && report.verdict() == Verdict.EQUAL;
    next.verifiedAt(equal ? Objects.requireNonNullElseGet(status.verifiedAt(), this::now) : null);
    if (report != null) {
      next.verification(verification(report));
    }
    return next.build();
  }

  /**
   * The step that is shown. A move that repeats a part of an earlier step, such as a replica that is placed again, shows the
   * step that it had reached; the phase and the message say what it does. A new attempt, and a move that has been
   * reverted, begin again.
   */
  private static TierMoveStatus.Step furthest(
      TierMoveStatus.@Nullable Step shown, StepProgress now) {
    if (shown != null
        && Objects.requireNonNullElse(shown.index(), 0) > now.index()
        && Objects.equals(shown.of(), now.of())
        && Objects.equals(shown.attempt(), now.attempt())
        && !REVERTING.contains(String.valueOf(shown.name()))) {
      return shown;
    }
    return new TierMoveStatus.Step(
        now.name(), now.index(), now.of(), now.attempt(), text(now.startedAt()));
  }

  /** What happens now. */
  private static String sentence(MoveCase move, MoveJournal journal, boolean back) {
    String sentence = refusedAbort(move, journal) + journal.step().sentence();
    if (journal.undo()) {
      return "Demoting the tenant to the fallback again. " + sentence;
    }
    return back && journal.step().phase() != MovePhase.ABORTING
        ? "Reverting the move. " + sentence
        : sentence;
  }

  /** What a request that comes too late is answered with; empty where there is none. */
  private static String refusedAbort(MoveCase move, MoveJournal journal) {
    return journal.header().deletionBegun()
            && !journal.abort().aborting()
            && (StepSignals.abortRequested(move, journal) || move.undo())
        ? "The abort is refused because the deletion of the source has begun; the move runs to its end. "
        : "";
  }

  private static TierMoveStatus.Verification verification(VerificationReport report) {
    return new TierMoveStatus.Verification(
        report.compared(),
        report.missing(),
        report.extra(),
        report.different(),
        report.resumeAfter().isEmpty() ? null : report.resumeAfter(),
        DecimalText.format(report.topKOverlap()),
        report.verdict().apiName());
  }

  private static TierMoveStatus.@Nullable Snapshot snapshot(@Nullable TakenSnapshot taken) {
    return taken == null
        ? null
        : new TierMoveStatus.Snapshot(
            taken.file(),
            taken.points(),
            taken.bytes(),
            taken.sha256(),
            taken.peer(),
            text(taken.keepUntil()));
  }

  private TierMoveStatus.@Nullable Undo undo(MoveCase move, Progress progress) {
    if (move.subject().spec().direction() != Direction.Promote) {
      return null;
    }
    boolean possible =
        !progress.journal().header().deletionBegun() && progress.phase() == MovePhase.RETAINING;
    return new TierMoveStatus.Undo(
        possible,
        possible ? text(StepSignals.retainedUntil(progress.journal())) : null,
        possible ? ApprovalCommands.demote(move.subject().tenantTier()) : null);
  }

  Outcome outcome(MoveCase move, TierMoveStatus status, Progress progress, MoveSignals signals) {
    Conditions conditions =
        new Conditions(status.conditions(), move.subject().generation(), clock.instant());
    return switch (progress) {
      case Progress.Continue next -> new Outcome(status, AT_ONCE);
      case Progress.Wait wait -> {
        String message = refusedAbort(move, wait.journal()) + wait.message();
        conditions
            .set(ConditionTypes.READY, false, wait.reason(), message)
            .set(ConditionTypes.RECONCILING, true, wait.reason(), message);
        yield new Outcome(
            status.toBuilder().message(message).conditions(conditions.list()).build(),
            awaitedAtMost(move, wait.after(), signals));
      }
      case Progress.Stalled stalled -> {
        String reason = stalled.reason().apiName();
        String sentence = stalled.message() + " Resolve with: " + stalled.command() + " (see "
            + stalled.reason().runbook() + ")";
        conditions
            .set(ConditionTypes.READY, false, reason, sentence)
            .set(ConditionTypes.STALLED, true, reason, sentence);
        yield new Outcome(
            status.toBuilder().message(sentence).conditions(conditions.list()).build(),
            STALLED_POLL);
      }
      case Progress.Finished finished -> {
        VerificationReport report = finished.report().verification();
        long points = progress.journal().header().total();
        TierMoveStatus.Builder end = status.toBuilder()
            .phase(finished.phase().apiName())
            .verification(verification(report))
            .progress(
                finished.phase() == MovePhase.SUCCEEDED
                    ? new TierMoveStatus.Progress(points, points, 100, null)
                    : null);
        yield ended(move, end.build(), finished.phase(), finished.reason(), finished.message());
      }
    };
  }

  /** The end of a window triggers no reconciliation of a move, so the wait must not outlast it. */
  private Duration awaitedAtMost(MoveCase move, Duration wanted, MoveSignals signals) {
    Instant edge = move.window().nextEdge();
    return signals.cleanUpAllowed() || edge == null || until(edge).compareTo(wanted) > 0
        ? wanted
        : until(edge);
  }

  Outcome waiting(
      MoveCase move,
      TierMoveStatus status,
      MovePhase phase,
      String reason,
      String message,
      Duration again) {
    Conditions conditions = new Conditions(
            status.conditions(), move.subject().generation(), clock.instant())
        .set(ConditionTypes.READY, false, reason, message);
    if (phase == MovePhase.AWAITING_APPROVAL) {
      conditions.set(ConditionTypes.AWAITING_APPROVAL, true, reason, message);
    }
    if (reason.equals(Reasons.PAUSED) || reason.equals(Reasons.SUSPENDED)) {
      conditions.set(ConditionTypes.PAUSED, true, reason, message);
    }
    return new Outcome(
        status.toBuilder()
            .observedGeneration(move.subject().generation())
            .phase(phase.apiName())
            .message(message)
            .conditions(conditions.list())
            .build(),
        again);
  }

  Outcome ended(
      MoveCase move, TierMoveStatus status, MovePhase phase, String reason, String message) {
    boolean good = phase == MovePhase.SUCCEEDED;
    Conditions conditions = new Conditions(
            status.conditions(), move.subject().generation(), clock.instant())
        .set(ConditionTypes.READY, good, good ? Reasons.SUCCEEDED : reason, message);
    if (!good) {
      // Ready never becomes True, which tools that wait for it must be told.
      conditions.set(ConditionTypes.STALLED, true, reason, message);
    }
    return new Outcome(
        status.toBuilder()
            .observedGeneration(move.subject().generation())
            .phase(phase.apiName())
            .message(message)
            .finishedAt(now())
            .undo(null)
            .conditions(conditions.list())
            .build(),
        null);
  }

  Duration until(Instant instant) {
    Duration left = Duration.between(clock.instant(), instant);
    return left.isNegative() || left.isZero() ? AT_ONCE : left.plusMillis(1);
  }

  String now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS).toString();
  }

  private static @Nullable String text(@Nullable Instant instant) {
    return instant == null ? null : instant.truncatedTo(ChronoUnit.MILLIS).toString();
  }
}
