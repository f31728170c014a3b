package io.tierkeeper.qdrant;

/**
 * One replica of one shard as one peer sees it.
 *
 * @param points the engine's estimate, known only for shards that are local to the peer that was asked; else -1
 */
public record Replica(int shardId, long peerId, ShardKey key, ReplicaState state, long points) {}
