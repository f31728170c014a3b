package io.tierkeeper.operator.move;

import io.tierkeeper.api.mapping.TimeText;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.Protocol.Promotion;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the requests in a TierMove, and the state of its resource, ask the engine for; pure. */
final class StepSignals {

  private StepSignals() {}

  /** What has been switched over and verified stays where it is, unless somebody asks for its return. */
  static boolean abortRequested(MoveCase move, MoveJournal journal) {
    return Boolean.TRUE.equals(move.subject().spec().abort())
        || (move.stop() || move.deleted()) && retainedUntil(journal) == null;
  }

  /** @param works whether the move may change shards now */
  static MoveSignals of(MoveCase move, MoveJournal journal, boolean works) {
    return new MoveSignals(
        abortRequested(move, journal) && works,
        Boolean.TRUE.equals(move.subject().spec().fenced()),
        move.undo() && works,
        works && (!move.deleteOnlyInWindows() || move.window().open() || move.deleted()),
        requestedEnd(move).orElse(null),
        move.version());
  }

  /** The end of the retention that {@code spec.retainUntil} requests; a TierMove that is being deleted ends it anyway. */
  static Optional<Instant> requestedEnd(MoveCase move) {
    return move.deleted()
        ? Optional.empty()
        : TimeText.read(move.subject().spec().retainUntil());
  }

  static @Nullable Instant retainedUntil(MoveJournal journal) {
    return journal.undo()
        ? null
        : journal.promotion().map(Promotion::retainedUntil).orElse(null);
  }
}
