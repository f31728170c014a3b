package io.tierkeeper.moves.plan;

import io.tierkeeper.moves.Abort;
import io.tierkeeper.moves.JournalHeader;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Protocol.DemotionState;
import io.tierkeeper.moves.act.DeleteKey;
import io.tierkeeper.moves.act.LiftFence;
import io.tierkeeper.moves.act.Mutation;
import io.tierkeeper.moves.act.RemoveCopies;
import io.tierkeeper.moves.act.ReplicateShard;
import io.tierkeeper.moves.act.UnderWay;
import io.tierkeeper.moves.act.WriteBack;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.observe.KeyState;
import io.tierkeeper.moves.observe.Observation;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ShardKey;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The way of a demotion back to an Active dedicated key: compare, then remove what the move has made, then say so. */
final class ReversalPlanner {

  private final Situation situation;
  private final boolean mayBeFenced;
  private final Move move;
  private final Observation seen;
  private final ClusterLayout layout;
  private final JournalHeader journal;
  private final Abort abort;
  private final UnderWay underWay;

  /** @param mayBeFenced the writers may be paused; the answer to raising the fence may have been lost */
  ReversalPlanner(Situation situation, boolean mayBeFenced) {
    this.situation = situation;
    this.mayBeFenced = mayBeFenced;
    this.move = situation.move();
    this.seen = situation.seen();
    this.layout = situation.layout();
    this.journal = situation.journal().header();
    this.abort = situation.journal().abort();
    this.underWay = situation.memory().underWay();
  }

  Decision plan() {
    // First of all, so that the writers need not wait.
    if (mayBeFenced) {
      return mutate(new LiftFence(MoveStep.LIFT));
    }
    if (mayHoldNewer()) {
      // An outage of the dedicated key may have been unobserved. After one, writes that were routed
      // in it may still arrive.
      return mutate(
          new WriteBack(MoveStep.GIVE_BACK, situation.settled() || !journal.interrupted()));
    }
    Optional<Decision> arriving = situation.awaitsWrites();
    if (arriving.isPresent() && !underWay.marked()) {
      return arriving.get();
    }
    // Before the copies, so that no older journal takes their absence for a client's deletions.
    for (ShardKey key : List.of(move.thawedCopyKey(), move.freezeSourceKey())) {
      if (layout.state(key) != KeyState.ABSENT) {
        return mutate(new DeleteKey(MoveStep.REMOVE_COPIES, key));
      }
    }
    if (underWay.marked() || seen.marked() > 0) {
      return mutate(new RemoveCopies(MoveStep.REMOVE_COPIES));
    }
    List<Replica> replicas = layout.replicas(move.dedicated());
    if (replicas.size() < Math.min(wanted(), layout.peers().size())) {
      List<Long> on = replicas.stream().map(Replica::peerId).toList();
      Optional<Long> target = layout.leastLoaded(on);
      if (target.isPresent()) {
        return mutate(new ReplicateShard(
            MoveStep.REMOVE_COPIES, replicas.get(0).shardId(), on.get(0), target.get()));
      }
    }
    return situation.onceWritesHaveArrived(new Decision.Complete(
        MoveStep.REMOVE_COPIES,
        MovePhase.ABORTED,
        abort.abortReason() == null ? "AbortRequested" : abort.abortReason(),
        message()));
  }

  /** As many replicas as before the move; a journal that does not know them may have been lost. */
  private int wanted() {
    int before = situation.journal().demotion().map(DemotionState::replicas).orElse(0);
    return before > 0 || journal.deeds() == 0 ? before : move.settings().replicationFactor();
  }

  /** Whether the fallback may hold writes of the tenant that the dedicated key lacks: this process has not compared them. */
  private boolean mayHoldNewer() {
    if (journal.interrupted() || underWay.writeBack()) {
      return true;
    }
    @Nullable Long left = situation.memory().leftInFallback();
    if (left != null && (underWay.marked() || situation.awaitsWrites().isPresent())) {
      // Counted once that is over.
      return false;
    }
    boolean nothingBegun = journal.deeds() == 0 && seen.marked() == 0;
    if (nothingBegun
        || (situation.journal().evidence().copied() == null && seen.inFallback() == 0)) {
      return false;
    }
    return left == null || seen.inFallback() - seen.marked() > left;
  }

  private String message() {
    String restored = abort.abortMessage() == null
        ? "Everything is restored: the tenant is in its dedicated key."
        : abort.abortMessage();
    return journal.deeds() > 0 && seen.inFallback() > 0
        ? restored + " The fallback " + move.fallback() + " also holds " + seen.inFallback()
            + " points of the tenant that this move did not copy and has left as they are."
        : restored;
  }

  private static Decision mutate(Mutation mutation) {
    return new Decision.Mutate(mutation);
  }
}
