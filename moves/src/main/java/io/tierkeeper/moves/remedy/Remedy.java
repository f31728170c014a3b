package io.tierkeeper.moves.remedy;

import io.tierkeeper.moves.Fence;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardTransfer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What resolves a stall, for a human to run. {@link RemedyRenderer} renders it as a command; what a command changes it
 * saves to a file first. A test runs the command of each variant.
 */
public sealed interface Remedy {

  /**
   * Saves these points as both keys have them and inserts those that the dedicated key lacks into it. Where both hold a point, it
   * changes nothing: either version may be the newer one.
   */
  record InsertFromFallback(List<PointId> ids) implements Remedy {}

  /** Saves these points as they were at the freeze and inserts those that the fallback lacks into it. */
  record TakeFromFrozen(List<PointId> ids) implements Remedy {}

  /**
   * Saves these points as the fallback has them, inserts those that the dedicated key lacks into it, and deletes them from
   * the fallback: what the tenant is served stays.
   */
  record KeepDedicated(List<PointId> ids) implements Remedy {}

  /** Saves these points, of any tenant, as both keys have them; changes nothing. */
  record SavePoints(List<PointId> ids) implements Remedy {}

  /** Saves these points as the dedicated key has them and removes the payload fields that are reserved for moves. */
  record RemoveMarkerFields(List<PointId> ids) implements Remedy {}

  /** Saves a shard's content to a file and recovers it into the same shard, which makes a sole replica Active. */
  record RecoverShard(Replica replica) implements Remedy {}

  /** Saves a shard of the dedicated key to a file and deletes the key. */
  record SaveAndDropKey(Replica replica) implements Remedy {}

  /**
   * Saves the shards of working keys that a move has left behind to files and deletes the keys, unless a transfer runs in the
   * collection.
   */
  record DropWorkingKeys(List<Replica> replicas) implements Remedy {}

  /**
   * Aborts these transfers, which also removes the replicas that they were creating.
   *
   * @param dropped replicas that stay behind and are dropped afterwards
   */
  record AbortTransfers(List<ShardTransfer> transfers, List<Place> dropped) implements Remedy {}

  /** Drops these replicas; Qdrant refuses to drop the last active one. */
  record DropReplicas(List<Place> replicas) implements Remedy {}

  /** Aborts the resharding of the collection. */
  record AbortResharding() implements Remedy {}

  /** Counts the tenant's points in the fallback; the answer says why a count is refused. */
  record CountFallback() implements Remedy {}

  /** Lists the first points of this key that are not the tenant's alone. */
  record ListForeignPoints(ShardKey key) implements Remedy {}

  /** Shows what the collection's strict mode forbids. */
  record ShowStrictMode() implements Remedy {}

  /** Shows a peer's view of the cluster. */
  record ShowCluster() implements Remedy {}

  /** Shows the shards of the collection. */
  record ShowShards() implements Remedy {}

  /** Restarts the pods behind these host names. */
  record RestartPods(List<String> hosts) implements Remedy {}

  /** Sets {@code spec.abort} of the TierMove. */
  record SetAbort(boolean abort) implements Remedy {}

  /** Sets {@code spec.fenced} of the TierMove: the tenant's writers are paused. */
  record ConfirmFence() implements Remedy {}

  /**
   * Lifts the fence.
   *
   * @param marker the point that the fence took away, as the journal keeps it; null where it is not known
   */
  record LiftFence(Fence fence, @Nullable String marker) implements Remedy {}

  /** One replica: which shard, on which peer. */
  record Place(int shardId, long peerId) {}
}
