package io.tierkeeper.moves;

import io.tierkeeper.governance.decision.Direction;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Decides what comes next from what Qdrant shows; pure, so the crash tables are its tests. */
final class Planner {

  static final Duration POLL = Duration.ofMillis(200);
  static final Duration SLOW_POLL = Duration.ofSeconds(2);

  private Planner() {}

  static Action plan(
      Move move, Observation seen, MoveJournal journal, MoveSignals signals, Instant now) {
    Optional<String> unclear = seen.unclear();
    if (unclear.isPresent()) {
      return unclear(move, seen, journal, unclear.get());
    }
    if (!seen.layout().exists()) {
      return new Action.Fail(
          journal.step(),
          "CollectionMissing",
          "Qdrant knows no collection " + move.collection(),
          "kubectl get tieredcollections -o wide");
    }
    boolean undo = isUndo(move, seen, journal);
    return move.direction() == Direction.DEMOTE || undo
        ? new DemotionPlanner(move, seen, journal, signals, now, undo).plan()
        : new PromotionPlanner(move, seen, journal, signals, now).plan();
  }

  /** Only an undo creates own keys or marks in a promotion, so that it is recognised without a journal. */
  static boolean isUndo(Move move, Observation seen, MoveJournal journal) {
    return move.direction() == Direction.PROMOTE
        && (journal.undo()
            || seen.marked() > 0
            || seen.layout().state(move.emptyKey()) != KeyState.ABSENT
            || seen.layout().state(move.frozenKey()) != KeyState.ABSENT);
  }

  private static Action unclear(Move move, Observation seen, MoveJournal journal, String why) {
    if (seen.unchangedFor().compareTo(move.settings().moveDeadline()) > 0) {
      return new Action.Fail(
          journal.step(),
          "PeersDisagree",
          "The peers have not agreed for " + seen.unchangedFor().toSeconds() + " s: " + why
              + ". Nothing is changed until every peer answers and all show the same.",
          "curl $QDRANT/cluster   # on every peer; restart or remove the one that lags");
    }
    return new Action.Wait(
        journal.step(),
        seen.layout().silent().isEmpty() ? "PeersDisagree" : "PeerSilent",
        "Waiting: " + why,
        POLL);
  }
}
