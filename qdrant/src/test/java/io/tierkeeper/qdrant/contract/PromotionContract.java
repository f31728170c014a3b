package io.tierkeeper.qdrant.contract;

import static io.tierkeeper.qdrant.contract.ContractScene.ACME;
import static io.tierkeeper.qdrant.contract.ContractScene.FALLBACK;
import static io.tierkeeper.qdrant.contract.ContractScene.of;
import static io.tierkeeper.qdrant.contract.ContractScene.points;
import static io.tierkeeper.qdrant.contract.ContractScene.routed;
import static io.tierkeeper.qdrant.contract.ContractScene.versions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Sections 2, 6 and 12 of the engine's facts: what Qdrant's own tests assert of a promotion, and its edges. */
public interface PromotionContract {

  QdrantBackend backend();

  @Test
  default void section12PromotionChangesNoResultAtAnyStep() {
    ShardKey other = ShardKey.of("other");
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.put(routed(ACME), points(ACME, 0, 100, 1L));
      scene.put(routed(other), points(other, 100, 150, 1L));
      scene.key(ACME, 1, ReplicaState.PARTIAL);
      servesEverywhere(scene, 100, other);
      scene.put(routed(ACME), points(ACME, 150, 160, 1L));
      scene.port().replicatePoints(scene.name(), FALLBACK, ACME, of(ACME));
      scene.awaitState(ACME, ReplicaState.ACTIVE);
      servesEverywhere(scene, 110, other);
      scene.port().delete(scene.name(), ShardSelector.key(FALLBACK), of(ACME), true);
      servesEverywhere(scene, 110, other);
      assertThat(scene.read(ShardSelector.key(FALLBACK))).isEqualTo(versions(100, 150, 1L));
      assertThat(scene.read(ShardSelector.key(ACME))).hasSize(110);
    }
  }

  private static void servesEverywhere(ContractScene scene, int acme, ShardKey other) {
    for (int peer = 0; peer < scene.ports().size(); peer++) {
      assertThat(scene.read(peer, routed(ACME), of(ACME))).hasSize(acme);
      assertThat(scene.read(peer, routed(other), of(other))).hasSize(50);
      assertThat(scene.read(peer, ShardSelector.all(), null)).hasSize(acme + 50);
    }
  }

  @Test
  default void section12TheSourceIsUnchangedAndTheTargetHasExactlyTheMatchingPoints() {
    ShardKey other = ShardKey.of("other");
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.put(routed(ACME), points(ACME, 0, 250, 1L));
      scene.put(routed(other), points(other, 1000, 1250, 1L));
      Map<Long, Object> before = scene.read(ShardSelector.key(FALLBACK));
      scene.key(ACME, 0, ReplicaState.PARTIAL);
      scene.promote(ACME);
      assertThat(scene.read(ShardSelector.key(FALLBACK))).isEqualTo(before);
      assertThat(scene.read(ShardSelector.key(ACME))).isEqualTo(versions(0, 250, 1L));
    }
  }

  @Test
  default void section12ATargetThatWasCreatedActiveIsAcceptedAndEndsActive() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.put(ShardSelector.key(FALLBACK), points(ACME, 0, 20, 1L));
      scene.key(ACME, 1, ReplicaState.ACTIVE);
      scene.promote(ACME);
      assertThat(scene.read(ShardSelector.key(ACME))).isEqualTo(versions(0, 20, 1L));
    }
  }

  @Test
  default void section12WritesDuringThePromotionLeaveNoGap()
      throws InterruptedException, ExecutionException {
    ShardKey other = ShardKey.of("other");
    try (ContractScene scene = ContractScene.create(backend());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      scene.put(routed(ACME), points(ACME, 1000, 3000, 1L));
      scene.put(routed(other), points(other, 5000, 5100, 1L));
      Map<Long, Object> acknowledged = new ConcurrentHashMap<>(versions(1000, 3000, 1L));
      AtomicBoolean over = new AtomicBoolean();
      Future<?> below = threads.submit(() -> write(scene, over, 0, 900, acknowledged));
      Future<?> above = threads.submit(() -> write(scene, over, 3000, 3900, acknowledged));
      Future<?> overwriting = threads.submit(() -> write(scene, over, 1000, 3000, acknowledged));
      Awaitility.await().until(() -> acknowledged.containsKey(3L));
      scene.key(ACME, 0, ReplicaState.PARTIAL);
      scene.promote(ACME);
      over.set(true);
      below.get();
      above.get();
      overwriting.get();
      assertThat(scene.read(routed(ACME))).isEqualTo(new TreeMap<>(acknowledged));
      assertThat(scene.read(0, ShardSelector.key(ACME), of(other))).isEmpty();
    }
  }

  /** Writes ids in turn, each through another peer and with a higher version, repeating what was not acknowledged. */
  private static void write(
      ContractScene scene, AtomicBoolean over, long from, long to, Map<Long, Object> acknowledged) {
    long version = 2;
    for (long id = from; !over.get(); id = id + 1 == to ? from : id + 1) {
      version++;
      Upsert upsert = Upsert.of(scene.name(), routed(ACME), points(ACME, id, id + 1, version));
      boolean done = false;
      while (!done) {
        try {
          scene.port((int) (version % scene.ports().size())).upsert(upsert);
          done = true;
        } catch (QdrantException.OutcomeUnknown | QdrantException.Unavailable again) {
          // A write of the tenant may meet the switch of a replica; it is repeated until
          // acknowledged.
        }
      }
      acknowledged.put(id, version);
    }
  }

  @Test
  default void section12WritesThatWereOnlyQueuedAreTransferred() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.key(ACME, 1, ReplicaState.PARTIAL);
      for (int batch = 0; batch < 10; batch++) {
        scene
            .port()
            .upsert(Upsert.of(
                    scene.name(), routed(ACME), points(ACME, batch * 50L, batch * 50L + 50, 1L))
                .withoutWaiting());
      }
      scene.promote(ACME);
      assertThat(scene.read(ShardSelector.key(ACME))).isEqualTo(versions(0, 500, 1L));
    }
  }

  @Test
  default void section12ReadsWhileKeysAreCreatedAreRightAfterARepeat() throws Exception {
    try (ContractScene scene = ContractScene.create(backend());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      scene.put(routed(ACME), points(ACME, 0, 20, 1L));
      AtomicBoolean over = new AtomicBoolean();
      Future<?> reader = threads.submit(() -> {
        while (!over.get()) {
          for (int peer = 0; peer < scene.ports().size(); peer++) {
            assertThat(readPatiently(scene, peer)).hasSize(20);
          }
        }
      });
      try {
        for (long number = 0; number < 4; number++) {
          scene.key(ShardKey.of(number), (int) (number % 3), ReplicaState.ACTIVE);
        }
      } finally {
        over.set(true);
      }
      reader.get();
    }
  }

  /** A peer may ask another one for a shard that it has not made yet; a client repeats. */
  private static Map<Long, Object> readPatiently(ContractScene scene, int peer) {
    Map<Long, Object> seen = new TreeMap<>();
    Awaitility.await()
        .pollInSameThread()
        .pollInterval(Duration.ofMillis(5))
        .ignoreException(QdrantException.Unavailable.class)
        .until(() -> {
          seen.putAll(scene.read(peer, ShardSelector.all(), null));
          return true;
        });
    return seen;
  }

  @Test
  default void section12KeywordsAndNumbersOfTheSameDigitsAreDifferentKeys() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.key(ShardKey.of(7), 0, ReplicaState.ACTIVE);
      scene.key(ShardKey.of("7"), 1, ReplicaState.ACTIVE);
      scene.put(ShardSelector.key(ShardKey.of(7)), points(ShardKey.of(7), 0, 2, 1L));
      assertThat(scene.read(ShardSelector.key(ShardKey.of("7")))).isEmpty();
      assertThat(scene.read(ShardSelector.key(ShardKey.of(7)))).hasSize(2);
    }
  }

  @Test
  default void section12ACollectionWithoutKeysTakesAnIndexButNoPoint() {
    try (ContractScene scene = ContractScene.empty(backend())) {
      scene.port().createTenantIndex(scene.name(), ContractScene.TENANT_FIELD);
      assertThat(scene.view(0).replicas()).isEmpty();
      assertThatThrownBy(() -> scene.put(ShardSelector.all(), points(ACME, 0, 1, 1L)))
          .isInstanceOf(QdrantException.Rejected.class)
          .hasMessageContaining("Shard key not specified");
    }
  }

  @Test
  default void section2TheProxyForwardsByTheFilterAfterTheLocalWrite() {
    try (ContractScene scene = ContractScene.create(backend())) {
      ShardKey other = ShardKey.of("other");
      ShardSelector fallback = ShardSelector.key(FALLBACK);
      scene.put(routed(ACME), points(ACME, 0, 10, 1L));
      scene.put(routed(other), points(other, 100, 110, 1L));
      scene.key(ACME, 1, ReplicaState.PARTIAL);
      scene.holdInActiveRead(FALLBACK, ACME, 2);
      try {
        scene.put(fallback, points(ACME, 3, 4, 2L));
        scene.put(fallback, points(ACME, 10, 12, 2L));
        scene.put(fallback, points(other, 110, 112, 2L));
        // Moves a point out of the filter by an upsert, and one into it by its payload.
        scene.put(fallback, points(other, 5, 6, 3L));
        scene
            .port()
            .setPayload(
                scene.name(),
                fallback,
                Map.of(ContractScene.TENANT_FIELD, "acme"),
                Filter.ids(List.of(PointId.of(105))),
                true);
        scene.port().delete(scene.name(), fallback, Filter.ids(List.of(PointId.of(7))), true);
        scene
            .port()
            .setPayload(
                scene.name(),
                fallback,
                Map.of("version", 4L),
                Filter.ids(List.of(PointId.of(8))),
                true);
      } finally {
        scene.disturbance().resume(2);
      }
      scene.awaitState(ACME, ReplicaState.ACTIVE);
      Map<Long, Object> expected = versions(0, 10, 1L);
      expected.put(3L, 2L);
      expected.put(10L, 2L);
      expected.put(11L, 2L);
      expected.remove(7L);
      expected.put(8L, 4L);
      assertThat(scene.read(ShardSelector.key(ACME)))
          .as("5 stays as a ghost, 105 never arrives")
          .isEqualTo(expected);
    }
  }
}
