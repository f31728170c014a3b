package io.tierkeeper.moves.plan;

import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.act.Mutation;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.observe.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Everything that a decision depends on.
 *
 * @param journal with its protocol {@link MoveJournal#assigned}
 */
public record Situation(
    Move move,
    Observation seen,
    MoveJournal journal,
    MoveSignals signals,
    Recollection memory,
    Instant now) {

  ClusterLayout layout() {
    return seen.layout();
  }

  /** Whether the layout has not changed for longer than the move's deadline. */
  boolean stuck() {
    return seen.unchangedFor().compareTo(move.settings().moveDeadline()) > 0;
  }

  /** Whether the layout has not changed for as long as a request can be in flight. */
  boolean settled() {
    return seen.unchangedFor().compareTo(move.settings().settle()) >= 0;
  }

  /** Whether a demotion has waited for its tenant for as long as the policy lets it. */
  boolean late() {
    Instant startedAt = journal.header().startedAt();
    return startedAt != null
        && now.isAfter(startedAt.plus(move.settings().demotion().maxWait()));
  }

  /**
   * A decision after which a late write of this move would do harm unnoticed: first it waits until such a write would
   * have arrived.
   */
  Decision onceWritesHaveArrived(Decision decision) {
    return awaitsWrites().orElse(decision);
  }

  /** The wait for such a write; empty where none can be under way. */
  Optional<Decision> awaitsWrites() {
    Instant uncertain = memory.uncertainWrite();
    return uncertain != null && now.isBefore(uncertain.plus(move.settings().settle()))
        ? Optional.of(new Decision.Wait(
            journal.step(),
            "WriteMaybeUnderWay",
            "Waiting until a write of this move that may still be under way would have arrived",
            Planner.POLL))
        : Optional.empty();
  }

  Decision onceWritesHaveArrived(Mutation mutation) {
    return onceWritesHaveArrived(new Decision.Mutate(mutation));
  }

  /** Takes the move back for this reason; where it already is on its way back for it, it can only wait. */
  Decision takeBack(Decision.TakeBack why) {
    return journal.abort().aborting() && why.reason().equals(journal.abort().abortReason())
        ? new Decision.Wait(why.step(), why.reason(), why.message(), Planner.SLOW_POLL)
        : why;
  }

  static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
