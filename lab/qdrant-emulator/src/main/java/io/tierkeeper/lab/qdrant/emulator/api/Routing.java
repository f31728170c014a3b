package io.tierkeeper.lab.qdrant.emulator.api;

import io.qdrant.client.grpc.Collections.ReplicaState;
import io.qdrant.client.grpc.Collections.ShardKey;
import io.qdrant.client.grpc.Points.ShardKeySelector;
import io.tierkeeper.lab.qdrant.emulator.cluster.CollectionState;
import io.tierkeeper.lab.qdrant.emulator.cluster.ReplicaSet;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which shards a request goes to, decided by one peer's view alone. */
final class Routing {

  private Routing() {}

  /** The shards that a read goes to. */
  static List<ReplicaSet> forRead(CollectionState collection, @Nullable ShardKeySelector selector) {
    requireNoFallbackWithoutKey(selector);
    if (selector == null) {
      return collection.shards().values().stream()
          .filter(shard -> !collection.custom() || shard.any(ReplicaSet::active))
          .toList();
    }
    if (selector.hasFallback()) {
      return withFallbackForRead(collection, single(selector), selector.getFallback());
    }
    List<ReplicaSet> shards = new ArrayList<>();
    for (ShardKey key : selector.getShardKeysList()) {
      List<ReplicaSet> found = collection.shardsOf(key);
      if (found.isEmpty()) {
        throw QdrantError.badRequest("Shard key " + CollectionState.print(key) + " not found");
      }
      shards.addAll(found);
    }
    return shards;
  }

  /** The groups of shards that a write goes to, one group per shard key; each takes the whole operation. */
  static List<List<ReplicaSet>> forWrite(
      CollectionState collection, @Nullable ShardKeySelector selector) {
    requireNoFallbackWithoutKey(selector);
    if (selector != null && selector.getShardKeysCount() == 0) {
      throw QdrantError.badInput("Empty shard keys selection");
    }
    if (selector == null) {
      if (collection.custom()) {
        throw QdrantError.badInput("Shard key not specified");
      }
      return List.of(List.copyOf(collection.shards().values()));
    }
    if (selector.hasFallback()) {
      return withFallbackForWrite(collection, single(selector), selector.getFallback());
    }
    List<List<ReplicaSet>> groups = new ArrayList<>();
    for (ShardKey key : selector.getShardKeysList()) {
      List<ReplicaSet> found = collection.shardsOf(key);
      if (found.isEmpty()) {
        throw QdrantError.badInput("Shard key " + CollectionState.print(key) + " not found");
      }
      groups.add(found);
    }
    return groups;
  }

  private static List<ReplicaSet> withFallbackForRead(
      CollectionState collection, ShardKey target, ShardKey fallback) {
    List<ReplicaSet> targets = collection.shardsOf(target);
    List<ReplicaSet> fallbacks = collection.shardsOf(fallback);
    if (!targets.isEmpty() && targets.stream().allMatch(shard -> shard.any(ReplicaSet::readable))) {
      return targets;
    }
    return requireFallback(targets, fallbacks, target, fallback);
  }

  private static List<List<ReplicaSet>> withFallbackForWrite(
      CollectionState collection, ShardKey target, ShardKey fallback) {
    List<ReplicaSet> targets = collection.shardsOf(target);
    List<ReplicaSet> fallbacks = collection.shardsOf(fallback);
    if (!targets.isEmpty() && targets.stream().allMatch(shard -> shard.any(ReplicaSet::active))) {
      return List.of(targets);
    }
    requireFallback(targets, fallbacks, target, fallback);
    boolean activating = targets.stream()
        .anyMatch(shard -> !shard.replicas().isEmpty()
            && shard.replicas().values().stream().allMatch(s -> s == ReplicaState.ActiveRead));
    return activating ? List.of(targets, fallbacks) : List.of(fallbacks);
  }

  private static List<ReplicaSet> requireFallback(
      List<ReplicaSet> targets, List<ReplicaSet> fallbacks, ShardKey target, ShardKey fallback) {
    if (!fallbacks.isEmpty()) {
      return fallbacks;
    }
    String neither = "Neither target shard key "
        + CollectionState.print(target)
        + " nor fallback shard key "
        + CollectionState.print(fallback);
    throw targets.isEmpty()
        ? QdrantError.notFound(neither + " exist not found")
        : QdrantError.shardUnavailable(neither + " have active replicas");
  }

  private static ShardKey single(ShardKeySelector selector) {
    if (selector.getShardKeysCount() != 1) {
      requireNoFallback(selector);
    }
    return selector.getShardKeys(0);
  }

  private static String debug(ShardKey key) {
    return key.hasNumber()
        ? "Number(" + key.getNumber() + ")"
        : "Keyword(\"" + key.getKeyword() + "\")";
  }

  private static void requireNoFallbackWithoutKey(@Nullable ShardKeySelector selector) {
    if (selector != null && selector.getShardKeysCount() == 0) {
      requireNoFallback(selector);
    }
  }

  private static void requireNoFallback(@Nullable ShardKeySelector selector) {
    if (selector != null && selector.hasFallback()) {
      throw new QdrantError(
          QdrantError.Kind.VALIDATION,
          "Fallback shard key Some(ShardKey { key: Some("
              + debug(selector.getFallback())
              + ") }) can be set only when a single shard key is provided");
    }
  }
}
