package io.tierkeeper.qdrant.contract;

import static io.tierkeeper.qdrant.contract.ContractScene.ACME;
import static io.tierkeeper.qdrant.contract.ContractScene.FALLBACK;
import static io.tierkeeper.qdrant.contract.ContractScene.SPARE;
import static io.tierkeeper.qdrant.contract.ContractScene.TENANT_FIELD;
import static io.tierkeeper.qdrant.contract.ContractScene.of;
import static io.tierkeeper.qdrant.contract.ContractScene.point;
import static io.tierkeeper.qdrant.contract.ContractScene.points;
import static io.tierkeeper.qdrant.contract.ContractScene.routed;
import static io.tierkeeper.qdrant.contract.ContractScene.versions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tierkeeper.qdrant.FacetHit;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantException.OutcomeUnknown;
import io.tierkeeper.qdrant.QdrantException.Rejected;
import io.tierkeeper.qdrant.QdrantException.Unavailable;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ScoredPoint;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Section 1 of the engine's facts: where a read or write goes, by the state of the keys it names. */
public interface RoutingContract {

  QdrantBackend backend();

  @Test
  default void section1MissingTargetIsReadAndWrittenInTheFallback() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.put(routed(ACME), points(ACME, 0, 5, 1L));
      for (int peer = 0; peer < scene.ports().size(); peer++) {
        assertThat(scene.read(peer, routed(ACME), null)).isEqualTo(versions(0, 5, 1L));
      }
      assertThat(scene.read(ShardSelector.key(FALLBACK))).hasSize(5);
    }
  }

  @Test
  default void section1PartialTargetIsReadAndWrittenInTheFallback() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.put(routed(ACME), points(ACME, 0, 5, 1L));
      scene.key(ACME, 1, ReplicaState.PARTIAL);
      scene.put(routed(ACME), points(ACME, 5, 8, 1L));
      for (int peer = 0; peer < scene.ports().size(); peer++) {
        assertThat(scene.read(peer, routed(ACME), null)).isEqualTo(versions(0, 8, 1L));
      }
      assertThat(scene.read(ShardSelector.key(FALLBACK))).hasSize(8);
      // An empty source completes the key, so that what it holds can be read.
      scene.key(SPARE, 1, ReplicaState.ACTIVE);
      scene.port().replicatePoints(scene.name(), SPARE, ACME, of(ACME));
      scene.awaitState(ACME, ReplicaState.ACTIVE);
      assertThat(scene.read(ShardSelector.key(ACME))).isEmpty();
    }
  }

  @Test
  default void section1SoleReplicaActiveReadIsReadFromTargetAndWrittenToBoth() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.put(routed(ACME), points(ACME, 0, 5, 1L));
      scene.put(ShardSelector.key(FALLBACK), points(ShardKey.of("other"), 100, 103, 1L));
      scene.key(ACME, 1, ReplicaState.PARTIAL);
      scene.holdInActiveRead(FALLBACK, ACME, 2);
      try {
        assertThat(scene.read(0, routed(ACME), null)).isEqualTo(versions(0, 5, 1L));
        scene.put(routed(ACME), points(ACME, 5, 7, 2L));
        assertThat(scene.read(1, routed(ACME), null)).hasSize(7);
        assertThat(scene.read(0, ShardSelector.key(ACME), null)).hasSize(7);
        assertThat(scene.read(0, ShardSelector.key(FALLBACK), of(ACME))).hasSize(7);
        assertThat(scene.read(0, ShardSelector.all(), null))
            .as("without a selector a key that is not Active is left out")
            .hasSize(10);
        assertThat(scene.port().count(scene.name(), ShardSelector.all(), of(ACME)))
            .isEqualTo(7);
      } finally {
        scene.disturbance().resume(2);
      }
      scene.awaitState(ACME, ReplicaState.ACTIVE);
      assertThat(scene.read(ShardSelector.key(ACME))).hasSize(7);
    }
  }

  @Test
  default void section1ActiveTargetAloneIsReadAndWritten() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.put(routed(ACME), points(ACME, 0, 5, 1L));
      scene.key(ACME, 1, ReplicaState.ACTIVE);
      scene.put(routed(ACME), points(ACME, 5, 7, 2L));
      for (int peer = 0; peer < scene.ports().size(); peer++) {
        assertThat(scene.read(peer, routed(ACME), null)).isEqualTo(versions(5, 7, 2L));
      }
      assertThat(scene.read(ShardSelector.key(FALLBACK))).isEqualTo(versions(0, 5, 1L));
    }
  }

  @Test
  default void section1DeadTargetIsReadAndWrittenInTheFallback() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.key(ACME, 1, ReplicaState.ACTIVE);
      scene.key(SPARE, 1, ReplicaState.ACTIVE);
      scene.put(ShardSelector.key(ACME), points(ACME, 0, 5, 1L));
      scene.freeze(ACME, SPARE);
      scene.put(routed(ACME), points(ACME, 5, 7, 2L));
      for (int peer = 0; peer < scene.ports().size(); peer++) {
        assertThat(scene.read(peer, routed(ACME), null)).isEqualTo(versions(5, 7, 2L));
      }
      assertThat(scene.read(ShardSelector.key(FALLBACK))).isEqualTo(versions(5, 7, 2L));
    }
  }

  @Test
  default void section1ActiveTargetOnAKilledPeerFailsAndDoesNotFallBack() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.key(ACME, 2, ReplicaState.ACTIVE);
      scene.put(routed(ACME), points(ACME, 0, 5, 1L));
      scene.disturbance().kill(2);
      try {
        assertThatThrownBy(() -> scene.read(0, routed(ACME), null)).isInstanceOf(Unavailable.class);
        assertThatThrownBy(() -> scene.put(routed(ACME), points(ACME, 5, 6, 2L)))
            .isInstanceOf(OutcomeUnknown.class);
        assertThat(scene.read(0, ShardSelector.key(FALLBACK), null)).isEmpty();
      } finally {
        scene.disturbance().restart(2);
      }
      scene.awaitState(ACME, ReplicaState.ACTIVE);
      assertThat(scene.read(routed(ACME))).containsAllEntriesOf(versions(0, 5, 1L));
    }
  }

  @Test
  default void section1UnusableTargetWithoutItsFallbackKeyIsUnavailable() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.key(ACME, 1, ReplicaState.PARTIAL);
      ShardSelector nowhere = ShardSelector.withFallback(ACME, ShardKey.of("nowhere"));
      assertThatThrownBy(() -> scene.read(nowhere)).isInstanceOf(Unavailable.class);
      assertThatThrownBy(() -> scene.put(nowhere, points(ACME, 0, 1, 1L)))
          .isInstanceOf(OutcomeUnknown.class);
    }
  }

  @Test
  default void section1NeitherKeyExistingIsNotFound() {
    try (ContractScene scene = ContractScene.create(backend())) {
      ShardSelector nowhere = ShardSelector.withFallback(ACME, ShardKey.of("nowhere"));
      assertThatThrownBy(() -> scene.read(nowhere)).isInstanceOf(QdrantException.NotFound.class);
      assertThatThrownBy(() -> scene.put(nowhere, points(ACME, 0, 1, 1L)))
          .isInstanceOf(QdrantException.NotFound.class);
    }
  }

  @Test
  default void section1EveryOperationFollowsTheSameRule() {
    try (ContractScene scene = ContractScene.create(backend())) {
      everyOperationActsIn(scene, FALLBACK);
      scene.key(ACME, 1, ReplicaState.ACTIVE);
      everyOperationActsIn(scene, ACME);
    }
  }

  private static void everyOperationActsIn(ContractScene scene, ShardKey home) {
    String name = scene.name();
    QdrantWrites port = scene.port(2);
    port.upsert(Upsert.of(name, routed(ACME), points(ACME, 0, 6, 1L)));
    assertThat(scene.read(ShardSelector.key(home))).isEqualTo(versions(0, 6, 1L));
    assertThat(port.retrieve(name, routed(ACME), List.of(PointId.of(3), PointId.of(77))))
        .containsExactly(point(3, ACME, 1L));
    assertThat(port.count(name, routed(ACME), null)).isEqualTo(6);
    assertThat(port.facet(name, routed(ACME), TENANT_FIELD, 10))
        .containsExactly(new FacetHit(ACME.tenant(), 6));
    assertThat(port.search(name, routed(ACME), "", new float[] {1, 0, 0, 0}, of(ACME), 2, true))
        .extracting(ScoredPoint::id)
        .containsExactly(PointId.of(5), PointId.of(4));
    port.setPayload(name, routed(ACME), Map.of("version", 2L), of(ACME), true);
    assertThat(scene.read(ShardSelector.key(home))).isEqualTo(versions(0, 6, 2L));
    port.deletePayload(name, routed(ACME), Set.of("version"), Filter.ids(List.of(PointId.of(0))));
    assertThat(scene.read(ShardSelector.key(home))).containsEntry(0L, "none");
    port.delete(name, routed(ACME), Filter.ids(List.of(PointId.of(0), PointId.of(1))), true);
    assertThat(scene.read(ShardSelector.key(home))).isEqualTo(versions(2, 6, 2L));
    port.delete(name, routed(ACME), of(ACME), true);
    assertThat(scene.read(ShardSelector.key(home))).isEmpty();
  }

  @Test
  default void section1ReadsWithoutSelectorSkipPartialAndDeadKeys() {
    try (ContractScene scene = ContractScene.create(backend())) {
      ShardKey partial = ShardKey.of("partial");
      scene.put(ShardSelector.key(FALLBACK), points(ShardKey.of("other"), 100, 103, 1L));
      scene.key(ACME, 1, ReplicaState.ACTIVE);
      scene.key(SPARE, 1, ReplicaState.ACTIVE);
      scene.put(ShardSelector.key(ACME), points(ACME, 0, 5, 1L));
      assertThat(scene.read(ShardSelector.all())).hasSize(8);
      scene.freeze(ACME, SPARE);
      scene.key(partial, 1, ReplicaState.PARTIAL);
      for (int peer = 0; peer < scene.ports().size(); peer++) {
        assertThat(scene.read(peer, ShardSelector.all(), null)).isEqualTo(versions(100, 103, 1L));
      }
      assertThat(scene.port().describe(scene.name())).isPresent();
    }
  }

  @Test
  default void section1ReadsWithoutSelectorDropDoubleIdsButCountAndFacetAddBothKeys() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.put(routed(ACME), points(ACME, 0, 5, 1L));
      scene.key(ACME, 1, ReplicaState.PARTIAL);
      scene.promote(ACME);
      assertThat(scene.read(ShardSelector.all())).isEqualTo(versions(0, 5, 1L));
      assertThat(scene.port().retrieve(scene.name(), ShardSelector.all(), List.of(PointId.of(1))))
          .hasSize(1);
      assertThat(scene
              .port()
              .search(
                  scene.name(), ShardSelector.all(), "", new float[] {1, 0, 0, 0}, null, 10, true))
          .hasSize(5);
      assertThat(scene.port().count(scene.name(), ShardSelector.all(), of(ACME)))
          .isEqualTo(10);
      assertThat(scene.port().count(scene.name(), routed(ACME), of(ACME))).isEqualTo(5);
      assertThat(scene.port().facet(scene.name(), ShardSelector.all(), TENANT_FIELD, 10))
          .containsExactly(new FacetHit(ACME.tenant(), 10));
    }
  }

  @Test
  default void section1WritesWithoutSelectorAreRejected() {
    try (ContractScene scene = ContractScene.create(backend())) {
      assertThatThrownBy(() -> scene.put(ShardSelector.all(), points(ACME, 0, 1, 1L)))
          .isInstanceOf(Rejected.class)
          .hasMessageContaining("Shard key not specified");
    }
  }

  @Test
  default void section1AnExplicitKeyThatIsMissingIsRejected() {
    try (ContractScene scene = ContractScene.create(backend())) {
      assertThatThrownBy(() -> scene.put(ShardSelector.key(ACME), points(ACME, 0, 1, 1L)))
          .isInstanceOf(Rejected.class)
          .hasMessageContaining("Shard key \"acme\" not found");
      assertThatThrownBy(() -> scene.read(ShardSelector.key(ShardKey.of(7))))
          .isInstanceOf(Rejected.class)
          .hasMessageContaining("Shard key 7 not found");
    }
  }

  @Test
  default void section1AnExplicitPartialKeyIsUnreadableAndAppliesWritesThatItAnswersWithAnError() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.key(ACME, 1, ReplicaState.PARTIAL);
      scene.key(SPARE, 1, ReplicaState.ACTIVE);
      assertThatThrownBy(() -> scene.read(ShardSelector.key(ACME)))
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("does not have enough active replicas");
      // The first operation that a peer sends to a Partial shard is lost.
      for (long id = 0; id < 3; id++) {
        long each = id;
        assertThatThrownBy(
                () -> scene.put(ShardSelector.key(ACME), points(ACME, each, each + 1, 1L)))
            .isInstanceOf(OutcomeUnknown.class)
            .hasMessageContaining("Failed to apply operation to at least one `Active` replica");
      }
      scene.port().replicatePoints(scene.name(), SPARE, ACME, of(ACME));
      scene.awaitState(ACME, ReplicaState.ACTIVE);
      assertThat(scene.read(ShardSelector.key(ACME))).isEqualTo(versions(1, 3, 1L));
    }
  }

  @Test
  default void section1AnExplicitDeadKeyCanBeNeitherReadNorWritten() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.key(ACME, 1, ReplicaState.ACTIVE);
      scene.key(SPARE, 1, ReplicaState.ACTIVE);
      scene.freeze(ACME, SPARE);
      assertThatThrownBy(() -> scene.read(ShardSelector.key(ACME)))
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("does not have enough active replicas");
      assertThatThrownBy(() -> scene.put(ShardSelector.key(ACME), points(ACME, 0, 1, 1L)))
          .isInstanceOf(OutcomeUnknown.class)
          .hasMessageContaining("has no active replica");
    }
  }

  @Test
  default void section1AnIndexCreatedWhileAKeyIsPartialFailsAndIsRegisteredAllTheSame() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.key(ACME, 1, ReplicaState.PARTIAL);
      assertThatThrownBy(() -> scene.port().createTenantIndex(scene.name(), "late"))
          .isInstanceOf(OutcomeUnknown.class);
      // The peers learn of it in their own time: the error is answered before they have.
      await()
          .untilAsserted(() -> assertThat(scene.ports())
              .allSatisfy(
                  port -> assertThat(port.describe(scene.name()).orElseThrow().indexedFields())
                      .containsKeys(TENANT_FIELD, "late")));
    }
  }

  @Test
  default void section1SetPayloadOnAMissingPointIsAcknowledgedAndDropped() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene
          .port()
          .setPayload(
              scene.name(),
              routed(ACME),
              Map.of("version", 9L),
              Filter.ids(List.of(PointId.of(1))),
              false);
      assertThat(scene.read(ShardSelector.key(FALLBACK))).isEmpty();
    }
  }

  @Test
  default void section1AListOfKeysReadsAllOfThem() {
    try (ContractScene scene = ContractScene.create(backend())) {
      ShardKey seven = ShardKey.of(7);
      scene.key(ACME, 1, ReplicaState.ACTIVE);
      scene.key(seven, 2, ReplicaState.ACTIVE);
      scene.put(ShardSelector.key(FALLBACK), points(ShardKey.of("other"), 0, 2, 1L));
      scene.put(ShardSelector.key(ACME), points(ACME, 2, 4, 1L));
      scene.put(ShardSelector.key(seven), points(seven, 4, 6, 1L));
      assertThat(scene.read(new ShardSelector.Keys(List.of(ACME, seven))))
          .isEqualTo(versions(2, 6, 1L));
      assertThat(scene.read(ShardSelector.all())).isEqualTo(versions(0, 6, 1L));
      scene.put(new ShardSelector.Keys(List.of(ACME, seven)), points(ACME, 8, 9, 1L));
      assertThat(scene.read(ShardSelector.key(ACME))).containsKey(8L);
      assertThat(scene.read(ShardSelector.key(seven))).containsKey(8L);
    }
  }

  @Test
  default void section1AMissingCollectionIsNotFoundByReadsAndWritesAndEmptyInViews() {
    QdrantWrites port = backend().cluster().peers().get(0);
    assertThat(port.view("nope")).isEmpty();
    assertThat(port.describe("nope")).isEmpty();
    assertThatThrownBy(() -> port.scroll(ScrollRequest.whole("nope", ShardSelector.all(), null, 1)))
        .isInstanceOf(QdrantException.NotFound.class);
    assertThatThrownBy(
            () -> port.upsert(Upsert.of("nope", ShardSelector.key(ACME), points(ACME, 0, 1, 1L))))
        .isInstanceOf(QdrantException.NotFound.class);
  }
}
