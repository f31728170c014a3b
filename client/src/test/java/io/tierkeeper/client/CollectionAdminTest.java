package io.tierkeeper.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.Timestamp;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Collections.ShardingMethod;
import io.qdrant.client.grpc.CollectionsGrpc;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.SnapshotsService.CreateSnapshotResponse;
import io.qdrant.client.grpc.SnapshotsService.ListSnapshotsResponse;
import io.qdrant.client.grpc.SnapshotsService.SnapshotDescription;
import io.tierkeeper.client.CollectionSpec.TenantIndex;
import io.tierkeeper.client.CollectionSpec.VectorSpec;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CollectionAdminTest {

  private EmulatedQdrant qdrant;
  private TenantClient client;

  @BeforeEach
  void start() {
    qdrant = EmulatedQdrant.start(
        EmulatorOptions.defaults().withPeers(1).withConsensusLag(Duration.ofMillis(1)));
    client =
        TenantClient.connect(ClientRig.config(qdrant).distance(Distance.DOT).build());
  }

  @AfterEach
  void stop() {
    client.close();
    qdrant.close();
  }

  @Test
  void createsTheLayoutThatTierkeeperServes() {
    assertThat(client.collection().exists()).isFalse();
    assertThat(client.collection().create()).isTrue();
    assertThat(client.collection().exists()).isTrue();
    CollectionInfo info = client.collection().info();
    var config = info.getConfig();
    assertThat(config.getParams().getShardingMethod()).isEqualTo(ShardingMethod.Custom);
    assertThat(config.getHnswConfig().getM()).isZero();
    assertThat(config.getHnswConfig().getPayloadM()).isEqualTo(16);
    assertThat(config.getParams().getVectorsConfig().getParams().getSize()).isEqualTo(4);
    assertThat(config.getParams().getVectorsConfig().getParams().getDistance())
        .isEqualTo(io.qdrant.client.grpc.Collections.Distance.Dot);
    assertThat(info.getPayloadSchemaOrThrow("group_id").getDataType())
        .isEqualTo(PayloadSchemaType.Keyword);
    assertThat(info.getPayloadSchemaOrThrow("group_id")
            .getParams()
            .getKeywordIndexParams()
            .getIsTenant())
        .isTrue();
    assertThat(client.collection().create()).as("repeated").isTrue();
    client.forTenant("acme").upsert(ClientRig.point(1));
    assertThat(client.collection().delete(ClientRig.COLLECTION)).isTrue();
    assertThat(client.collection().exists()).isFalse();
    assertThat(client.collection().delete(ClientRig.COLLECTION)).isFalse();
  }

  @Test
  void createsNamedSparseAndMultivectors() {
    client
        .collection()
        .create(CollectionSpec.of(4, Distance.COSINE)
            .withVectors(Map.of(
                "dense", new VectorSpec.Dense(4, Distance.EUCLID),
                "words", new VectorSpec.Sparse(),
                "late", new VectorSpec.Multi(2, Distance.COSINE)))
            .withTenantIndex(TenantIndex.INTEGER));
    TenantPoints seven = client.forTenant(7);
    Map<String, VectorData> vectors = Map.of(
        "dense", VectorData.dense(1, 2, 3, 4),
        "words", VectorData.sparse(new int[] {3, 7}, new float[] {0.5f, 0.25f}),
        "late", VectorData.multi(new float[] {1, 0}, new float[] {0, 1}));
    seven.upsert(Point.named(PointId.of(1), vectors, Map.of("a", 1)));
    assertThat(seven.get(List.of(PointId.of(1)), Shown.ALL))
        .containsExactly(new Point(PointId.of(1), vectors, Map.of("a", 1L)));
    assertThat(seven
            .get(List.of(PointId.of(1)), Shown.ID.andVectors("words"))
            .get(0)
            .vectors())
        .isEqualTo(Map.of("words", vectors.get("words")));
    assertThat(seven.search(
            Search.nearest(VectorData.sparse(new int[] {3}, new float[] {1})).using("words")))
        .extracting(ScoredPoint::score)
        .containsExactly(0.5f);
    assertThat(seven.search(Search.nearest(VectorData.multi(new float[] {1, 0})).using("late")))
        .hasSize(1);
    seven.updateVectors(Map.of(PointId.of(1), Map.of("dense", VectorData.dense(4, 3, 2, 1))));
    seven.deleteVectors(List.of(PointId.of(1)), List.of("late"));
    assertThat(seven.get(List.of(PointId.of(1)), Shown.ALL).get(0).vectors())
        .isEqualTo(Map.of("dense", VectorData.dense(4, 3, 2, 1), "words", vectors.get("words")));
  }

  @Test
  void completesACreationThatEndedHalfWay() {
    raw().create(CollectionLayout.create(client.config(), CollectionSpec.of(4, Distance.DOT)));
    assertThat(client.collection().create()).isTrue();
    client.forTenant("acme").upsert(ClientRig.point(1));
    assertThat(client.forTenant("acme").count()).isOne();
  }

  @Test
  void leavesACollectionOfOthersAsItIsAndDoesNotDeleteIt() {
    raw()
        .create(
            CollectionLayout.create(client.config(), CollectionSpec.of(4, Distance.DOT)).toBuilder()
                .clearMetadata()
                .build());
    assertThat(client.collection().create()).isFalse();
    assertThat(client.collection().info().getPayloadSchemaMap()).isEmpty();
    refuses("this client has not created it");
  }

  @Test
  void doesNotDeleteWhereATenantWasPromotedOrAMoveIsNotOver() {
    client.collection().create();
    DedicatedKeys.create(qdrant, "acme");
    refuses("it has the shard keys acme in addition to the fallback");
    DedicatedKeys.create(qdrant, "tierkeeper/move-1/y");
    refuses("tierkeeper/move-1/y");
  }

  @Test
  void doesNotDeleteWhatTheOperatorCreated() {
    CreateCollection request =
        CollectionLayout.create(client.config(), CollectionSpec.of(4, Distance.DOT));
    raw()
        .create(request.toBuilder()
            .putMetadata(
                "tierkeeper.io/created-for",
                Value.newBuilder().setStringValue("team-a/kb").build())
            .build());
    refuses("it was created for TieredCollection team-a/kb");
  }

  @Test
  void doesNotDeleteACollectionOfAnotherName() {
    client.collection().create();
    assertThatExceptionOfType(TenantClientException.InvalidRequest.class)
        .isThrownBy(() -> client.collection().delete("other"));
    assertThat(client.collection().exists()).isTrue();
  }

  private void refuses(String why) {
    assertThatExceptionOfType(TenantClientException.GovernedCollection.class)
        .isThrownBy(() -> client.collection().delete(ClientRig.COLLECTION))
        .withMessageContaining("collection kb is not deleted: ")
        .withMessageContaining(why);
    assertThat(client.collection().exists()).isTrue();
  }

  private CollectionsGrpc.CollectionsBlockingStub raw() {
    return CollectionsGrpc.newBlockingStub(qdrant.peers().get(0).channel());
  }

  @Test
  void takesListsAndDeletesSnapshots() {
    RecordingChannel channel = new RecordingChannel();
    SnapshotDescription description = SnapshotDescription.newBuilder()
        .setName("kb-1.snapshot")
        .setCreationTime(Timestamp.newBuilder().setSeconds(7))
        .setSize(42)
        .setChecksum("ab")
        .build();
    channel
        .answers(CreateSnapshotResponse.newBuilder()
            .setSnapshotDescription(description)
            .build())
        .answers(ListSnapshotsResponse.newBuilder()
            .addSnapshotDescriptions(description)
            .build());
    try (TenantClient recorded = TenantClient.over(ClientConfig.builder("kb").build(), channel)) {
      Snapshots.Snapshot snapshot =
          new Snapshots.Snapshot("kb-1.snapshot", Instant.ofEpochSecond(7), 42, "ab");
      assertThat(recorded.snapshots().create()).isEqualTo(snapshot);
      assertThat(recorded.snapshots().list()).containsExactly(snapshot);
      recorded.snapshots().delete("kb-1.snapshot");
    }
    assertThat(channel.requests())
        .extracting(request -> request.getDescriptorForType().getName())
        .containsExactly("CreateSnapshotRequest", "ListSnapshotsRequest", "DeleteSnapshotRequest");
    assertThat(channel.requests())
        .allSatisfy(request -> assertThat(request.toString()).contains("collection_name: \"kb\""));
  }
}
