package io.tierkeeper.lab.qdrant.emulator;

import static io.qdrant.client.ConditionFactory.hasId;
import static io.qdrant.client.ConditionFactory.isEmpty;
import static io.qdrant.client.ConditionFactory.match;
import static io.qdrant.client.ConditionFactory.matchExceptKeywords;
import static io.qdrant.client.ConditionFactory.matchKeywords;
import static io.qdrant.client.ConditionFactory.range;
import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.ValueFactory.value;
import static io.qdrant.client.VectorsFactory.vectors;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.failure;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.key;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.ok;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.point;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.tenant;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.Range;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointsIdsList;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.SetPayloadPoints;
import io.qdrant.client.grpc.Points.UpdateMode;
import io.qdrant.client.grpc.Points.UpsertPoints;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Points as clients write and read them. */
class PointsTest {

  private final EmulatedQdrant qdrant =
      EmulatedQdrant.start(EmulatorOptions.defaults().withPeers(1));
  private final ClientSide client = new ClientSide(qdrant, "kb");

  @BeforeEach
  void createCollection() {
    client.createWithFallback();
  }

  @AfterEach
  void close() {
    client.close();
    qdrant.close();
  }

  private long matching(Condition... must) {
    return client
        .scroll(0, key("default"), Filter.newBuilder().addAllMust(List.of(must)).build())
        .size();
  }

  @Test
  void countsThePointsThatFiltersOnFieldsWithoutIndexRead() {
    client.fill("default", "acme", 0, 10);
    client.fill("default", "other", 10, 20);
    assertThat(matching(matchKeywords(ClientSide.TENANT, List.of("acme")))).isEqualTo(10);
    assertThat(qdrant.unindexedReads()).isEmpty();
    assertThat(matching(match("n", 3))).isEqualTo(1);
    assertThat(qdrant.unindexedReads()).isEqualTo(Map.of("n", 20L));
    assertThat(matching(matchKeywords(ClientSide.TENANT, List.of("acme")), match("n", 3)))
        .isEqualTo(1);
    assertThat(qdrant.unindexedReads()).isEqualTo(Map.of("n", 30L));
    assertThat(matching(hasId(List.of(id(1), id(2), id(15))), isEmpty("x"))).isEqualTo(3);
    assertThat(qdrant.unindexedReads()).isEqualTo(Map.of("n", 30L, "x", 3L));
  }

  @Test
  void filtersByEveryKindOfCondition() {
    client.fill("default", "acme", 0, 10);
    client.fill("default", "other", 10, 20);
    assertThat(matching(match("n", 3))).isEqualTo(1);
    assertThat(matching(range("n", Range.newBuilder().setGte(5).setLt(12).build())))
        .isEqualTo(7);
    assertThat(matching(matchKeywords(ClientSide.TENANT, List.of("acme", "zz"))))
        .isEqualTo(10);
    assertThat(matching(matchExceptKeywords(ClientSide.TENANT, List.of("acme"))))
        .isEqualTo(10);
    assertThat(matching(hasId(List.of(id(1), id(15), id(99))))).isEqualTo(2);
    assertThat(matching(isEmpty("missing"))).isEqualTo(20);
    Filter not = Filter.newBuilder().addMustNot(match("n", 3)).build();
    assertThat(client.scroll(0, key("default"), not)).hasSize(19);
    Filter either =
        Filter.newBuilder().addShould(match("n", 3)).addShould(match("n", 4)).build();
    assertThat(client.scroll(0, key("default"), either)).hasSize(2);
  }

  @Test
  void pagesThroughNumbersBeforeUuids() {
    UUID uuid = UUID.fromString("00000000-0000-0000-0000-000000000001");
    client.fill("default", "acme", 0, 3);
    client.upsert(
        0,
        key("default"),
        PointStruct.newBuilder().setId(id(uuid)).setVectors(vectors(1f, 0f)).build());
    var first = ok(client
        .peer(0)
        .scrollAsync(ScrollPoints.newBuilder()
            .setCollectionName("kb")
            .setShardKeySelector(key("default"))
            .setLimit(3)
            .setWithVectors(WithVectorsSelectorFactory.enable(true))
            .build()));
    assertThat(first.getResultList())
        .extracting(p -> p.getId().getNum())
        .containsExactly(0L, 1L, 2L);
    assertThat(first.getNextPageOffset().getUuid()).isEqualTo(uuid.toString());
    assertThat(first.getResult(0).getVectors().getVector().getDense().getDataList())
        .as("cosine vectors have length one")
        .containsExactly(0.6f, 0.8f);
    assertThat(first.getResult(0).getShardKey().getKeyword()).isEqualTo("default");
  }

  private void upsert(long number, long n, UpdateMode mode) {
    ok(client
        .peer(0)
        .upsertAsync(UpsertPoints.newBuilder()
            .setCollectionName("kb")
            .setWait(true)
            .setShardKeySelector(key("default"))
            .setUpdateMode(mode)
            .addPoints(
                point(number, "acme").toBuilder().putPayload("n", value(n)).build())
            .build()));
  }

  @Test
  void honoursUpdateModes() {
    client.upsert(0, key("default"), point(1, "acme"));
    upsert(1, 77, UpdateMode.InsertOnly);
    upsert(2, 77, UpdateMode.UpdateOnly);
    assertThat(matching(match("n", 77))).isZero();
    upsert(1, 78, UpdateMode.UpdateOnly);
    upsert(2, 78, UpdateMode.InsertOnly);
    assertThat(matching(match("n", 78))).isEqualTo(2);
  }

  @Test
  void setsPayloadOfPointsThatExistAndRefusesOthersWhenWaiting() {
    client.upsert(0, key("default"), point(1, "acme"));
    SetPayloadPoints.Builder set = SetPayloadPoints.newBuilder()
        .setCollectionName("kb")
        .setShardKeySelector(key("default"))
        .putPayload("colour", value("red"))
        .setPointsSelector(PointsSelector.newBuilder()
            .setPoints(PointsIdsList.newBuilder().addIds(id(1)).addIds(id(9))));
    Status status =
        failure(() -> ok(client.peer(0).setPayloadAsync(set.setWait(true).build(), null)));
    assertThat(status.getCode()).isEqualTo(Status.Code.NOT_FOUND);
    ok(client.peer(0).setPayloadAsync(set.setWait(false).build(), null));
    var point = client.scroll(0, key("default"), tenant("acme")).getFirst();
    assertThat(point.getPayloadMap()).containsKeys("colour", "n", ClientSide.TENANT);
  }

  @Test
  void findsTheNearestByVectorAndById() {
    client.upsert(
        0,
        key("default"),
        PointStruct.newBuilder().setId(id(1)).setVectors(vectors(1f, 0f)).build(),
        PointStruct.newBuilder().setId(id(2)).setVectors(vectors(1f, 1f)).build(),
        PointStruct.newBuilder().setId(id(3)).setVectors(vectors(0f, 1f)).build());
    QueryPoints.Builder query = QueryPoints.newBuilder()
        .setCollectionName("kb")
        .setShardKeySelector(key("default"))
        .setLimit(2);
    List<ScoredPoint> near =
        ok(client.peer(0).queryAsync(query.setQuery(nearest(2f, 0f)).build()));
    assertThat(near).extracting(p -> p.getId().getNum()).containsExactly(1L, 2L);
    assertThat(near.getFirst().getScore()).isEqualTo(1f);
    List<ScoredPoint> likeThree =
        ok(client.peer(0).queryAsync(query.setQuery(nearest(id(3))).build()));
    assertThat(likeThree).extracting(p -> p.getId().getNum()).containsExactly(2L, 1L);
  }

  @Test
  void refusesWrongDimensionsAndUnknownCollections() {
    Status wrong = failure(() -> client.upsert(
        0,
        key("default"),
        PointStruct.newBuilder().setId(id(1)).setVectors(vectors(1f)).build()));
    assertThat(wrong.getDescription())
        .isEqualTo("Wrong input: Vector dimension error: expected dim: 2, got 1");
    Status unknown = failure(() -> ok(client.peer(0).getCollectionInfoAsync("nope")));
    assertThat(unknown.getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(unknown.getDescription()).contains("Collection `nope` doesn't exist!");
  }

  @Test
  void saysThatItDoesNotKnowWhatItDoesNotKnow() {
    Filter text = Filter.newBuilder()
        .addMust(io.qdrant.client.ConditionFactory.matchText("title", "hello"))
        .build();
    assertThat(failure(() -> client.scroll(0, key("default"), text)).getCode())
        .isEqualTo(Status.Code.UNIMPLEMENTED);
  }

  @Test
  void countsOneTenantAmongMany() {
    for (int i = 0; i < 60; i++) {
      client.fill("default", "t" + i, i * 1000L, i * 1000L + 1000);
    }
    for (int i = 0; i < 60; i++) {
      assertThat(client.scroll(0, key("default"), tenant("t" + i))).hasSize(1000);
    }
    assertThat(client.count(0, key("default"))).isEqualTo(60_000);
  }
}
