package io.tierkeeper.qdrant;

import java.util.List;

/**
 * What one peer has applied of a collection's layout; peers may lag behind each other.
 *
 * @param resharding the number of resharding operations the peer lists
 */
public record PeerView(
    long peerId, List<Replica> replicas, List<ShardTransfer> transfers, int resharding) {

  /** The replicas of a key; empty where the key does not exist. */
  public List<Replica> replicasOf(ShardKey key) {
    return replicas.stream().filter(replica -> replica.key().equals(key)).toList();
  }

  /** Whether the key has at least one shard in this view. */
  public boolean has(ShardKey key) {
    return replicas.stream().anyMatch(replica -> replica.key().equals(key));
  }
}
