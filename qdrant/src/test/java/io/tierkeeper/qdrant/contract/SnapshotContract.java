package io.tierkeeper.qdrant.contract;

import static io.tierkeeper.qdrant.contract.ContractScene.ACME;
import static io.tierkeeper.qdrant.contract.ContractScene.FALLBACK;
import static io.tierkeeper.qdrant.contract.ContractScene.SPARE;
import static io.tierkeeper.qdrant.contract.ContractScene.of;
import static io.tierkeeper.qdrant.contract.ContractScene.points;
import static io.tierkeeper.qdrant.contract.ContractScene.routed;
import static io.tierkeeper.qdrant.contract.ContractScene.versions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sections 2, 4 and 5 of the engine's facts: snapshots of single shards, in any state. */
public interface SnapshotContract {

  QdrantBackend backend();

  @Test
  default void section4ADeadKeyRecoveredFromItsOwnSnapshotIsActiveWithAllItsPoints(
      @TempDir Path dir) {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.key(ACME, 1, ReplicaState.ACTIVE);
      scene.key(SPARE, 1, ReplicaState.ACTIVE);
      scene.put(routed(ACME), points(ACME, 0, 30, 1L));
      int shard = scene.replica(ACME).shardId();
      scene.freeze(ACME, SPARE);
      Path file = snapshotOf(scene, shard, dir);
      scene.port(1).recoverShardSnapshot(scene.name(), shard, file);
      scene.awaitState(ACME, ReplicaState.ACTIVE);
      assertThat(scene.read(routed(ACME))).isEqualTo(versions(0, 30, 1L));
    }
  }

  @Test
  default void section5FrozenDataIsReadThroughAnotherKeyWhetherItWasPartialOrActive(
      @TempDir Path dir) {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.key(ACME, 1, ReplicaState.ACTIVE);
      scene.key(SPARE, 1, ReplicaState.ACTIVE);
      ShardKey partial = ShardKey.of("tierkeeper/partial");
      ShardKey active = ShardKey.of("tierkeeper/active");
      scene.key(partial, 1, ReplicaState.PARTIAL);
      scene.key(active, 1, ReplicaState.ACTIVE);
      scene.put(routed(ACME), points(ACME, 0, 30, 1L));
      scene.freeze(ACME, SPARE);
      Path file = snapshotOf(scene, scene.replica(ACME).shardId(), dir);
      for (ShardKey key : List.of(partial, active)) {
        scene.port(1).recoverShardSnapshot(scene.name(), scene.replica(key).shardId(), file);
        scene.awaitState(key, ReplicaState.ACTIVE);
        assertThat(scene.read(0, ShardSelector.key(key), of(ACME))).isEqualTo(versions(0, 30, 1L));
        assertThat(scene.view(0).replicasOf(key)).hasSize(1);
      }
      scene.awaitState(ACME, ReplicaState.DEAD);
    }
  }

  @Test
  default void section4RecoveryReplacesWhatIsThere(@TempDir Path dir) {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.put(routed(ACME), points(ACME, 0, 5, 1L));
      int shard = scene.replica(FALLBACK).shardId();
      String name = scene.port(0).createShardSnapshot(scene.name(), shard);
      Path file = dir.resolve("s");
      scene.port(0).downloadShardSnapshot(scene.name(), shard, name, file);
      scene.put(routed(ACME), points(ACME, 3, 9, 2L));
      scene.port(0).recoverShardSnapshot(scene.name(), shard, file);
      scene.awaitState(FALLBACK, ReplicaState.ACTIVE);
      assertThat(scene.read(routed(ACME))).isEqualTo(versions(0, 5, 1L));
    }
  }

  @Test
  default void section4AProbedUploadChangesNothing(@TempDir Path dir) {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.put(routed(ACME), points(ACME, 0, 5, 1L));
      int shard = scene.replica(FALLBACK).shardId();
      String name = scene.port(0).createShardSnapshot(scene.name(), shard);
      Path file = dir.resolve("s");
      scene.port(0).downloadShardSnapshot(scene.name(), shard, name, file);
      scene.put(routed(ACME), points(ACME, 3, 9, 2L));
      var before = scene.read(routed(ACME));
      scene.port(0).probeShardSnapshot(scene.name(), shard, file);
      assertThat(scene.read(routed(ACME))).isEqualTo(before);
    }
  }

  @Test
  default void section4GarbageIsNotRecoveredAndLeavesThePoints(@TempDir Path dir)
      throws IOException {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.put(routed(ACME), points(ACME, 0, 5, 1L));
      Path garbage = Files.writeString(dir.resolve("g"), "this is no snapshot");
      assertThatThrownBy(() -> scene
              .port(0)
              .recoverShardSnapshot(scene.name(), scene.replica(FALLBACK).shardId(), garbage))
          .isInstanceOf(QdrantException.class)
          .isNotInstanceOf(QdrantException.NotFound.class);
      assertThat(scene.read(routed(ACME))).isEqualTo(versions(0, 5, 1L));
    }
  }

  @Test
  default void section4ASnapshotIsDeletedOnceAndThenNotFound(@TempDir Path dir) {
    try (ContractScene scene = ContractScene.create(backend())) {
      int shard = scene.replica(FALLBACK).shardId();
      QdrantWrites port = scene.port(0);
      String first = port.createShardSnapshot(scene.name(), shard);
      port.deleteShardSnapshot(scene.name(), shard, first);
      assertThatThrownBy(() -> port.deleteShardSnapshot(scene.name(), shard, first))
          .isInstanceOf(QdrantException.NotFound.class);
      assertThatThrownBy(
              () -> port.downloadShardSnapshot(scene.name(), shard, first, dir.resolve("s")))
          .isInstanceOf(QdrantException.NotFound.class);
      assertThat(dir).isEmptyDirectory();
    }
  }

  @Test
  default void section2ASnapshotOfAShardBehindAProxyIsRefused() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.put(routed(ACME), points(ACME, 0, 5, 1L));
      scene.key(ACME, 1, ReplicaState.PARTIAL);
      int fallback = scene.replica(FALLBACK).shardId();
      scene.holdInActiveRead(FALLBACK, ACME, 2);
      try {
        assertThatThrownBy(() -> scene.port(0).createShardSnapshot(scene.name(), fallback))
            .isInstanceOf(QdrantException.Rejected.class)
            .hasMessageContaining("is not a local or queue proxy shard");
      } finally {
        scene.disturbance().resume(2);
      }
      scene.awaitState(ACME, ReplicaState.ACTIVE);
    }
  }

  @Test
  default void section2AStreamedSnapshotIsRecoveredIntoAnotherKeyAndIsNotKept(@TempDir Path dir)
      throws IOException {
    try (ContractScene scene = ContractScene.create(backend());
        RawPeer raw = backend().raw(1)) {
      scene.key(ACME, 1, ReplicaState.ACTIVE);
      scene.put(routed(ACME), points(ACME, 0, 30, 1L));
      int shard = scene.replica(ACME).shardId();
      Path file = dir.resolve("s");
      scene.port(1).streamShardSnapshot(scene.name(), shard, file);
      assertThat(Files.size(file)).isPositive();
      assertThat(raw.rest("GET", snapshots(scene, shard), "").result()).isEmpty();
      scene.dropKey(ACME);
      scene.key(SPARE, 2, ReplicaState.PARTIAL);
      scene.port(2).recoverShardSnapshot(scene.name(), scene.replica(SPARE).shardId(), file);
      scene.awaitState(SPARE, ReplicaState.ACTIVE);
      assertThat(scene.read(0, ShardSelector.key(SPARE), of(ACME))).isEqualTo(versions(0, 30, 1L));
    }
  }

  @Test
  default void section4AFrozenKeyIsStreamed(@TempDir Path dir) {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.key(ACME, 1, ReplicaState.ACTIVE);
      scene.key(SPARE, 1, ReplicaState.ACTIVE);
      scene.put(routed(ACME), points(ACME, 0, 30, 1L));
      int shard = scene.replica(ACME).shardId();
      scene.freeze(ACME, SPARE);
      Path file = dir.resolve("s");
      scene.port(1).streamShardSnapshot(scene.name(), shard, file);
      scene.port(1).recoverShardSnapshot(scene.name(), scene.replica(SPARE).shardId(), file);
      scene.awaitState(SPARE, ReplicaState.ACTIVE);
      assertThat(scene.read(0, ShardSelector.key(SPARE), of(ACME))).isEqualTo(versions(0, 30, 1L));
    }
  }

  @Test
  default void section4OnlyThePeerThatHoldsAShardStreamsIt(@TempDir Path dir) {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.key(ACME, 1, ReplicaState.ACTIVE);
      int shard = scene.replica(ACME).shardId();
      assertThatThrownBy(
              () -> scene.port(0).streamShardSnapshot(scene.name(), shard, dir.resolve("s")))
          .isInstanceOf(QdrantException.Rejected.class);
      assertThatThrownBy(
              () -> scene.port(0).streamShardSnapshot(scene.name(), shard + 1, dir.resolve("s")))
          .isInstanceOf(QdrantException.NotFound.class);
      assertThat(dir).isEmptyDirectory();
    }
  }

  @Test
  default void section4AKeptSnapshotIsOutOfReachWhenItsShardIsGoneUntilItsIdIsInUseAgain(
      @TempDir Path dir) {
    try (ContractScene scene = ContractScene.create(backend());
        RawPeer raw = backend().raw(1)) {
      scene.key(ACME, 1, ReplicaState.ACTIVE);
      scene.put(routed(ACME), points(ACME, 0, 30, 1L));
      int shard = scene.replica(ACME).shardId();
      String name = scene.port(1).createShardSnapshot(scene.name(), shard);
      assertThat(raw.rest("GET", snapshots(scene, shard), "").result()).hasSize(1);
      scene.dropKey(ACME);
      assertThat(raw.rest("GET", snapshots(scene, shard), "").status()).isEqualTo(404);
      assertThatThrownBy(() ->
              scene.port(1).downloadShardSnapshot(scene.name(), shard, name, dir.resolve("s")))
          .isInstanceOf(QdrantException.NotFound.class);
      assertThatThrownBy(() -> scene.port(1).deleteShardSnapshot(scene.name(), shard, name))
          .isInstanceOf(QdrantException.NotFound.class);
      // The id of the highest key is used again, and with it the directory.
      scene.key(SPARE, 1, ReplicaState.ACTIVE);
      assertThat(scene.replica(SPARE).shardId()).isEqualTo(shard);
      assertThat(raw.rest("GET", snapshots(scene, shard), "").result())
          .singleElement()
          .satisfies(one -> assertThat(one.path("name").asText()).isEqualTo(name));
      scene.port(1).deleteShardSnapshot(scene.name(), shard, name);
    }
  }

  @Test
  default void section4AKeptSnapshotStaysOnThePeerThatItsShardLeaves(@TempDir Path dir) {
    try (ContractScene scene = ContractScene.create(backend());
        RawPeer left = backend().raw(1);
        RawPeer entered = backend().raw(2)) {
      scene.key(ACME, 1, ReplicaState.ACTIVE);
      scene.put(routed(ACME), points(ACME, 0, 30, 1L));
      int shard = scene.replica(ACME).shardId();
      String name = scene.port(1).createShardSnapshot(scene.name(), shard);
      scene.port().moveShard(scene.name(), shard, scene.peerId(1), scene.peerId(2));
      scene.awaitEverywhere(view -> view.transfers().isEmpty()
          && view.replicasOf(ACME).size() == 1
          && view.replicasOf(ACME).getFirst().peerId() == scene.peerId(2));
      assertThat(left.rest("GET", snapshots(scene, shard), "").error())
          .contains("is not a local shard");
      assertThatThrownBy(() ->
              scene.port(1).downloadShardSnapshot(scene.name(), shard, name, dir.resolve("s")))
          .isInstanceOf(QdrantException.Rejected.class);
      assertThat(entered.rest("GET", snapshots(scene, shard), "").result()).isEmpty();
      scene.port().moveShard(scene.name(), shard, scene.peerId(2), scene.peerId(1));
      scene.awaitEverywhere(view -> view.transfers().isEmpty()
          && view.replicasOf(ACME).size() == 1
          && view.replicasOf(ACME).getFirst().peerId() == scene.peerId(1));
      scene.port(1).downloadShardSnapshot(scene.name(), shard, name, dir.resolve("s"));
      scene.port(1).deleteShardSnapshot(scene.name(), shard, name);
    }
  }

  private static String snapshots(ContractScene scene, int shard) {
    return "/collections/" + scene.name() + "/shards/" + shard + "/snapshots";
  }

  private static Path snapshotOf(ContractScene scene, int shard, Path dir) {
    String name = scene.port(1).createShardSnapshot(scene.name(), shard);
    Path file = dir.resolve("shard.snapshot");
    scene.port(1).downloadShardSnapshot(scene.name(), shard, name, file);
    scene.port(1).deleteShardSnapshot(scene.name(), shard, name);
    return file;
  }
}
