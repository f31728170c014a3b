package io.tierkeeper.qdrant;

import org.jspecify.annotations.Nullable;

/**
 * A running transfer as one peer lists it.
 *
 * @param toShardId the receiving shard where it differs from the sending one (replicate_points), else null
 */
public record ShardTransfer(
    int shardId, @Nullable Integer toShardId, long fromPeer, long toPeer, boolean sync) {

  /** Whether the shard sends or receives in this transfer. */
  public boolean touches(int shard) {
    return shardId == shard || (toShardId != null && toShardId == shard);
  }
}
