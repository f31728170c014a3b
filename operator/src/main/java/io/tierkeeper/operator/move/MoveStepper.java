package io.tierkeeper.operator.move;

import io.tierkeeper.api.v1alpha1.Direction;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.evaluation.OpenMove.Stage;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.Progress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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

  private static final Duration SLOT_POLL = Duration.ofSeconds(2);

  /** The end of another move requests the next step; this is for what raises no event, such as a deleted TierMove. */
  private static final Duration TURN_POLL = Duration.ofMinutes(1);

  private static final Duration HELD_POLL = Duration.ofMinutes(1);

  private final InstantSource clock;
  private final StepStatuses statuses;

  public MoveStepper(InstantSource clock) {
    this.clock = clock;
    statuses = new StepStatuses(clock);
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
    if (journal.isPresent()) {
      return drive(move, status, journal.get(), true, ports);
    }
    boolean approved =
        status.approval() != null && (move.marked() || StoredJournal.present(status.journal()));
    Optional<RecordedMove> recorded =
        approved || move.marked() ? ports.recorded() : Optional.empty();
    if (approved || recorded.isPresent()) {
      TierMoveStatus lost = status.toBuilder()
          .journal(StoredJournal.lost(
              move.subject().uid(), recorded.map(RecordedMove::retainedUntil).orElse(null)))
          .build();
      return drive(move, lost, MoveJournal.initial(), true, ports);
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
      return statuses.ended(
          move,
          status,
          MovePhase.ABORTED,
          Reasons.ABORT_REQUESTED,
          "Aborted before any change was made.");
    }
    if (move.withdrawn() != null) {
      return statuses.ended(
          move, status, MovePhase.EXPIRED, Reasons.PLAN_CHANGED, move.withdrawn());
    }
    TierMoveStatus.@Nullable Approval approval = status.approval() == null
        ? ApprovalDoors.approval(move, statuses.now())
        : status.approval();
    if (approval == null) {
      return awaitApproval(move, status, ports);
    }
    if (status.approval() == null) {
      ports.approved(approval);
    }
    TierMoveStatus approved = status.toBuilder().approval(approval).build();
    if (move.held() != null) {
      return statuses.waiting(
          move,
          approved,
          MovePhase.PENDING,
          move.held().reason(),
          move.held().message(),
          HELD_POLL);
    }
    if (!move.window().open()) {
      @Nullable Instant edge = move.window().nextEdge();
      return statuses.waiting(
          move,
          approved,
          MovePhase.AWAITING_WINDOW,
          Reasons.AWAITING_WINDOW,
          edge == null
              ? "No maintenance window is scheduled for this direction."
              : "The maintenance window opens at " + edge + ".",
          edge == null ? HELD_POLL : statuses.until(edge));
    }
    // The slot comes first: whoever has none must not read the layout from every peer.
    if (!ports.claim(false)) {
      return statuses.waiting(
          move,
          approved,
          MovePhase.PENDING,
          Reasons.HOLDING,
          "Waiting for another move in this collection or Qdrant cluster to finish.",
          TURN_POLL);
    }
    Optional<String> drift = drift(ports);
    if (drift.isPresent()) {
      return statuses.ended(
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
    ApprovalTerm term = ApprovalTerm.of(
        move.subject().createdAt(), move.approvals().expireAfter(), clock.instant());
    String message = ApprovalCommands.required(move.subject(), term.expires());
    // Once for each renewal, since it reads the layout from every peer.
    if (term.renewals() > 0 && !message.equals(status.message())) {
      Optional<String> drift = ports.drift();
      if (drift.isPresent()) {
        return statuses.ended(
            move,
            status,
            MovePhase.EXPIRED,
            Reasons.EXPIRED,
            "Plan expired at " + term.renewed() + " without approval and has changed: "
                + drift.get() + ". A new plan is created if the move is still advised.");
      }
    }
    return statuses.waiting(
        move,
        status,
        MovePhase.AWAITING_APPROVAL,
        Reasons.AWAITING_APPROVAL,
        message,
        statuses.until(term.expires()));
  }

  private Outcome drive(
      MoveCase move, TierMoveStatus before, MoveJournal known, boolean begun, MovePorts ports) {
    Optional<Instant> retentionEnds = StoredJournal.retentionEnds(before.journal());
    MoveJournal journal = announcedEnd(known, retentionEnds, StepSignals.requestedEnd(move));
    if (move.deleted()) {
      // A move whose resource is being deleted cannot be undone.
      journal = journal.retainedUntil(clock.instant());
    }
    boolean retaining = MoveFacts.stage(MoveFacts.phase(before)) == Stage.RETAINING;
    boolean slot = true;
    if (retaining) {
      Instant until = StepSignals.retainedUntil(
          StepSignals.requestedEnd(move).map(journal::retentionEndsAt).orElse(journal));
      boolean due = until != null && !clock.instant().isBefore(until);
      slot =
          (due || move.undo() || StepSignals.abortRequested(move, journal)) && ports.claim(false);
    } else if (!ports.claim(begun)) {
      return statuses.waiting(
          move,
          before,
          MoveFacts.phase(before),
          Reasons.HOLDING,
          "Waiting for another move in this collection to finish.",
          SLOT_POLL);
    }
    boolean works = slot;
    MoveCase current = move;
    MoveSignals signals = StepSignals.of(move, journal, works);
    TierMoveStatus[] stored = {before};
    Progress progress = null;
    for (int step = 0; step < MAX_STEPS; step++) {
      MoveCase asked = ports.now(current);
      MoveSignals given = StepSignals.of(asked, journal, works);
      journal = followed(asked, journal, given, ports);
      MoveJournal from = journal;
      current = asked;
      signals = given;
      try {
        progress = ports.advance(
            from, given, next -> announce(asked, from, given, works, next, stored, ports));
      } catch (SignalsChanged e) {
        continue;
      }
      journal =
          announcedEnd(progress.journal(), retentionEnds, Optional.ofNullable(given.retainUntil()));
      stored[0] = statuses.progressed(asked, stored[0], progress);
      if (!(progress instanceof Progress.Continue)) {
        break;
      }
      // Readers of the status see each step.
      ports.store(stored[0]);
    }
    if (progress == null) {
      return new Outcome(stored[0], StepStatuses.AT_ONCE);
    }
    Outcome outcome = statuses.outcome(current, stored[0], progress, signals);
    MovePhase phase = MoveFacts.phase(outcome.status());
    if (phase.ended() || MoveFacts.stage(phase) == Stage.RETAINING) {
      ports.release();
    } else if (progress instanceof Progress.Stalled) {
      ports.stalls();
    }
    return outcome;
  }

  /** A retention that has begun once does not start over with what the engine has forgotten, unless that is requested. */
  private static MoveJournal announcedEnd(
      MoveJournal journal, Optional<Instant> retentionEnds, Optional<Instant> requested) {
    return requested.isPresent()
        ? journal
        : retentionEnds.map(journal::retainedUntil).orElse(journal);
  }

  /** The journal with the end of the retention that is requested, once the trail has the change. */
  private static MoveJournal followed(
      MoveCase move, MoveJournal journal, MoveSignals given, MovePorts ports) {
    Instant end = given.retainUntil();
    Optional<Instant> former = journal.retentionEnd();
    if (end == null || former.isEmpty() || former.get().equals(end)) {
      return journal;
    }
    ports.retentionChanges(move, former.get(), end);
    return journal.retentionEndsAt(end);
  }

  /** Stores the journal of a mutation, which is not made where something else was requested in this moment. */
  private void announce(
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
    stored[0] = statuses.announced(move, previous, next);
    ports.hold();
    ports.store(stored[0]);
    if (!begun && !StepSignals.of(ports.now(move), from, works).equals(given)) {
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

  /** {@code promote} for {@code Promote}: the word in names of moves. */
  static String word(Direction direction) {
    return direction.name().toLowerCase(Locale.ROOT);
  }
}
