package io.tierkeeper.qdrant;

/**
 * How to create a shard key: always one shard and one replica, on exactly this peer.
 *
 * @param initialState {@link ReplicaState#ACTIVE} or {@link ReplicaState#PARTIAL}
 */
public record KeyTemplate(ShardKey key, long peerId, ReplicaState initialState) {
  public KeyTemplate {
    if (initialState != ReplicaState.ACTIVE && initialState != ReplicaState.PARTIAL) {
      throw new IllegalArgumentException(
          "initialState " + initialState + " of key " + key + " must be ACTIVE or PARTIAL");
    }
  }
}
