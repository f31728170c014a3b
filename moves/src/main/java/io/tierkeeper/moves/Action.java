package io.tierkeeper.moves;

import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardTransfer;
import java.time.Duration;
import java.time.Instant;

/** What comes next in a move: one record per idempotent deed, and the words for waiting and ending. */
sealed interface Action {

  /** The step that it belongs to. */
  MoveStep step();

  /** It changes Qdrant or the tenant's writers: intent first, leadership asked, result recorded. */
  sealed interface Deed extends Action {}

  record CreateKey(MoveStep step, KeyTemplate template) implements Deed {}

  record DeleteKey(MoveStep step, ShardKey key) implements Deed {}

  /** The one call that must never be repeated blindly. */
  record StartReplication(MoveStep step) implements Deed {}

  record AbortTransfer(MoveStep step, ShardTransfer transfer) implements Deed {}

  record ReplicateShard(MoveStep step, int shardId, long fromPeer, long toPeer) implements Deed {}

  record MoveShard(MoveStep step, int shardId, long fromPeer, long toPeer) implements Deed {}

  record DropReplica(MoveStep step, int shardId, long peerId) implements Deed {}

  /** Goes on comparing the source with the dedicated key; brings late writes over. */
  record Verify(MoveStep step) implements Deed {}

  /** Goes on deleting verified points from the fallback. */
  record DeleteSource(MoveStep step) implements Deed {}

  /**
   * Goes on copying the dedicated key into the fallback.
   *
   * @param sourceWins points of the tenant in the fallback that nobody marked are old copies
   */
  record Copy(MoveStep step, boolean sourceWins) implements Deed {}

  /** Starts the transfer into the dedicated key that is to be aborted at once, and aborts it. */
  record Freeze(MoveStep step, ShardTransfer transfer) implements Deed {}

  /** Recovers the frozen shard's snapshot into the own key, which becomes Active by it. */
  record RecoverFrozen(MoveStep step, int fromShard, long fromPeer, int toShard, long toPeer)
      implements Deed {}

  /** Goes on merging what the dedicated key took after the last pass. */
  record Merge(MoveStep step) implements Deed {}

  record RaiseFence(MoveStep step) implements Deed {}

  record LiftFence(MoveStep step) implements Deed {}

  /** Takes the snapshot of the dedicated shard that the policy wants before a demotion; it stays. */
  record Snapshot(MoveStep step, int shardId, long peerId) implements Deed {}

  /** Makes a waiting write to the dedicated key, so that its queue is drained. */
  record Drain(MoveStep step) implements Deed {}

  record RemoveMarks(MoveStep step) implements Deed {}

  /** Recovers the frozen shard's own snapshot into itself: it becomes Active again. */
  record Revive(MoveStep step, int shardId, long peerId) implements Deed {}

  /**
   * Takes what clients wrote into the fallback during a freeze back to the dedicated key.
   *
   * @param concludes whether no freeze can come any more, so that a pass that finds nothing is the last
   */
  record GiveBack(MoveStep step, boolean concludes) implements Deed {}

  /** Goes on deleting this move's copies from the fallback. */
  record RemoveCopies(MoveStep step) implements Deed {}

  /** Records that every peer has shown the dedicated key Active, twice. */
  record RecordActive(MoveStep step) implements Action {}

  /** Goes on reading the fallback as it is before a copy is started. */
  record LookBefore(MoveStep step) implements Action {}

  /** Goes on reading both keys for the baseline. */
  record LookFirst(MoveStep step) implements Action {}

  /** Clears what the journal says of a failed attempt and sets the back-off. */
  record StartOver(MoveStep step, Instant notBefore) implements Action {}

  /** The move is to be taken back as a demotion. */
  record Undo(MoveStep step) implements Action {}

  /** From here on the move is taken back. */
  record Compensate(MoveStep step, String reason, String message) implements Action {}

  record Wait(MoveStep step, String reason, String message, Duration after) implements Action {}

  /** The end: {@link MovePhase#SUCCEEDED} or {@link MovePhase#ABORTED}. */
  record Complete(MoveStep step, MovePhase phase, String reason, String message)
      implements Action {}

  /** A person is needed. */
  record Fail(MoveStep step, Stall stall) implements Action {
    Fail(MoveStep step, StallReason reason, String message, String command) {
      this(step, new Stall(reason, message, command));
    }
  }
}
