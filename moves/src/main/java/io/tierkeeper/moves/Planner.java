package io.tierkeeper.moves;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

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
      return withoutCollection(move, journal, signals);
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

  /** There is nothing left to move; a fence that is up must come down all the same. */
  private static Action withoutCollection(Move move, MoveJournal journal, MoveSignals signals) {
    if (!signals.abortRequested()) {
      return new Action.Fail(
          journal.step(),
          StallReason.COLLECTION_MISSING,
          "Qdrant knows no collection " + move.collection()
              + ". Restore it, and the move goes on; where it is gone for good, the command ends the move.",
          Curl.abort(move, true));
    }
    return journal.fencedAt() != null
        ? new Action.LiftFence(MoveStep.LIFT)
        : new Action.Complete(
            journal.step(),
            MovePhase.ABORTED,
            StallReason.COLLECTION_MISSING.apiName(),
            "The collection is gone; there is nothing left to move or to put back.");
  }

  /** What a person has agreed to who asks for the abort after having been told. */
  static boolean keyGivenUp(MoveJournal journal, MoveSignals signals) {
    return signals.abortRequested() && journal.stalledFor(StallReason.DEDICATED_KEY_VANISHED);
  }

  /** Somebody deleted the dedicated key; what is left of the tenant is in the fallback, which serves. */
  static Action vanished(Move move, MoveStep step, MoveSignals signals, String what) {
    return new Action.Fail(
        step,
        StallReason.DEDICATED_KEY_VANISHED,
        "The dedicated key " + move.tenant() + " is gone and this move did not delete it: " + what
            + " The fallback serves what is left, and takes the tenant's writes. If there is a "
            + "backup of the key, read the page before anything else. "
            + (signals.abortRequested()
                ? "The command takes the abort back, so that it can be asked for in the knowledge of this."
                : "The command ends the move with what is left."),
        Curl.abort(move, !signals.abortRequested()));
  }

  /** A transfer that is not this move's has not ended for longer than the deadline. */
  static Action foreignTransfer(Move move, MoveStep step, ClusterLayout layout) {
    return new Action.Fail(
        step,
        StallReason.FOREIGN_TRANSFER,
        "A transfer that this move did not start has run since before the deadline: "
            + layout.transfers()
            + ". Nothing is changed while it runs. If it still makes progress, wait; if not, the command aborts it.",
        Curl.abortTransfers(move, layout.transfers()));
  }

  static Action resharding(Move move, MoveStep step) {
    return new Action.Fail(
        step,
        StallReason.RESHARDING,
        "A resharding of the collection has run since before the deadline. Nothing is changed while it runs. "
            + "If it still makes progress, wait; if not, the command aborts it.",
        Curl.abortResharding(move));
  }

  /** What brings a key back whose replicas are not all Active: the others go if one is, else its own content is recovered. */
  static String bringBack(Move move, List<Replica> replicas) {
    if (replicas.stream().noneMatch(replica -> replica.state() == ReplicaState.ACTIVE)) {
      return Curl.recoverOwn(move, replicas.get(0));
    }
    return replicas.stream()
        .filter(replica -> replica.state() != ReplicaState.ACTIVE)
        .map(replica -> Curl.dropReplica(move, replica.shardId(), replica.peerId()))
        .collect(Collectors.joining("; "));
  }

  /** Shard and peer of each, for people. */
  static String places(List<Replica> replicas) {
    return replicas.stream()
        .map(replica -> "shard " + replica.shardId() + " " + replica.state() + " on peer "
            + Long.toUnsignedString(replica.peerId()))
        .collect(Collectors.joining(", "));
  }

  private static Action unclear(Move move, Observation seen, MoveJournal journal, String why) {
    boolean late = seen.unchangedFor().compareTo(move.settings().moveDeadline()) > 0;
    if (late && seen.layout().disagreement().isEmpty()) {
      return unreadable(move, seen, journal, why);
    }
    if (late) {
      List<String> hosts = seen.layout().laggards();
      return new Action.Fail(
          journal.step(),
          StallReason.PEERS_DISAGREE,
          "The peers have not agreed for " + seen.unchangedFor().toSeconds() + " s: " + why
              + ". Nothing is changed until every peer answers and all show the same.",
          hosts.isEmpty() ? Curl.cluster() : Curl.restartPods(hosts));
    }
    return new Action.Wait(
        journal.step(),
        seen.layout().silent().isEmpty() ? "PeersDisagree" : "PeerSilent",
        "Waiting: " + why,
        POLL);
  }

  /** All peers agree, but a count in the fallback fails. */
  private static Action unreadable(Move move, Observation seen, MoveJournal journal, String why) {
    List<Replica> replicas = seen.layout().replicas(move.fallback());
    boolean sound = seen.layout().fallbackFault(move.fallback()).isEmpty();
    String message = why + ", for " + seen.unchangedFor().toSeconds() + " s. ";
    return replicas.isEmpty() || sound
        ? new Action.Fail(
            journal.step(),
            StallReason.FALLBACK_UNREADABLE,
            message
                + "The command tries the same count: its answer says why it is refused. If it is the strict "
                + "mode of the collection, the page says what to allow.",
            Curl.count(move))
        : new Action.Fail(
            journal.step(),
            StallReason.FALLBACK_UNREADABLE,
            message + "The fallback key is not Active (" + places(replicas)
                + "): every tenant in it is affected. The command brings it back from its own content, on that peer.",
            bringBack(move, replicas));
  }
}
