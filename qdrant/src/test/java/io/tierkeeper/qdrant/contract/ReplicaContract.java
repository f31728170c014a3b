package io.tierkeeper.qdrant.contract;

import static io.tierkeeper.qdrant.contract.ContractScene.ACME;
import static io.tierkeeper.qdrant.contract.ContractScene.FALLBACK;
import static io.tierkeeper.qdrant.contract.ContractScene.TENANT_FIELD;
import static io.tierkeeper.qdrant.contract.ContractScene.of;
import static io.tierkeeper.qdrant.contract.ContractScene.points;
import static io.tierkeeper.qdrant.contract.ContractScene.versions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.FacetCounts;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.ReadConsistency;
import io.qdrant.client.grpc.Points.ReadConsistencyType;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.qdrant.client.grpc.Points.ShardKeySelector;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardSelector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas of a shard that differ, for a while or for good, and what reads of them answer (section 15). */
public interface ReplicaContract {

  QdrantBackend backend();

  @Test
  default void section15APeerReadsItsOwnReplicaEvenWhereAnotherDiffers(@TempDir Path dir)
      throws IOException {
    try (ContractScene scene = twoThatDiffer(dir)) {
      ShardSelector key = ShardSelector.key(FALLBACK);
      Map<Long, Object> newer = versions(0, 31, 1L);
      newer.put(7L, 2L);
      newer.remove(9L);
      assertThat(scene.read(0, key, of(ACME))).isEqualTo(newer);
      assertThat(scene.read(1, key, of(ACME))).isEqualTo(versions(0, 30, 1L));
      assertThat(scene.read(2, key, of(ACME))).isIn(newer, versions(0, 30, 1L));
      assertThat(scene.port(0).count(scene.name(), key, of(ACME))).isEqualTo(30);
      assertThat(scene
              .port(1)
              .retrieve(scene.name(), key, List.of(io.tierkeeper.qdrant.PointId.of(30))))
          .isEmpty();
    }
  }

  @Test
  default void section15ReadConsistencyIsAnIntersectionAndAShortPageIsTheLast(@TempDir Path dir)
      throws IOException {
    try (ContractScene scene = twoThatDiffer(dir);
        RawPeer peer = backend().raw(0)) {
      for (ReadConsistency consistency : List.of(
          type(ReadConsistencyType.All),
          type(ReadConsistencyType.Majority),
          type(ReadConsistencyType.Quorum),
          ReadConsistency.newBuilder().setFactor(2).build(),
          ReadConsistency.newBuilder().setFactor(9).build())) {
        ScrollResponse first = peer.points().scroll(page(scene, 0, consistency));
        assertThat(ids(first.getResultList())).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(first.getNextPageOffset().getNum()).isEqualTo(5);
        ScrollResponse second = peer.points().scroll(page(scene, 5, consistency));
        assertThat(ids(second.getResultList())).containsExactly(5L, 6L, 8L, 10L);
        assertThat(second.hasNextPageOffset()).isFalse();
        assertThat(ids(peer.points()
                .get(GetPoints.newBuilder()
                    .setCollectionName(scene.name())
                    .setShardKeySelector(selector())
                    .setReadConsistency(consistency)
                    .addAllIds(
                        LongStream.of(6, 7, 9, 30).mapToObj(ReplicaContract::id).toList())
                    .build())
                .getResultList()))
            .contains(6L)
            .doesNotContain(9L, 30L);
      }
      assertThat(peer.points()
              .scroll(page(scene, 5, ReadConsistency.newBuilder().setFactor(1).build()))
              .getNextPageOffset()
              .getNum())
          .isEqualTo(11);
    }
  }

  @Test
  default void section15CountsAndFacetsOfReplicasThatDifferAreTheLowest(@TempDir Path dir)
      throws IOException {
    try (ContractScene scene = twoThatDiffer(dir);
        RawPeer peer = backend().raw(0)) {
      ReadConsistency all = type(ReadConsistencyType.All);
      CountPoints count = CountPoints.newBuilder()
          .setCollectionName(scene.name())
          .setShardKeySelector(selector())
          .setExact(true)
          .build();
      assertThat(peer.points().count(count).getResult().getCount()).isEqualTo(30);
      scene
          .port(0)
          .delete(
              scene.name(),
              ShardSelector.key(FALLBACK),
              Filter.ids(List.of(io.tierkeeper.qdrant.PointId.of(30))),
              true);
      assertThat(peer.points()
              .count(count.toBuilder().setReadConsistency(all).build())
              .getResult()
              .getCount())
          .isEqualTo(29);
      assertThat(peer.points()
              .facet(FacetCounts.newBuilder()
                  .setCollectionName(scene.name())
                  .setShardKeySelector(selector())
                  .setKey(TENANT_FIELD)
                  .setExact(true)
                  .setReadConsistency(all)
                  .build())
              .getHitsList())
          .extracting(hit -> hit.getValue().getStringValue() + "=" + hit.getCount())
          .containsExactly("acme=29");
    }
  }

  @Test
  default void section15AllReplicasMustBeReadableForReadConsistencyAll(@TempDir Path dir)
      throws IOException {
    try (ContractScene scene = twoThatDiffer(dir)) {
      int shard = scene.view(0).replicasOf(FALLBACK).getFirst().shardId();
      scene.disturbance().kill(1);
      try (RawPeer peer = backend().raw(0)) {
        // The write that the killed peer misses makes its replica Dead.
        scene.put(ShardSelector.key(FALLBACK), points(ACME, 50, 51, 1L));
        await()
            .until(() -> scene.view(0).replicasOf(FALLBACK).stream()
                .anyMatch(replica -> replica.state() == ReplicaState.DEAD));
        assertThat(catchThrowable(
                () -> peer.points().scroll(page(scene, 0, type(ReadConsistencyType.All)))))
            .hasMessageContaining("The replica set for shard " + shard + " on peer "
                + scene.peerId(0) + " does not have enough active replicas");
        assertThat(peer.points()
                .scroll(page(scene, 0, ReadConsistency.newBuilder().setFactor(1).build()))
                .getResultList())
            .hasSize(5);
        scene
            .port(0)
            .delete(
                scene.name(),
                ShardSelector.key(FALLBACK),
                Filter.ids(List.of(io.tierkeeper.qdrant.PointId.of(20))),
                true);
      } finally {
        scene.disturbance().restart(1);
      }
      scene.awaitState(FALLBACK, ReplicaState.ACTIVE);
      assertThat(scene.read(1, ShardSelector.key(FALLBACK), of(ACME)))
          .isEqualTo(scene.read(0, ShardSelector.key(FALLBACK), of(ACME)))
          .containsEntry(50L, 1L)
          .doesNotContainKey(20L);
    }
  }

  /**
   * A fallback on the first two peers with points 0 to 29; then the first one alone has point 7 changed, 9 deleted and 30
   * added.
   */
  private ContractScene twoThatDiffer(Path dir) throws IOException {
    ContractScene scene = ContractScene.create(backend());
    int shard = scene.replica(FALLBACK).shardId();
    scene.put(ShardSelector.key(FALLBACK), points(ACME, 0, 30, 1L));
    scene.port().replicateShard(scene.name(), shard, scene.peerId(0), scene.peerId(1));
    scene.awaitEverywhere(view -> view.replicasOf(FALLBACK).size() == 2);
    scene.awaitState(FALLBACK, ReplicaState.ACTIVE);
    Path file = dir.resolve("before");
    String name = scene.port(1).createShardSnapshot(scene.name(), shard);
    scene.port(1).downloadShardSnapshot(scene.name(), shard, name, file);
    scene.put(ShardSelector.key(FALLBACK), points(ACME, 7, 8, 2L));
    scene.put(ShardSelector.key(FALLBACK), points(ACME, 30, 31, 1L));
    scene
        .port()
        .delete(
            scene.name(),
            ShardSelector.key(FALLBACK),
            Filter.ids(List.of(io.tierkeeper.qdrant.PointId.of(9))),
            true);
    try (RawPeer second = backend().raw(1)) {
      second
          .upload(
              "/collections/" + scene.name() + "/shards/" + shard
                  + "/snapshots/upload?priority=no_sync&wait=true",
              Files.readAllBytes(file))
          .result();
    }
    scene.awaitState(FALLBACK, ReplicaState.ACTIVE);
    return scene;
  }

  private static ScrollPoints page(ContractScene scene, long from, ReadConsistency consistency) {
    return ScrollPoints.newBuilder()
        .setCollectionName(scene.name())
        .setShardKeySelector(selector())
        .setOffset(id(from))
        .setLimit(5)
        .setReadConsistency(consistency)
        .build();
  }

  private static ReadConsistency type(ReadConsistencyType type) {
    return ReadConsistency.newBuilder().setType(type).build();
  }

  private static ShardKeySelector selector() {
    return ShardKeySelector.newBuilder()
        .addShardKeys(io.qdrant.client.ShardKeyFactory.shardKey("default"))
        .build();
  }

  private static PointId id(long number) {
    return PointId.newBuilder().setNum(number).build();
  }

  private static List<Long> ids(List<RetrievedPoint> points) {
    return points.stream().map(point -> point.getId().getNum()).sorted().toList();
  }
}
