package io.tierkeeper.qdrant.contract;

import static io.tierkeeper.qdrant.contract.ContractScene.ACME;
import static io.tierkeeper.qdrant.contract.ContractScene.FALLBACK;
import static io.tierkeeper.qdrant.contract.ContractScene.TENANT_FIELD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qdrant.client.VectorsFactory;
import io.qdrant.client.grpc.Collections.IntegerIndexParams;
import io.qdrant.client.grpc.Collections.PayloadIndexParams;
import io.qdrant.client.grpc.Collections.UuidIndexParams;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.FacetCounts;
import io.qdrant.client.grpc.Points.FieldType;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.ShardKeySelector;
import io.qdrant.client.grpc.Points.UpsertPoints;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.CollectionTemplate.VectorTemplate;
import io.tierkeeper.qdrant.FacetHit;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.TenantId;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.settings.Distance;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Points without vectors, and values that the protocols and the indexes carry in different ways (section 15). */
public interface ValueContract {

  QdrantBackend backend();

  // ---- points without vectors

  @Test
  default void section15APointWithoutVectorsIsWrittenWhereVectorsHaveNames() {
    QdrantWrites port = backend().cluster().peers().get(0);
    String name = "contract-" + UUID.randomUUID();
    port.createCollection(new CollectionTemplate(
        name, Map.of("text", new VectorTemplate.Dense(4, Distance.DOT)), 1, 0, 16));
    try {
      port.createShardKey(
          name,
          new KeyTemplate(FALLBACK, port.view(name).orElseThrow().peerId(), ReplicaState.ACTIVE));
      ShardSelector key = ShardSelector.key(FALLBACK);
      Point bare = new Point(PointId.of(1), Map.of(TENANT_FIELD, "acme"), Map.of());
      Point full = new Point(
          PointId.of(2),
          Map.of(TENANT_FIELD, "acme"),
          Map.of("text", new PointVector.Dense(new float[] {1, 2, 3, 4})));
      port.upsert(Upsert.of(name, key, List.of(bare, full)));
      assertThat(port.retrieve(name, key, List.of(PointId.of(1)))).containsExactly(bare);
      port.upsert(Upsert.of(name, key, List.of(new Point(full.id(), full.payload(), Map.of()))));
      assertThat(port.retrieve(name, key, List.of(PointId.of(2))).getFirst().vectors())
          .isEmpty();
    } finally {
      port.deleteCollection(name);
    }
  }

  @Test
  default void section15APointWithoutVectorsIsWrittenWhereTheVectorHasNoName() {
    try (ContractScene scene = ContractScene.create(backend())) {
      Point bare = new Point(PointId.of(1), Map.of(TENANT_FIELD, "acme"), Map.of());
      ShardSelector key = ShardSelector.key(FALLBACK);
      scene.put(key, List.of(bare));
      assertThat(scene.port().retrieve(scene.name(), key, List.of(PointId.of(1))))
          .containsExactly(bare);
    }
  }

  @Test
  default void section15APointMustSayThatItHasNoVectors() {
    try (ContractScene scene = ContractScene.create(backend());
        RawPeer peer = backend().raw(0)) {
      assertThatThrownBy(() -> peer.points()
              .upsert(upsert(scene, PointStruct.newBuilder().setId(number(1)).build())))
          .hasMessage("INVALID_ARGUMENT: Expected some vectors");
      assertThat(scene.port().count(scene.name(), ShardSelector.key(FALLBACK), null))
          .isZero();
      RawPeer.Answer answer = peer.rest(
          "PUT",
          "/collections/" + scene.name() + "/points?wait=true",
          "{\"shard_key\":\"default\",\"points\":[{\"id\":1,\"payload\":{}}]}");
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.error()).contains("missing field `vector`");
      peer.rest(
              "PUT",
              "/collections/" + scene.name() + "/points?wait=true",
              "{\"shard_key\":\"default\",\"points\":[{\"id\":1,\"payload\":{},\"vector\":{}}]}")
          .result();
      assertThat(scene.port().count(scene.name(), ShardSelector.key(FALLBACK), null))
          .isOne();
    }
  }

  // ---- sparse vectors and multivectors

  /** Each is set and removed by itself; a sparse vector comes back in the unsigned order of its indices. */
  @Test
  default void section15SparseVectorsAndMultivectorsAreWrittenAndRemovedOneByOne() {
    QdrantWrites port = backend().cluster().peers().get(0);
    String name = "contract-" + UUID.randomUUID();
    port.createCollection(new CollectionTemplate(
        name,
        Map.of(
            "text", new VectorTemplate.Dense(2, Distance.COSINE),
            "words", new VectorTemplate.Sparse(),
            "tokens", new VectorTemplate.MultiDense(2, Distance.COSINE)),
        1,
        0,
        16));
    try {
      port.createShardKey(
          name,
          new KeyTemplate(FALLBACK, port.view(name).orElseThrow().peerId(), ReplicaState.ACTIVE));
      ShardSelector key = ShardSelector.key(FALLBACK);
      PointId id = PointId.of(1);
      Filter its = Filter.ids(List.of(id));
      PointVector words =
          new PointVector.Sparse(new int[] {-2, 7, 3}, new float[] {0.5f, -1.5f, 2});
      PointVector sorted =
          new PointVector.Sparse(new int[] {3, 7, -2}, new float[] {2, -1.5f, 0.5f});
      PointVector tokens = new PointVector.MultiDense(new float[][] {{0, 1}, {1, 0}, {0, 1}});
      port.upsert(Upsert.of(
          name, key, List.of(new Point(id, Map.of(), Map.of("words", words, "tokens", tokens)))));
      assertThat(port.retrieve(name, key, List.of(id)).getFirst().vectors())
          .isEqualTo(Map.of("words", sorted, "tokens", tokens));
      PointVector fewer = new PointVector.MultiDense(new float[][] {{1, 0}});
      port.updateVectors(name, key, id, Map.of("tokens", fewer), its);
      port.deleteVectors(name, key, Set.of("words"), its);
      assertThat(port.retrieve(name, key, List.of(id)).getFirst().vectors())
          .isEqualTo(Map.of("tokens", fewer));
      assertThat(port.search(name, key, "tokens", new float[] {1, 0}, null, 1, false))
          .singleElement()
          .satisfies(hit -> assertThat(hit.id()).isEqualTo(id));
    } finally {
      port.deleteCollection(name);
    }
  }

  // ---- values of indexes

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  default void section15AFacetOfAUuidIndexIsCanonicalAndFiltersMatchAnySpelling(boolean early) {
    try (ContractScene scene = ContractScene.empty(backend());
        RawPeer peer = backend().raw(0)) {
      scene.key(FALLBACK, 0, ReplicaState.ACTIVE);
      ShardSelector key = ShardSelector.key(FALLBACK);
      CreateFieldIndexCollection index = CreateFieldIndexCollection.newBuilder()
          .setCollectionName(scene.name())
          .setFieldName(TENANT_FIELD)
          .setFieldType(FieldType.FieldTypeUuid)
          .setFieldIndexParams(PayloadIndexParams.newBuilder()
              .setUuidIndexParams(UuidIndexParams.newBuilder().setIsTenant(true)))
          .setWait(true)
          .build();
      if (early) {
        peer.points().createFieldIndex(index);
      }
      List<String> spellings = List.of(
          "3F2504E0-4F89-41D3-9A0C-0305E82C3301",
          "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
          "3f2504e04f8941d39a0c0305e82c3301",
          "urn:uuid:3f2504e0-4f89-41d3-9a0c-0305e82c3301");
      for (int id = 0; id < spellings.size(); id++) {
        scene.put(key, List.of(tenantPoint(id, spellings.get(id))));
      }
      scene.put(key, List.of(tenantPoint(7, "no uuid"), tenantPoint(8, 5L)));
      if (!early) {
        peer.points().createFieldIndex(index);
      }
      assertThat(scene.port().facet(scene.name(), key, TENANT_FIELD, 10))
          .containsExactly(new FacetHit(TenantId.of("3f2504e0-4f89-41d3-9a0c-0305e82c3301"), 4));
      for (String spelling : spellings) {
        assertThat(scene
                .port()
                .count(scene.name(), key, Filter.tenant(TENANT_FIELD, TenantId.of(spelling))))
            .isEqualTo(4);
      }
      assertThat(scene
              .port()
              .count(scene.name(), key, Filter.tenant(TENANT_FIELD, TenantId.of("no uuid"))))
          .isIn(0L, 1L);
    }
  }

  @Test
  default void section15AFacetOfAnIntegerIndexHasIntegersOnly() {
    try (ContractScene scene = ContractScene.empty(backend());
        RawPeer peer = backend().raw(0)) {
      scene.key(FALLBACK, 0, ReplicaState.ACTIVE);
      ShardSelector key = ShardSelector.key(FALLBACK);
      peer.points()
          .createFieldIndex(CreateFieldIndexCollection.newBuilder()
              .setCollectionName(scene.name())
              .setFieldName(TENANT_FIELD)
              .setFieldType(FieldType.FieldTypeInteger)
              .setFieldIndexParams(PayloadIndexParams.newBuilder()
                  .setIntegerIndexParams(
                      IntegerIndexParams.newBuilder().setLookup(true).setRange(true)))
              .setWait(true)
              .build());
      List<Object> values = List.of(7L, 7L, 30L, "7", 7.0, true, 4L, -1L, List.of(4L, 30L, 4L));
      for (int id = 0; id < values.size(); id++) {
        scene.put(key, List.of(tenantPoint(id, values.get(id))));
      }
      assertThat(peer.points()
              .facet(FacetCounts.newBuilder()
                  .setCollectionName(scene.name())
                  .setShardKeySelector(selector())
                  .setKey(TENANT_FIELD)
                  .setExact(true)
                  .build())
              .getHitsList())
          .extracting(hit -> hit.getValue().getIntegerValue() + "=" + hit.getCount())
          .containsExactly("7=3", "4=2", "30=2", "-1=1");
      assertThat(
              scene.port().count(scene.name(), key, Filter.tenant(TENANT_FIELD, TenantId.of(4L))))
          .isEqualTo(2);
      assertThat(
              scene.port().count(scene.name(), key, Filter.tenant(TENANT_FIELD, TenantId.of(7L))))
          .isEqualTo(3);
    }
  }

  // ---- numbers

  @Test
  default void section15IntegersAbove63BitsAreExactOverRestAndRoundedOverGrpc() {
    try (ContractScene scene = ContractScene.create(backend());
        RawPeer first = backend().raw(0);
        RawPeer second = backend().raw(1)) {
      String big = "{\"group_id\":\"acme\",\"sha\":18446744073709551615,"
          + "\"in\":{\"list\":[9223372036854775809]},\"max\":9223372036854775807}";
      put(first, scene, 1, big);
      put(second, scene, 2, big);
      assertThat(get(first, scene, FALLBACK, 1))
          .contains("\"sha\":18446744073709551615", "9223372036854775809")
          .contains("\"max\":9223372036854775807");
      // Peers speak gRPC with each other: what another peer wrote or reads is rounded.
      assertThat(get(first, scene, FALLBACK, 2)).contains("1.8446744073709552E19");
      assertThat(get(second, scene, FALLBACK, 1))
          .contains("1.8446744073709552E19", "9.223372036854776E18")
          .contains("\"max\":9223372036854775807");
      Map<String, Object> read = scene
          .port()
          .retrieve(scene.name(), ShardSelector.key(FALLBACK), List.of(PointId.of(1)))
          .getFirst()
          .payload();
      assertThat(read)
          .containsEntry("sha", 1.8446744073709552e19)
          .containsEntry("max", Long.MAX_VALUE);
      scene.key(ACME, 0, ReplicaState.PARTIAL);
      scene.promote(ACME);
      assertThat(get(first, scene, ACME, 1))
          .contains("1.8446744073709552E19", "9.223372036854776E18");
    }
  }

  @Test
  default void section15NumbersThatAreNoneAreRefusedInPayloadsAndKeptInVectors() {
    try (ContractScene scene = ContractScene.create(backend());
        RawPeer peer = backend().raw(0)) {
      for (double odd : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
        assertThatThrownBy(() -> peer.points()
                .upsert(upsert(
                    scene,
                    PointStruct.newBuilder()
                        .setId(number(1))
                        .putPayload(
                            "odd", Value.newBuilder().setDoubleValue(odd).build())
                        .setVectors(VectorsFactory.vectors(1, 2, 3, 4))
                        .build())))
            .hasMessage("INVALID_ARGUMENT: cannot convert to json number");
      }
      Point nan = new Point(
          PointId.of(2),
          Map.of(TENANT_FIELD, "acme"),
          Map.of("", new PointVector.Dense(new float[] {Float.NaN, 1, 2, 3})));
      ShardSelector key = ShardSelector.key(FALLBACK);
      scene.put(key, List.of(nan));
      assertThat(scene.port().retrieve(scene.name(), key, List.of(nan.id()))).containsExactly(nan);
    }
  }

  private static void put(RawPeer peer, ContractScene scene, long id, String payload) {
    peer.rest(
            "PUT",
            "/collections/" + scene.name() + "/points?wait=true",
            "{\"shard_key\":\"default\",\"points\":[{\"id\":" + id + ",\"payload\":" + payload
                + ",\"vector\":[1,2,3,4]}]}")
        .result();
  }

  private static String get(RawPeer peer, ContractScene scene, ShardKey key, long id) {
    return peer.rest(
            "POST",
            "/collections/" + scene.name() + "/points",
            "{\"ids\":[" + id + "],\"shard_key\":\"" + key + "\",\"with_payload\":true}")
        .result()
        .toString();
  }

  private static Point tenantPoint(long id, Object tenant) {
    return new Point(
        PointId.of(id),
        Map.of(TENANT_FIELD, tenant),
        Map.of("", new PointVector.Dense(new float[] {id, 1, 0, 0})));
  }

  private static UpsertPoints upsert(ContractScene scene, PointStruct point) {
    return UpsertPoints.newBuilder()
        .setCollectionName(scene.name())
        .setShardKeySelector(selector())
        .setWait(true)
        .addPoints(point)
        .build();
  }

  private static io.qdrant.client.grpc.Common.PointId number(long id) {
    return io.qdrant.client.grpc.Common.PointId.newBuilder().setNum(id).build();
  }

  private static ShardKeySelector selector() {
    return ShardKeySelector.newBuilder()
        .addShardKeys(io.qdrant.client.ShardKeyFactory.shardKey("default"))
        .build();
  }
}
