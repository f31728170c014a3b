package io.tierkeeper.migrate;

import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.CreateShardKey;
import io.qdrant.client.grpc.Collections.CreateShardKeyRequest;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.ShardKey;
import io.qdrant.client.grpc.Collections.ShardingMethod;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.contract.QdrantBackend;
import io.tierkeeper.qdrant.contract.RawPeer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Collections of the layouts that users come from, and what is in collections. */
record SourceLayouts(QdrantBackend backend) {
  static final String FIELD = "group_id";
  static final int DIMENSIONS = 4;

  /** A collection with automatic sharding. */
  void automatic(String name, int shards) {
    create(name, shards, ShardingMethod.Auto);
  }

  /** A collection with custom sharding whose fallback key has two shards. */
  void twoShards(String name, String fallback) {
    create(name, 1, ShardingMethod.Custom);
    try (RawPeer peer = backend.raw(0)) {
      peer.collections()
          .createShardKey(CreateShardKeyRequest.newBuilder()
              .setCollectionName(name)
              .setRequest(CreateShardKey.newBuilder()
                  .setShardKey(ShardKey.newBuilder().setKeyword(fallback))
                  .setShardsNumber(2))
              .build());
    }
  }

  private void create(String name, int shards, ShardingMethod method) {
    try (RawPeer peer = backend.raw(0)) {
      peer.collections()
          .create(CreateCollection.newBuilder()
              .setCollectionName(name)
              .setShardNumber(shards)
              .setShardingMethod(method)
              .setVectorsConfig(VectorsConfig.newBuilder()
                  .setParams(
                      VectorParams.newBuilder().setSize(DIMENSIONS).setDistance(Distance.Euclid)))
              .build());
    }
  }

  QdrantWrites port() {
    return backend.cluster().peers().getFirst();
  }

  static Point point(PointId id, String tenant, long version) {
    long seed = id.toString().hashCode();
    return new Point(
        id,
        new TreeMap<>(Map.of(FIELD, tenant, "version", version, "text", "point " + id)),
        Map.of("", new PointVector.Dense(new float[] {seed % 7, seed % 5, version, 1})));
  }

  /** All points of a collection or an alias, by id, without the mark of a migration. */
  Map<PointId, Map<String, Object>> payloads(String name) {
    Map<PointId, Map<String, Object>> found = new LinkedHashMap<>();
    ScrollRequest request = ScrollRequest.whole(name, ShardSelector.all(), null, 10_000);
    port().scroll(request).points().forEach(point -> {
      Map<String, Object> payload = new TreeMap<>(point.payload());
      payload.remove(TargetSide.MARK);
      found.put(point.id(), payload);
    });
    return found;
  }

  /** The collections that exist. */
  List<String> collections() {
    return port().collections().stream().sorted().toList();
  }
}
