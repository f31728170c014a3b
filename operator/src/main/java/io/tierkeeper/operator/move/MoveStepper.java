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
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.Protocol.Promotion;
import io.tierkeeper.moves.StepProgress;
import io.tierkeeper.moves.Verdict;
import io.tierkeeper.moves.VerificationReport;
import io.tierkeeper.operator.status.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One reconciliation of a TierMove: the doors of approval, the window, the slot, then a few turns of the engine. Looks at
 * nothing but its case, the clock and its ports.
 */
public final class MoveStepper {

  /** Turns in one reconciliation, so that a signal is never far away. */
  private static final int MAX_STEPS = 16;

  private static final Duration AT_ONCE = Duration.ofMillis(1);
  private static final Duration SLOT_POLL = Duration.ofSeconds(2);

  /** The end of another move requests the next step; this is for what raises no event, such as a deleted TierMove. */
  private static final Duration TURN_POLL = Duration.ofMinutes(1);

  private static final Duration STALLED_POLL = Duration.ofSeconds(30);
  private static final Duration HELD_POLL = Duration.ofMinutes(1);

  private final InstantSource clock;

  public MoveStepper(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * What the reconciliation comes to.
   *
   * @param again when to look again at the latest; null for never
   */
  public record Outcome(TierMoveStatus status, @Nullable Duration again) {}

  /** Makes one step; the caller writes the status that is returned. */
  public Outcome step(MoveCase move, MovePorts ports) {
    TierMoveStatus status = Objects.requireNonNullElseGet(move.status(), TierMoveStatus::empty);
    MovePhase phase = MoveFacts.phase(status);
    if (phase.ended()) {
      ports.release();
      return new Outcome(status, null);
    }
    Optional<MoveJournal> journal = StoredJournal.read(
        status.journal(), move.subject().name(), move.subject().uid());
    // Without its journal the engine reads the progress of a move from Qdrant; to expire it now
    // would leave its shard keys and copies behind. What others can set proves nothing: a status
    // that was lost is made up for by the trail.
    boolean begun = journal.isPresent()
        || (status.approval() != null && (move.marked() || StoredJournal.present(status.journal())))
        || (move.marked() && ports.recorded());
    if (begun) {
      return drive(move, status, journal.orElseGet(MoveJournal::initial), true, ports);
    }
    Outcome outcome = begin(move, status, ports);
    if (MoveFacts.phase(outcome.status()).ended()) {
      // An earlier step may have claimed a slot and failed before its first journal.
      ports.release();
    }
    return outcome;
  }

  private Outcome begin(MoveCase move, TierMoveStatus status, MovePorts ports) {
    if (Boolean.TRUE.equals(move.subject().spec().abort())) {
      return ended(
          move,
          status,
          MovePhase.ABORTED,
          Reasons.ABORT_REQUESTED,
          "Aborted before any change was made.");
    }
    if (move.withdrawn() != null) {
      return ended(move, status, MovePhase.EXPIRED, Reasons.PLAN_CHANGED, move.withdrawn());
    }
    TierMoveStatus.@Nullable Approval approval =
        status.approval() == null ? ApprovalDoors.approval(move, now()) : status.approval();
    if (approval == null) {
      return awaitApproval(move, status, ports);
    }
    TierMoveStatus approved = status.toBuilder().approval(approval).build();
    if (move.held() != null) {
      return waiting(
          move,
          approved,
          MovePhase.PENDING,
          move.held().reason(),
          move.held().message(),
          HELD_POLL);
    }
    if (!move.window().open()) {
      @Nullable Instant edge = move.window().nextEdge();
      return waiting(
          move,
          approved,
          MovePhase.AWAITING_WINDOW,
          Reasons.AWAITING_WINDOW,
          edge == null
              ? "No maintenance window is scheduled for this direction."
              : "The maintenance window opens at " + edge + ".",
          edge == null ? HELD_POLL : until(edge));
    }
    // The slot comes first: whoever has none must not read the layout from every peer.
    if (!ports.claim(false)) {
      return waiting(
          move,
          approved,
          MovePhase.PENDING,
          Reasons.HOLDING,
          "Waiting for another move in this collection or Qdrant cluster to finish.",
          TURN_POLL);
    }
    Optional<String> drift = drift(ports);
    if (drift.isPresent()) {
      return ended(
          move,
          approved,
          MovePhase.EXPIRED,
          Reasons.PLAN_CHANGED,
          drift.get() + "; a new plan is created if the move is still advised");
    }
    return drive(move, approved, MoveJournal.initial(), false, ports);
  }

  private static Optional<String> drift(MovePorts ports) {
    try {
      return ports.drift();
    } catch (RuntimeException e) {
      // Others need not wait for a move that cannot begin.
      ports.release();
      throw e;
    }
  }

  /** A plan that was not approved in time is renewed where a new one would be the same, else it expires. */
  private Outcome awaitApproval(MoveCase move, TierMoveStatus status, MovePorts ports) {
    Duration term = move.approvals().expireAfter();
    Duration age = Duration.between(move.subject().createdAt(), clock.instant());
    long renewals = term.isPositive() && age.isPositive() ? age.dividedBy(term) : 0;
    Instant renewed = move.subject().createdAt().plus(term.multipliedBy(renewals));
    Instant expires = renewed.plus(term);
    String message = ApprovalCommands.required(move.subject(), expires);
    // Once for each renewal, since it reads the layout from every peer.
    if (renewals > 0 && !message.equals(status.message())) {
      Optional<String> drift = ports.drift();
      if (drift.isPresent()) {
        return ended(
            move,
            status,
            MovePhase.EXPIRED,
            Reasons.EXPIRED,
            "Plan expired at " + renewed + " without approval and has changed: " + drift.get()
                + ". A new plan is created if the move is still advised.");
      }
    }
    return waiting(
        move,
        status,
        MovePhase.AWAITING_APPROVAL,
        Reasons.AWAITING_APPROVAL,
        message,
        until(expires));
  }

  private Outcome drive(
      MoveCase move, TierMoveStatus before, MoveJournal known, boolean begun, MovePorts ports) {
    // A move whose resource is being deleted cannot be undone.
    MoveJournal journal = move.deleted() ? known.retainedUntil(clock.instant()) : known;
    boolean retaining = MoveFacts.stage(MoveFacts.phase(before)) == Stage.RETAINING;
    boolean slot = true;
    if (retaining) {
      Instant until = retainedUntil(journal);
      boolean due = until != null && !clock.instant().isBefore(until);
      slot = (due || move.undo() || abortRequested(move, journal)) && ports.claim(false);
    } else if (!ports.claim(begun)) {
      return waiting(
          move,
          before,
          MoveFacts.phase(before),
          Reasons.HOLDING,
          "Waiting for another move in this collection to finish.",
          SLOT_POLL);
    }
    boolean works = slot;
    MoveCase current = move;
    MoveSignals signals = signals(move, journal, works);
    TierMoveStatus[] stored = {before};
    Progress progress = null;
    for (int step = 0; step < MAX_STEPS; step++) {
      MoveCase asked = ports.now(current);
      MoveJournal from = journal;
      MoveSignals given = signals(asked, from, works);
      current = asked;
      signals = given;
      try {
        progress = ports.advance(
            from, given, next -> announce(asked, from, given, works, next, stored, ports));
      } catch (SignalsChanged e) {
        continue;
      }
      journal = progress.journal();
      stored[0] = progressed(asked, stored[0], progress);
      if (!(progress instanceof Progress.Continue)) {
        break;
      }
      // Readers of the status see each step.
      ports.store(stored[0]);
    }
    if (progress == null) {
      return new Outcome(stored[0], AT_ONCE);
    }
    Outcome outcome = outcome(current, stored[0], progress, signals);
    MovePhase phase = MoveFacts.phase(outcome.status());
    if (phase.ended() || MoveFacts.stage(phase) == Stage.RETAINING) {
      ports.release();
    } else if (progress instanceof Progress.Stalled) {
      ports.stalls();
    }
    return outcome;
  }

  /** Stores the journal of a mutation, which is not made where something else was requested in this moment. */
  private static void announce(
      MoveCase move,
      MoveJournal from,
      MoveSignals given,
      boolean works,
      MoveJournal next,
      TierMoveStatus[] stored,
      MovePorts ports) {
    TierMoveStatus previous = stored[0];
    boolean begun = StoredJournal.read(
            previous.journal(), move.subject().name(), move.subject().uid())
        .map(journal -> journal.header().deletionBegun())
        .orElse(false);
    stored[0] = previous.toBuilder()
        .observedGeneration(move.subject().generation())
        .phase(workingPhase(previous, next))
        .startedAt(text(next.header().startedAt()))
        .message(sentence(move, next, next.abort().aborting()))
        .journal(StoredJournal.write(next, move.subject().uid()))
        .build();
    ports.hold();
    ports.store(stored[0]);
    if (!begun && !signals(ports.now(move), from, works).equals(given)) {
      stored[0] = previous;
      ports.store(previous);
      throw new SignalsChanged();
    }
  }

  /** What was requested has changed since the step was planned, so its mutation was not made. */
  private static final class SignalsChanged extends RuntimeException {
    SignalsChanged() {
      super("a request of the move has changed", null, false, false);
    }
  }

  /** What has been switched over and verified stays where it is, unless somebody asks for its return. */
  private static boolean abortRequested(MoveCase move, MoveJournal journal) {
    return Boolean.TRUE.equals(move.subject().spec().abort())
        || (move.stop() || move.deleted()) && retainedUntil(journal) == null;
  }

  /** @param works whether the move may change shards now */
  private static MoveSignals signals(MoveCase move, MoveJournal journal, boolean works) {
    return new MoveSignals(
        abortRequested(move, journal) && works,
        Boolean.TRUE.equals(move.subject().spec().fenced()),
        move.undo() && works,
        works && (!move.deleteOnlyInWindows() || move.window().open() || move.deleted()),
        move.version());
  }

  private static @Nullable Instant retainedUntil(MoveJournal journal) {
    return journal.undo()
        ? null
        : journal.promotion().map(Promotion::retainedUntil).orElse(null);
  }

  /** A move whose journal records its start is never shown as waiting to begin. */
  private static String workingPhase(TierMoveStatus status, MoveJournal journal) {
    MovePhase shown = MoveFacts.phase(status);
    return MoveFacts.stage(shown) == Stage.WAITING
        ? journal.step().phase().apiName()
        : shown.apiName();
  }

  private TierMoveStatus progressed(MoveCase move, TierMoveStatus status, Progress progress) {
    StepProgress step = progress.step();
    MoveJournal journal = progress.journal();
    String sentence = sentence(move, journal, progress.phase() == MovePhase.ABORTING);
    TierMoveStatus.Builder next = status.toBuilder()
        .observedGeneration(move.subject().generation())
        .phase(progress.phase().apiName())
        .startedAt(text(journal.header().startedAt()))
        .step(new TierMoveStatus.Step(
            step.name(), step.index(), step.of(), step.attempt(), text(step.startedAt())))
        .message(sentence)
        // A step that counts no points has no progress to show.
        .progress(
            step.total() == 0
                ? null
                : new TierMoveStatus.Progress(
                    step.done(), step.total(), step.percent(), step.etaSeconds()))
        .undo(undo(move, progress))
        .journal(StoredJournal.write(journal, move.subject().uid()))
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
            && (abortRequested(move, journal) || move.undo())
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

  private TierMoveStatus.@Nullable Undo undo(MoveCase move, Progress progress) {
    if (move.subject().spec().direction() != Direction.Promote) {
      return null;
    }
    boolean possible =
        !progress.journal().header().deletionBegun() && progress.phase() == MovePhase.RETAINING;
    return new TierMoveStatus.Undo(
        possible,
        possible ? text(retainedUntil(progress.journal())) : null,
        possible ? ApprovalCommands.demote(move.subject().tenantTier()) : null);
  }

  private Outcome outcome(
      MoveCase move, TierMoveStatus status, Progress progress, MoveSignals signals) {
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

  private Outcome waiting(
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

  private Outcome ended(
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

  private Duration until(Instant instant) {
    Duration left = Duration.between(clock.instant(), instant);
    return left.isNegative() || left.isZero() ? AT_ONCE : left.plusMillis(1);
  }

  private String now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS).toString();
  }

  private static @Nullable String text(@Nullable Instant instant) {
    return instant == null ? null : instant.truncatedTo(ChronoUnit.MILLIS).toString();
  }

  /** {@code promote} for {@code Promote}: the word in names of moves. */
  static String word(Direction direction) {
    return direction.name().toLowerCase(Locale.ROOT);
  }
}
