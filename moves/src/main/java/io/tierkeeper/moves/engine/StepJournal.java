package io.tierkeeper.moves.engine;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.Abort;
import io.tierkeeper.moves.JournalHeader;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.observe.KeyState;
import io.tierkeeper.moves.observe.Observation;
import io.tierkeeper.moves.plan.Decision;
import io.tierkeeper.moves.plan.Outage;
import io.tierkeeper.moves.plan.Planner;
import io.tierkeeper.qdrant.Replica;
import java.time.Instant;
import java.util.Objects;

/** The journal at the beginning of a step, before and after its decision. */
final class StepJournal {

  private StepJournal() {}

  /** As the decision reads it: with the protocol, and what was asked for and seen by now. */
  static MoveJournal read(
      Move move, Observation seen, MoveJournal stored, MoveSignals signals, Instant now) {
    MoveJournal begun =
        stored.begunBy(now, move.settings()).assigned(move, Planner.isUndo(move, seen, stored));
    MoveJournal known =
        signals.retainUntil() == null ? begun : begun.retentionEndsAt(signals.retainUntil());
    return Outage.recorded(move, seen, takenBack(move, known, signals));
  }

  /** As the decision enters its step. */
  static MoveJournal entered(
      Move move, Observation seen, MoveJournal journal, Decision decision, Instant now) {
    return enter(move, seen, answered(move, seen, journal, decision), decision.step(), now);
  }

  /** A demotion that is once taken back stays so: its copies may be gone, and must not be taken for there. */
  private static MoveJournal takenBack(Move move, MoveJournal journal, MoveSignals signals) {
    boolean wanted = signals.abortRequested() || signals.undoRequested();
    return wanted
            && move.direction() == Direction.DEMOTE
            && !journal.abort().aborting()
            && !journal.header().deletionBegun()
        ? journal.withAbort(Abort.of(signals.abortRequested() ? "AbortRequested" : "Undone", null))
        : journal;
  }

  /** A move that continues has no stall open; one whose key is gone continues with the answer to it. */
  private static MoveJournal answered(
      Move move, Observation seen, MoveJournal journal, Decision decision) {
    boolean open = journal.header().stalledFor() != null && !(decision instanceof Decision.Stalled);
    return open && seen.layout().state(move.dedicated()) != KeyState.ABSENT
        ? journal.header(draft -> draft.stalledFor(null))
        : journal;
  }

  private static MoveJournal enter(
      Move move, Observation seen, MoveJournal journal, MoveStep step, Instant now) {
    JournalHeader header = journal.header();
    boolean changes = header.step() != step || header.stepStartedAt() == null;
    if (!changes && header.startedAt() != null && journal.settings() != null) {
      return journal;
    }
    long total = header.total() > 0
        ? header.total()
        : Math.max(
            seen.inFallback(),
            seen.layout().replicas(move.dedicated()).stream()
                .mapToLong(Replica::points)
                .max()
                .orElse(0));
    return journal.withSettings(move.settings()).header(draft -> {
      draft.stepStartedAt(
          header.step() == step ? Objects.requireNonNullElse(header.stepStartedAt(), now) : now);
      draft.step(step);
      draft.startedAt(Objects.requireNonNullElse(header.startedAt(), now));
      draft.total(total);
    });
  }
}
