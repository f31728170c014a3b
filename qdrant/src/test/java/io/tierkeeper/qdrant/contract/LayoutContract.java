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

import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.PeerStatus;
import io.tierkeeper.qdrant.PeerView;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantException.Rejected;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.ShardTransfer;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Sections 3 to 5 of the engine's facts: layout calls, what a repeat does, and what they make of a replica. */
public interface LayoutContract {

  QdrantBackend backend();

  @Test
  default void section3EveryPeerKnowsAllPeersAndALeader() {
    List<PeerStatus> statuses =
        backend().cluster().peers().stream().map(QdrantWrites::status).toList();
    Set<Long> ids = statuses.stream().map(PeerStatus::peerId).collect(Collectors.toSet());
    assertThat(ids).hasSameSizeAs(statuses);
    assertThat(statuses).allSatisfy(status -> {
      assertThat(status.peers()).isEqualTo(ids);
      assertThat(status.hasLeader()).isTrue();
      assertThat(status.version()).matches("\\d+\\.\\d+\\.\\d+.*");
      assertThat(status.commit()).isPositive();
    });
  }

  @Test
  default void section3ACollectionIsCreatedOnceAndDeletedAsOftenAsOneLikes() {
    QdrantWrites port = backend().cluster().peers().get(0);
    try (ContractScene scene = ContractScene.create(backend())) {
      assertThatThrownBy(() -> port.createCollection(CollectionTemplate.tiered(scene.name(), 4)))
          .isInstanceOf(Rejected.class)
          .hasMessageContaining("already exists");
      port.createTenantIndex(scene.name(), ContractScene.TENANT_FIELD);
      scene.put(routed(ACME), points(ACME, 0, 3, 1L));
      CollectionDescription description = port.describe(scene.name()).orElseThrow();
      assertThat(description.customSharding()).isTrue();
      assertThat(description.replicationFactor()).isEqualTo(1);
      assertThat(description.shardNumber()).isEqualTo(1);
      assertThat(description.points()).isEqualTo(3);
      assertThat(description.vectorBytes()).hasValue(16);
      assertThat(description.indexedFields())
          .containsEntry(
              ContractScene.TENANT_FIELD, new CollectionDescription.IndexedField("keyword", true));
      port.deleteCollection(scene.name());
      port.deleteCollection(scene.name());
      assertThat(port.view(scene.name())).isEmpty();
    }
  }

  @Test
  default void section3AKeyIsCreatedOnceOnExactlyItsPeerInItsState() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.key(ACME, 2, ReplicaState.PARTIAL);
      long owner = scene.peerId(2);
      for (int peer = 0; peer < scene.ports().size(); peer++) {
        assertThat(scene.view(peer).replicasOf(ACME)).singleElement().satisfies(replica -> {
          assertThat(replica.peerId()).isEqualTo(owner);
          assertThat(replica.state()).isEqualTo(ReplicaState.PARTIAL);
        });
      }
      assertThat(scene.view(2).replicasOf(ACME).get(0).points()).isZero();
      assertThat(scene.view(0).replicasOf(ACME).get(0).points()).isEqualTo(-1);
      assertThatThrownBy(() -> scene.key(ACME, 2, ReplicaState.PARTIAL))
          .isInstanceOf(Rejected.class)
          .hasMessageContaining("ey \"acme\" already exists");
    }
  }

  @Test
  default void section3AKeyIsDeletedOnceWithItsPoints() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.key(ACME, 1, ReplicaState.ACTIVE);
      scene.put(routed(ACME), points(ACME, 0, 3, 1L));
      scene.dropKey(ACME);
      assertThat(scene.read(routed(ACME))).isEmpty();
      assertThat(scene.read(ShardSelector.all())).isEmpty();
      assertThatThrownBy(() -> scene.dropKey(ACME))
          .isInstanceOf(Rejected.class)
          .hasMessageContaining("Sharding key \"acme\" does not exist for collection");
    }
  }

  @Test
  default void section3ShardIdsBeginWithOneAreTheSameEverywhereAndAreReused() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.key(ShardKey.of(7), 1, ReplicaState.ACTIVE);
      scene.key(ACME, 2, ReplicaState.ACTIVE);
      scene.awaitEverywhere(
          view -> view.replicas().stream().map(Replica::shardId).toList().equals(List.of(1, 2, 3)));
      assertThat(scene.replica(ACME).shardId()).isEqualTo(3);
      scene.dropKey(ACME);
      scene.key(SPARE, 0, ReplicaState.ACTIVE);
      assertThat(scene.replica(SPARE).shardId()).isEqualTo(3);
    }
  }

  @Test
  default void section3AKeyForAnUnknownPeerOrCollectionIsRefused() {
    try (ContractScene scene = ContractScene.create(backend())) {
      assertThatThrownBy(() -> scene
              .port()
              .createShardKey(scene.name(), new KeyTemplate(ACME, 12345, ReplicaState.ACTIVE)))
          .isInstanceOf(Rejected.class);
      assertThatThrownBy(() -> scene
              .port()
              .createShardKey("nope", new KeyTemplate(ACME, scene.peerId(0), ReplicaState.ACTIVE)))
          .isInstanceOf(QdrantException.NotFound.class);
      assertThat(scene.view(0).has(ACME)).isFalse();
    }
  }

  @Test
  default void section3ReplicatingToOrFromAMissingKeyIsRejected() {
    try (ContractScene scene = ContractScene.create(backend())) {
      assertThatThrownBy(() -> scene.port().replicatePoints(scene.name(), FALLBACK, ACME, of(ACME)))
          .isInstanceOf(Rejected.class)
          .hasMessageContaining("Shard key \"acme\" does not exist for collection");
      assertThatThrownBy(() -> scene.port().replicatePoints(scene.name(), ACME, FALLBACK, of(ACME)))
          .isInstanceOf(Rejected.class);
      assertThatThrownBy(
              () -> scene.port().replicatePoints(scene.name(), FALLBACK, FALLBACK, of(ACME)))
          .isInstanceOf(Rejected.class);
      scene.awaitState(FALLBACK, ReplicaState.ACTIVE);
    }
  }

  @Test
  default void section3ReplicatingToAKeyOfTwoReplicasIsRejected() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.key(ACME, 1, ReplicaState.ACTIVE);
      int shard = scene.replica(ACME).shardId();
      scene.port().replicateShard(scene.name(), shard, scene.peerId(1), scene.peerId(2));
      scene.awaitEverywhere(view -> view.transfers().isEmpty()
          && view.replicasOf(ACME).size() == 2
          && view.replicasOf(ACME).stream().allMatch(r -> r.state() == ReplicaState.ACTIVE));
      assertThatThrownBy(() -> scene.port().replicatePoints(scene.name(), FALLBACK, ACME, of(ACME)))
          .isInstanceOf(Rejected.class)
          .hasMessageContaining("exactly one replica");
    }
  }

  @Test
  default void section3ReplicatingToADeadKeyIsRejected() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.key(ACME, 1, ReplicaState.ACTIVE);
      scene.key(SPARE, 1, ReplicaState.ACTIVE);
      scene.freeze(ACME, SPARE);
      assertThatThrownBy(() -> scene.port().replicatePoints(scene.name(), FALLBACK, ACME, of(ACME)))
          .isInstanceOf(Rejected.class)
          .hasMessageContaining("is dead");
    }
  }

  @Test
  default void section3RepeatingReplicatePointsWhileItRunsIsRejectedAndAnAbortMakesTheTargetDead() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.put(routed(ACME), points(ACME, 0, 5, 1L));
      scene.key(ACME, 1, ReplicaState.PARTIAL);
      ShardTransfer transfer = scene.holdInActiveRead(FALLBACK, ACME, 2);
      try {
        assertThat(transfer.shardId()).isEqualTo(scene.replica(FALLBACK).shardId());
        assertThat(transfer.toShardId()).isEqualTo(scene.replica(ACME).shardId());
        assertThat(transfer.fromPeer()).isEqualTo(scene.peerId(0));
        assertThat(transfer.toPeer()).isEqualTo(scene.peerId(1));
        assertThatThrownBy(
                () -> scene.port().replicatePoints(scene.name(), FALLBACK, ACME, of(ACME)))
            .isInstanceOf(Rejected.class)
            .hasMessageContaining("is already involved in transfer");
        scene.port().abortTransfer(scene.name(), transfer);
      } finally {
        scene.disturbance().resume(2);
      }
      scene.awaitState(ACME, ReplicaState.DEAD);
      assertThatThrownBy(() -> scene.port().abortTransfer(scene.name(), transfer))
          .isInstanceOf(QdrantException.NotFound.class)
          .hasMessageContaining("does not exist");
      assertThat(scene.read(routed(ACME))).isEqualTo(versions(0, 5, 1L));
    }
  }

  @Test
  default void section3RepeatingReplicatePointsAfterSuccessIsAcceptedAndOverwritesNewerPoints() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.put(routed(ACME), points(ACME, 0, 5, 1L));
      scene.key(ACME, 1, ReplicaState.PARTIAL);
      scene.promote(ACME);
      scene.put(routed(ACME), points(ACME, 0, 3, 2L));
      scene.port().delete(scene.name(), routed(ACME), Filter.ids(List.of(PointId.of(4))), true);
      scene.promote(ACME);
      assertThat(scene.read(routed(ACME)))
          .as("old copies and a deleted point come back")
          .isEqualTo(versions(0, 5, 1L));
    }
  }

  @Test
  default void section3RepeatingAfterTheFallbackIsCleanKeepsThePoints() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.put(routed(ACME), points(ACME, 0, 5, 1L));
      scene.key(ACME, 1, ReplicaState.PARTIAL);
      scene.promote(ACME);
      scene.port().delete(scene.name(), ShardSelector.key(FALLBACK), of(ACME), true);
      scene.promote(ACME);
      assertThat(scene.read(routed(ACME))).isEqualTo(versions(0, 5, 1L));
    }
  }

  @Test
  default void section3AbortingATransferThatIsNotListedIsNotFound() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.key(ACME, 1, ReplicaState.PARTIAL);
      ShardTransfer unlisted = new ShardTransfer(1, 2, scene.peerId(0), scene.peerId(1), true);
      assertThatThrownBy(() -> scene.port().abortTransfer(scene.name(), unlisted))
          .isInstanceOf(QdrantException.NotFound.class);
      scene.awaitState(ACME, ReplicaState.PARTIAL);
    }
  }

  @Test
  default void section3TheLastReplicaIsNotDropped() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.key(ACME, 1, ReplicaState.ACTIVE);
      int shard = scene.replica(ACME).shardId();
      assertThatThrownBy(() -> scene.port().dropReplica(scene.name(), shard, scene.peerId(1)))
          .isInstanceOf(Rejected.class)
          .hasMessageContaining("must have at least one active replica after removing");
    }
  }

  @Test
  default void section3AReplicaIsAddedOnceMovedOnceAndDroppedOnce() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.key(ACME, 1, ReplicaState.ACTIVE);
      scene.put(routed(ACME), points(ACME, 0, 5, 1L));
      String name = scene.name();
      int shard = scene.replica(ACME).shardId();
      scene.port().replicateShard(name, shard, scene.peerId(1), scene.peerId(2));
      scene.awaitEverywhere(view -> settledOn(view, scene.peerId(1), scene.peerId(2)));
      scene.port().replicateShard(name, shard, scene.peerId(1), scene.peerId(2));
      scene.awaitEverywhere(view -> settledOn(view, scene.peerId(1), scene.peerId(2)));
      scene.port().dropReplica(name, shard, scene.peerId(1));
      scene.awaitEverywhere(view -> settledOn(view, scene.peerId(2)));
      assertThatThrownBy(() -> scene.port().dropReplica(name, shard, scene.peerId(1)))
          .isInstanceOf(QdrantException.class);
      assertThat(scene.read(routed(ACME))).isEqualTo(versions(0, 5, 1L));
      scene.port().moveShard(name, shard, scene.peerId(2), scene.peerId(0));
      scene.awaitEverywhere(view -> settledOn(view, scene.peerId(0)));
      assertThatThrownBy(
              () -> scene.port().moveShard(name, shard, scene.peerId(2), scene.peerId(0)))
          .isInstanceOf(QdrantException.class);
      assertThat(scene.read(routed(ACME))).isEqualTo(versions(0, 5, 1L));
    }
  }

  private static boolean settledOn(PeerView view, Long... peers) {
    return view.transfers().isEmpty()
        && view.replicasOf(ACME).stream().allMatch(r -> r.state() == ReplicaState.ACTIVE)
        && view.replicasOf(ACME).stream()
            .map(Replica::peerId)
            .collect(Collectors.toSet())
            .equals(Set.of(peers));
  }

  @Test
  default void section4APartialKeyWithoutTransferStaysPartialOverARestart() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.key(ACME, 2, ReplicaState.PARTIAL);
      scene.disturbance().kill(2);
      scene.disturbance().restart(2);
      scene.awaitState(ACME, ReplicaState.PARTIAL);
    }
  }

  @Test
  default void section5AFreezeByAbortEndsDeadEachTime() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.key(SPARE, 1, ReplicaState.ACTIVE);
      for (int i = 0; i < 6; i++) {
        ShardKey tenant = ShardKey.of(i);
        scene.key(tenant, 1, ReplicaState.ACTIVE);
        scene.put(routed(tenant), points(tenant, 0, 20, 1L));
        scene.freeze(tenant, SPARE);
        assertThat(scene.read(routed(tenant))).isEmpty();
        scene.dropKey(tenant);
      }
    }
  }

  @Test
  default void section5AFreezeThatIsNotAbortedIsOverByItselfAndLosesNothing() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.key(SPARE, 1, ReplicaState.ACTIVE);
      scene.key(ACME, 1, ReplicaState.ACTIVE);
      scene.put(routed(ACME), points(ACME, 0, 20, 1L));
      scene.port().replicatePoints(scene.name(), SPARE, ACME, of(ACME));
      scene.awaitState(ACME, ReplicaState.ACTIVE);
      assertThat(scene.read(routed(ACME))).isEqualTo(versions(0, 20, 1L));
    }
  }
}
