package io.tierkeeper.moves.plan;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.JournalHeader;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Protocol;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.observe.KeyState;
import io.tierkeeper.moves.observe.Observation;
import io.tierkeeper.moves.remedy.Remedy;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Decides what comes next from what Qdrant shows, so the crash tables are its tests. It changes nothing; of the counts it asks
 * for those only on which the decision depends.
 */
public final class Planner {

  public static final Duration POLL = Duration.ofMillis(200);
  public static final Duration SLOW_POLL = Duration.ofSeconds(2);

  /** In this order: nothing is concluded from an observation that the ones before have not let pass. */
  private static final List<Guard> GUARDS =
      List.of(CommonGuards::peersAgree, CommonGuards::collectionExists);

  private Planner() {}

  /** The whole decision of a step. */
  public static Decision plan(Situation situation) {
    for (Guard guard : GUARDS) {
      Optional<Decision> decision = guard.decide(situation);
      if (decision.isPresent()) {
        return decision.get();
      }
    }
    return switch (situation.journal().protocol()) {
      case Protocol.Promotion promotion -> new PromotionPlanner(situation, promotion).plan();
      case Protocol.Demotion demotion -> new DemotionPlanner(situation, demotion).plan();
      case Protocol.Unassigned stored ->
        throw new IllegalStateException("journal: its protocol must be assigned before a step");
    };
  }

  /** Only an undo creates working shard keys or marks in a promotion, so it is recognised without a journal. */
  public static boolean isUndo(Move move, Observation seen, MoveJournal journal) {
    return move.direction() == Direction.PROMOTE
        && (journal.undo()
            || seen.layout().state(move.freezeSourceKey()) != KeyState.ABSENT
            || seen.layout().state(move.thawedCopyKey()) != KeyState.ABSENT
            || seen.marked() > 0);
  }

  /** Whether an abort was requested in the knowledge that the dedicated key is gone. */
  static boolean keyGivenUp(JournalHeader journal, MoveSignals signals) {
    return signals.abortRequested() && journal.stalledFor(StallReason.DEDICATED_KEY_VANISHED);
  }

  /** Another client deleted the dedicated key; what is left of the tenant is in the fallback, which serves it. */
  static Decision vanished(Move move, MoveStep step, MoveSignals signals, String lost) {
    return new Decision.Stalled(
        step,
        StallReason.DEDICATED_KEY_VANISHED,
        "The dedicated key " + move.dedicated() + " is gone, and this move did not delete it: "
            + lost
            + " The fallback " + move.fallback()
            + " serves what is left and takes the tenant's writes. "
            + "If there is a backup of the key, read the runbook first. "
            + (signals.abortRequested()
                ? "An abort is already requested; the command revokes it, so that it can be requested again "
                    + "in the knowledge of this."
                : "The command ends the move with what is left."),
        new Remedy.SetAbort(!signals.abortRequested()));
  }

  /** A transfer that is not this move's has not ended for longer than the deadline. */
  static Decision foreignTransfer(Move move, MoveStep step, ClusterLayout layout) {
    return new Decision.Stalled(
        step,
        StallReason.FOREIGN_TRANSFER,
        "A transfer in collection " + move.collection()
            + " that this move did not start has been running for longer than the deadline of "
            + move.settings().moveDeadline().toSeconds() + " s: " + layout.transfers()
            + ". The move changes nothing while it runs. If it still makes progress, wait; if not, the "
            + "command aborts it.",
        new Remedy.AbortTransfers(layout.transfers(), List.of()));
  }

  static Decision resharding(Move move, MoveStep step) {
    return new Decision.Stalled(
        step,
        StallReason.RESHARDING,
        "A resharding of collection " + move.collection()
            + " has been running for longer than the deadline of "
            + move.settings().moveDeadline().toSeconds()
            + " s. The move changes nothing while it runs. If it still makes progress, wait; if not, the "
            + "command aborts it.",
        new Remedy.AbortResharding());
  }

  /** What returns a key to service whose replicas are not all Active: the others are dropped if one is, else its own content is recovered. */
  static Remedy returnToService(List<Replica> replicas) {
    if (replicas.stream().noneMatch(replica -> replica.state() == ReplicaState.ACTIVE)) {
      return new Remedy.RecoverShard(replicas.get(0));
    }
    return new Remedy.DropReplicas(replicas.stream()
        .filter(replica -> replica.state() != ReplicaState.ACTIVE)
        .map(replica -> new Remedy.Place(replica.shardId(), replica.peerId()))
        .toList());
  }
}
