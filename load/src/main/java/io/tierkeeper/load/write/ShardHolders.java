package io.tierkeeper.load.write;

import io.tierkeeper.qdrant.PeerView;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Which peers have the shard of a key, as it was a while ago. Any peer takes a write; one without the shard passes it on. */
final class ShardHolders {
  private static final long MAX_AGE_NANOS = 10_000_000_000L;

  private final List<QdrantWrites> peers;
  private final String collection;
  private volatile Known known = new Known(Map.of(), System.nanoTime() - MAX_AGE_NANOS);

  private record Known(Map<ShardKey, List<QdrantWrites>> holders, long at) {
    private boolean isOld() {
      return System.nanoTime() - at >= MAX_AGE_NANOS;
    }
  }

  ShardHolders(List<QdrantWrites> peers, String collection) {
    this.peers = peers;
    this.collection = collection;
  }

  /** The peers with an active replica of the key, or of the fallback where there is no such key; all peers where that is not known. */
  List<QdrantWrites> of(ShardKey target, ShardKey fallback) {
    if (peers.size() == 1) {
      return peers;
    }
    Known now = known;
    if (now.isOld()) {
      now = read();
    }
    List<QdrantWrites> found = now.holders().get(target);
    return found == null ? now.holders().getOrDefault(fallback, peers) : found;
  }

  /** For a while all peers take turns: a call has failed. */
  void distrust() {
    known = new Known(Map.of(), System.nanoTime());
  }

  private Known read() {
    Known read;
    try {
      PeerView view = peers.getFirst().view(collection).orElse(null);
      read = new Known(view == null ? Map.of() : holders(view.replicas()), System.nanoTime());
    } catch (QdrantException e) {
      // Only a shorter way: the write itself tells what is wrong.
      read = new Known(Map.of(), System.nanoTime());
    }
    known = read;
    return read;
  }

  private Map<ShardKey, List<QdrantWrites>> holders(List<Replica> replicas) {
    Map<ShardKey, Set<Long>> ids = replicas.stream()
        .filter(replica -> replica.state() == ReplicaState.ACTIVE)
        .collect(Collectors.groupingBy(
            Replica::key,
            Collectors.mapping(Replica::peerId, Collectors.toCollection(HashSet::new))));
    Map<Long, QdrantWrites> byId = new HashMap<>();
    peers.forEach(peer -> byId.put(peer.status().peerId(), peer));
    Map<ShardKey, List<QdrantWrites>> holders = new HashMap<>();
    ids.forEach((key, of) -> {
      List<QdrantWrites> found =
          of.stream().filter(byId::containsKey).map(byId::get).toList();
      if (!found.isEmpty()) {
        holders.put(key, found);
      }
    });
    return holders;
  }
}
