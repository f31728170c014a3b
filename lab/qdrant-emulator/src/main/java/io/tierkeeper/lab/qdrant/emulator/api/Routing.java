package io.tierkeeper.lab.qdrant.emulator.api;

import io.qdrant.client.grpc.Collections.ReplicaState;
import io.qdrant.client.grpc.Collections.ShardKey;
import io.qdrant.client.grpc.Points.ShardKeySelector;
import io.tierkeeper.lab.qdrant.emulator.cluster.CollectionState;
import io.tierkeeper.lab.qdrant.emulator.cluster.ReplicaSet;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which shards a request goes to, decided by one peer's view alone. */
final class Routing {

  private Routing() {}

  /** The shards that a read goes to. */
  static List<ReplicaSet> forRead(CollectionState collection, @Nullable ShardKeySelector selector) {
    requireOneKeyWithFallback(selector);
    if (selector == null) {
      return collection.shards().values().stream()
          .filter(shard -> !collection.custom() || shard.any(ReplicaSet::active))
          .toList();
    }
    if (!selector.hasFallback()) {
      return groups(collection, selector, QdrantError::badRequest).stream()
          .flatMap(List::stream)
          .toList();
    }
    List<ReplicaSet> targets = collection.shardsOf(selector.getShardKeys(0));
    return everyShardHas(targets, ReplicaSet::readable)
        ? targets
        : fallback(collection, selector, targets);
  }

  /** The groups of shards that a write goes to, one group per shard key; each takes the whole operation. */
  static List<List<ReplicaSet>> forWrite(
      CollectionState collection, @Nullable ShardKeySelector selector) {
    requireOneKeyWithFallback(selector);
    if (selector != null && selector.getShardKeysCount() == 0) {
      throw QdrantError.badInput("Empty shard keys selection");
    }
    if (selector == null) {
      if (collection.custom()) {
        throw QdrantError.badInput("Shard key not specified");
      }
      return List.of(List.copyOf(collection.shards().values()));
    }
    if (!selector.hasFallback()) {
      return groups(collection, selector, QdrantError::badInput);
    }
    List<ReplicaSet> targets = collection.shardsOf(selector.getShardKeys(0));
    if (everyShardHas(targets, ReplicaSet::active)) {
      return List.of(targets);
    }
    List<ReplicaSet> fallbacks = fallback(collection, selector, targets);
    boolean activating = targets.stream()
        .anyMatch(shard -> !shard.replicas().isEmpty()
            && shard.replicas().values().stream().allMatch(s -> s == ReplicaState.ActiveRead));
    return activating ? List.of(targets, fallbacks) : List.of(fallbacks);
  }

  private static List<List<ReplicaSet>> groups(
      CollectionState collection,
      ShardKeySelector selector,
      Function<String, QdrantError> rejection) {
    List<List<ReplicaSet>> groups = new ArrayList<>();
    for (ShardKey key : selector.getShardKeysList()) {
      List<ReplicaSet> found = collection.shardsOf(key);
      if (found.isEmpty()) {
        throw rejection.apply("Shard key " + CollectionState.print(key) + " not found");
      }
      groups.add(found);
    }
    return groups;
  }

  private static boolean everyShardHas(List<ReplicaSet> shards, Predicate<ReplicaState> state) {
    return !shards.isEmpty() && shards.stream().allMatch(shard -> shard.any(state));
  }

  private static List<ReplicaSet> fallback(
      CollectionState collection, ShardKeySelector selector, List<ReplicaSet> targets) {
    List<ReplicaSet> fallbacks = collection.shardsOf(selector.getFallback());
    if (!fallbacks.isEmpty()) {
      return fallbacks;
    }
    String neither = "Neither target shard key %s nor fallback shard key %s"
        .formatted(
            CollectionState.print(selector.getShardKeys(0)),
            CollectionState.print(selector.getFallback()));
    throw targets.isEmpty()
        ? QdrantError.notFound(neither + " exist not found")
        : QdrantError.shardUnavailable(neither + " have active replicas");
  }

  private static void requireOneKeyWithFallback(@Nullable ShardKeySelector selector) {
    if (selector != null && selector.hasFallback() && selector.getShardKeysCount() != 1) {
      ShardKey fallback = selector.getFallback();
      String shown = fallback.hasNumber()
          ? "Number(" + fallback.getNumber() + ")"
          : "Keyword(\"" + fallback.getKeyword() + "\")";
      throw QdrantError.validation(
          "Fallback shard key Some(ShardKey { key: Some(%s) }) can be set only when a single shard key is provided"
              .formatted(shown));
    }
  }
}
