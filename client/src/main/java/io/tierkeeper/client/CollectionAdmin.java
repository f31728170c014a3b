package io.tierkeeper.client;

import io.qdrant.client.ShardKeyFactory;
import io.qdrant.client.grpc.Collections.CollectionClusterInfoRequest;
import io.qdrant.client.grpc.Collections.CollectionClusterInfoResponse;
import io.qdrant.client.grpc.Collections.CollectionExistsRequest;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CreateShardKey;
import io.qdrant.client.grpc.Collections.CreateShardKeyRequest;
import io.qdrant.client.grpc.Collections.DeleteCollection;
import io.qdrant.client.grpc.Collections.GetCollectionInfoRequest;
import io.qdrant.client.grpc.Collections.ShardKey;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The collection as a whole. Creates it in the layout that Tierkeeper serves, and deletes it only where that takes nothing from a
 * tenant that Tierkeeper governs.
 */
public final class CollectionAdmin {

  private final ClientConfig config;
  private final Calls calls;

  CollectionAdmin(ClientConfig config, Calls calls) {
    this.config = config;
    this.calls = calls;
  }

  /** Whether the collection is there. */
  public boolean exists() {
    CollectionExistsRequest request = CollectionExistsRequest.newBuilder()
        .setCollectionName(config.collection())
        .build();
    return Calls.join(calls.read(
            "collection_exists",
            (connection, deadline) ->
                connection.collections().withDeadline(deadline).collectionExists(request)))
        .getResult()
        .getExists();
  }

  /**
   * Creates the collection with the vector size and distance of the configuration.
   *
   * @throws TenantClientException.InvalidRequest if the configuration has no vector size
   */
  public boolean create() {
    Integer size = config.vectorSize();
    if (size == null) {
      throw new TenantClientException.InvalidRequest(
          "vectorSize (VECTOR_SIZE) is not configured", null);
    }
    return create(CollectionSpec.of(size, config.distance()));
  }

  /**
   * Creates the collection: custom sharding, the fallback shard key with one shard, the index on the tenant field, graphs for each
   * tenant instead of one over all. A call that failed half-way may be repeated and completes it. A collection that this client did
   * not create is left as it is.
   *
   * @return whether the collection was created by this client, now or earlier
   */
  public boolean create(CollectionSpec spec) {
    if (!exists()) {
      var request = CollectionLayout.create(config, spec);
      try {
        Calls.join(calls.send(
            "create_collection",
            Calls.Kind.ADMIN,
            (connection, deadline) ->
                connection.collections().withDeadline(deadline).create(request)));
      } catch (TenantClientException.InvalidRequest e) {
        // Another process, or an attempt of this call without an answer, may have been first.
        if (!exists()) {
          throw e;
        }
      }
    }
    if (!CollectionLayout.isCreatedByClient(metadata())) {
      return false;
    }
    if (!shardKeys().contains(ShardKeyFactory.shardKey(config.fallbackShardKey()))) {
      createFallback(spec.replicationFactor());
    }
    var index = CollectionLayout.tenantIndex(config, spec.tenantIndex());
    Calls.join(calls.send(
        "create_field_index",
        Calls.Kind.ADMIN,
        (connection, deadline) ->
            connection.points().withDeadline(deadline).createFieldIndex(index)));
    return true;
  }

  private void createFallback(int replicas) {
    ShardKey fallback = ShardKeyFactory.shardKey(config.fallbackShardKey());
    CreateShardKeyRequest request = CreateShardKeyRequest.newBuilder()
        .setCollectionName(config.collection())
        .setRequest(CreateShardKey.newBuilder()
            .setShardKey(fallback)
            .setShardsNumber(1)
            .setReplicationFactor(replicas))
        .build();
    try {
      Calls.join(calls.send(
          "create_shard_key",
          Calls.Kind.ADMIN,
          (connection, deadline) ->
              connection.collections().withDeadline(deadline).createShardKey(request)));
    } catch (TenantClientException.InvalidRequest e) {
      if (!shardKeys().contains(fallback)) {
        throw e;
      }
    }
  }

  /**
   * Deletes the collection, with the points of all tenants. Refused unless all of this holds:
   *
   * <ul>
   *   <li>this client has created the collection, which its metadata shows;
   *   <li>the metadata does not name a TieredCollection that it was created for ({@code tierkeeper.io/created-for});
   *   <li>no tenant has a dedicated shard key, and no move has left a working shard key.
   * </ul>
   *
   * <p>A TieredCollection that has moved nothing yet and is not in the metadata cannot be seen in Qdrant: delete the resource first.
   *
   * @param name of the collection, once more, so that a wrong configuration deletes nothing
   * @return whether it was there
   * @throws TenantClientException.GovernedCollection if it is refused; the message says why
   */
  public boolean delete(String name) {
    if (!name.equals(config.collection())) {
      throw new TenantClientException.InvalidRequest(
          "the collection to delete is " + name + ", the configuration has " + config.collection(),
          null);
    }
    if (!exists()) {
      return false;
    }
    requireUngoverned();
    DeleteCollection request =
        DeleteCollection.newBuilder().setCollectionName(config.collection()).build();
    Calls.join(calls.send(
        "delete_collection",
        Calls.Kind.ADMIN,
        (connection, deadline) ->
            connection.collections().withDeadline(deadline).delete(request)));
    return true;
  }

  private void requireUngoverned() {
    Map<String, Value> metadata = metadata();
    String owner = CollectionLayout.tieredCollection(metadata);
    if (!owner.isEmpty()) {
      throw refusal("it was created for TieredCollection " + owner
          + "; delete it without the client, after that resource");
    }
    if (!CollectionLayout.isCreatedByClient(metadata)) {
      throw refusal("this client has not created it");
    }
    Set<ShardKey> others = shardKeys();
    others.remove(ShardKeyFactory.shardKey(config.fallbackShardKey()));
    if (!others.isEmpty()) {
      throw refusal("it has the shard keys "
          + others.stream()
              .limit(5)
              .map(key -> key.hasKeyword() ? key.getKeyword() : Long.toString(key.getNumber()))
              .collect(Collectors.joining(", "))
          + " in addition to the fallback: tenants were promoted, or a move is not over");
    }
  }

  private TenantClientException refusal(String why) {
    return new TenantClientException.GovernedCollection(
        "collection " + config.collection() + " is not deleted: " + why);
  }

  private Map<String, Value> metadata() {
    return info().getConfig().getMetadataMap();
  }

  /** What Qdrant says of the collection, over all tenants. */
  public CollectionInfo info() {
    GetCollectionInfoRequest request = GetCollectionInfoRequest.newBuilder()
        .setCollectionName(config.collection())
        .build();
    return Calls.join(calls.read(
            "get_collection",
            (connection, deadline) ->
                connection.collections().withDeadline(deadline).get(request)))
        .getResult();
  }

  /** Not by the method that lists them, which servers before 1.16.2 lack. */
  private Set<ShardKey> shardKeys() {
    CollectionClusterInfoRequest request = CollectionClusterInfoRequest.newBuilder()
        .setCollectionName(config.collection())
        .build();
    CollectionClusterInfoResponse info = Calls.join(calls.read(
        "collection_cluster_info",
        (connection, deadline) ->
            connection.collections().withDeadline(deadline).collectionClusterInfo(request)));
    return Stream.concat(
            info.getLocalShardsList().stream()
                .filter(shard -> shard.hasShardKey())
                .map(shard -> shard.getShardKey()),
            info.getRemoteShardsList().stream()
                .filter(shard -> shard.hasShardKey())
                .map(shard -> shard.getShardKey()))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
