package io.tierkeeper.lab.qdrant.emulator.cluster;

import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.Collections.ShardKey;
import io.qdrant.client.grpc.Collections.ShardingMethod;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What consensus says of one collection; immutable. */
public record CollectionState(
    CreateCollection config,
    SortedMap<String, PayloadSchemaInfo> indexes,
    SortedMap<Integer, ReplicaSet> shards,
    List<Transfer> transfers) {

  public CollectionState {
    indexes = Collections.unmodifiableSortedMap(new TreeMap<>(indexes));
    shards = Collections.unmodifiableSortedMap(new TreeMap<>(shards));
    transfers = List.copyOf(transfers);
  }

  public String name() {
    return config.getCollectionName();
  }

  public boolean custom() {
    return config.getShardingMethod() == ShardingMethod.Custom;
  }

  public Set<ShardKey> keys() {
    Set<ShardKey> keys = new LinkedHashSet<>();
    shards.values().forEach(shard -> {
      if (shard.key() != null) {
        keys.add(shard.key());
      }
    });
    return keys;
  }

  public List<ReplicaSet> shardsOf(ShardKey key) {
    return shards.values().stream().filter(shard -> key.equals(shard.key())).toList();
  }

  ReplicaSet requireShard(int shardId) {
    ReplicaSet shard = shards.get(shardId);
    if (shard == null) {
      throw QdrantError.notFound("shard " + shardId + " not found");
    }
    return shard;
  }

  @Nullable
  public Transfer transfer(Transfer.Key key) {
    return transfers.stream().filter(t -> t.key().equals(key)).findFirst().orElse(null);
  }

  CollectionState withConfig(CreateCollection changed) {
    return new CollectionState(changed, indexes, shards, transfers);
  }

  CollectionState withIndex(String field, PayloadSchemaInfo schema) {
    SortedMap<String, PayloadSchemaInfo> changed = new TreeMap<>(indexes);
    changed.put(field, schema);
    return new CollectionState(config, changed, shards, transfers);
  }

  CollectionState withoutIndex(String field) {
    SortedMap<String, PayloadSchemaInfo> changed = new TreeMap<>(indexes);
    changed.remove(field);
    return new CollectionState(config, changed, shards, transfers);
  }

  CollectionState withShard(ReplicaSet shard) {
    SortedMap<Integer, ReplicaSet> changed = new TreeMap<>(shards);
    changed.put(shard.shardId(), shard);
    return new CollectionState(config, indexes, changed, transfers);
  }

  CollectionState withoutKey(ShardKey key) {
    SortedMap<Integer, ReplicaSet> changed = new TreeMap<>(shards);
    changed.values().removeIf(shard -> key.equals(shard.key()));
    return new CollectionState(config, indexes, changed, transfers);
  }

  CollectionState withTransfer(Transfer transfer) {
    List<Transfer> changed = new ArrayList<>(transfers);
    changed.add(transfer);
    return new CollectionState(config, indexes, shards, changed);
  }

  CollectionState withoutTransfer(Transfer.Key key) {
    return new CollectionState(
        config,
        indexes,
        shards,
        transfers.stream().filter(t -> !t.key().equals(key)).toList());
  }

  /** A shard key as the engine prints it: keywords in double quotes, numbers without. */
  public static String print(ShardKey key) {
    return key.hasNumber()
        ? Long.toUnsignedString(key.getNumber())
        : "\"" + key.getKeyword() + "\"";
  }
}
