package io.tierkeeper.lab.qdrant.emulator.cluster;

import io.qdrant.client.grpc.Collections.ShardTransferMethod;
import io.qdrant.client.grpc.Common.Filter;
import org.jspecify.annotations.Nullable;

/** A running copy of a shard, or with a filter of some of its points into another shard. */
public record Transfer(
    Key key,
    boolean sync,
    ShardTransferMethod method,
    @Nullable Filter filter) {

  /** What names a transfer. */
  public record Key(int shardId, @Nullable Integer toShardId, long from, long to) {

    public int targetShard() {
      return toShardId == null ? shardId : toShardId;
    }
  }

  public boolean filtered() {
    return filter != null;
  }

  public boolean involves(int shardId) {
    return key.shardId() == shardId || key.targetShard() == shardId;
  }
}
