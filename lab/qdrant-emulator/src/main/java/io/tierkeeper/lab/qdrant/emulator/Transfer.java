package io.tierkeeper.lab.qdrant.emulator;

import io.qdrant.client.grpc.Collections.ShardTransferMethod;
import io.qdrant.client.grpc.Common.Filter;
import org.jspecify.annotations.Nullable;

/** A running copy of a shard, or with a filter of some of its points into another shard. */
record Transfer(
    Key key,
    boolean sync,
    ShardTransferMethod method,
    @Nullable Filter filter) {

  /** What names a transfer. */
  record Key(int shardId, @Nullable Integer toShardId, long from, long to) {

    int targetShard() {
      return toShardId == null ? shardId : toShardId;
    }
  }

  boolean filtered() {
    return filter != null;
  }

  boolean involves(int shardId) {
    return key.shardId() == shardId || key.targetShard() == shardId;
  }
}
