package io.tierkeeper.lab.qdrant.emulator.cluster;

import io.qdrant.client.grpc.Collections.ReplicaState;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a peer calls itself ready: after a start not before every local replica that was found unwell has healed or
 * vanished, and never again unready after that. It makes one step per question, so the first answer is no.
 */
final class Readiness {

  private final PeerNode node;
  private @Nullable Set<PeerNode.ShardRef> unwell;
  private boolean ready;

  Readiness(PeerNode node) {
    this.node = node;
  }

  synchronized boolean poll() {
    if (ready) {
      return true;
    }
    if (unwell == null) {
      unwell = new HashSet<>(found());
      return false;
    }
    unwell.retainAll(found());
    ready = unwell.isEmpty();
    return ready;
  }

  private Set<PeerNode.ShardRef> found() {
    Set<PeerNode.ShardRef> found = new HashSet<>();
    for (CollectionState collection : node.view().collections().values()) {
      for (ReplicaSet shard : collection.shards().values()) {
        ReplicaState state = shard.replicas().get(node.peerId());
        if (state != null && !ReplicaSet.healthy(state)) {
          found.add(new PeerNode.ShardRef(collection.name(), shard.shardId()));
        }
      }
    }
    return found;
  }
}
