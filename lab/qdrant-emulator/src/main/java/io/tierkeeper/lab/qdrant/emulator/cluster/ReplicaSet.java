package io.tierkeeper.lab.qdrant.emulator.cluster;

import io.qdrant.client.grpc.Collections.ReplicaState;
import io.qdrant.client.grpc.Collections.ShardKey;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A shard with the state of each of its replicas.
 *
 * @param born index of the log entry that made it: shard ids are used again, this is not
 */
public record ReplicaSet(
    int shardId, @Nullable ShardKey key, SortedMap<Long, ReplicaState> replicas, long born) {

  public ReplicaSet {
    replicas = Collections.unmodifiableSortedMap(new TreeMap<>(replicas));
  }

  /** Hands over the shard key, where the shard has one. */
  public void ifKeyed(Consumer<ShardKey> action) {
    if (key != null) {
      action.accept(key);
    }
  }

  ReplicaSet with(long peer, ReplicaState state) {
    SortedMap<Long, ReplicaState> changed = new TreeMap<>(replicas);
    changed.put(peer, state);
    return new ReplicaSet(shardId, key, changed, born);
  }

  ReplicaSet without(long peer) {
    SortedMap<Long, ReplicaState> changed = new TreeMap<>(replicas);
    changed.remove(peer);
    return new ReplicaSet(shardId, key, changed, born);
  }

  public boolean any(Predicate<ReplicaState> state) {
    return replicas.values().stream().anyMatch(state);
  }

  public List<Long> peers(Predicate<ReplicaState> state) {
    return replicas.entrySet().stream()
        .filter(e -> state.test(e.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  public static boolean active(ReplicaState state) {
    return state == ReplicaState.Active;
  }

  public static boolean readable(ReplicaState state) {
    return state == ReplicaState.Active
        || state == ReplicaState.ActiveRead
        || state == ReplicaState.ReshardingScaleDown;
  }

  public static boolean updatable(ReplicaState state) {
    return state != ReplicaState.Dead
        && state != ReplicaState.Recovery
        && state != ReplicaState.PartialSnapshot
        && state != ReplicaState.ManualRecovery;
  }

  /** States that suffice for an update that no other replica took. */
  public static boolean soleReceiver(ReplicaState state) {
    return readable(state) || state == ReplicaState.Resharding;
  }

  /** States with which a node may call itself ready after a start. */
  static boolean healthy(ReplicaState state) {
    return state == ReplicaState.Active || state == ReplicaState.Listener;
  }
}
