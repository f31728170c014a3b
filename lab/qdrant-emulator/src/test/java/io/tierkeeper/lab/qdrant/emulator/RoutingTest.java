package io.tierkeeper.lab.qdrant.emulator;

import static io.tierkeeper.lab.qdrant.emulator.ClientSide.failure;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.key;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.ok;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.point;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.withFallback;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.qdrant.client.ShardKeyFactory;
import io.qdrant.client.grpc.Collections.CreateShardKey;
import io.qdrant.client.grpc.Collections.CreateShardKeyRequest;
import io.qdrant.client.grpc.Collections.ReplicaState;
import io.qdrant.client.grpc.Points.ShardKeySelector;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every row of the routing table, and the answers to explicit and missing keys, through the official client. */
class RoutingTest {

  private static final AtomicInteger NUMBER = new AtomicInteger();

  @RegisterExtension
  static final EmulatedQdrantExtension EMULATOR = new EmulatedQdrantExtension();

  private ClientSide client = new ClientSide(EMULATOR.qdrant(), "none");

  @BeforeEach
  void open() {
    client.close();
    client = new ClientSide(EMULATOR.qdrant(), "routing" + NUMBER.incrementAndGet());
    client.createWithFallback();
    client.upsert(0, key("default"), point(1, "acme"));
  }

  @AfterEach
  void close() {
    client.close();
  }

  /** Creates the key with a point of its own, then forces its replica into a state. */
  private void keyIn(ReplicaState state) {
    client.createKey("acme", ReplicaState.Active, 1);
    client.upsert(0, key("acme"), point(2, "acme"));
    EMULATOR
        .qdrant()
        .forceReplicaState(client.collection, client.shardId("acme"), client.peerId(1), state);
  }

  private void force(String key, ReplicaState state) {
    EMULATOR
        .qdrant()
        .forceReplicaState(client.collection, client.shardId(key), client.peerId(1), state);
  }

  @Test
  void usesTheFallbackWhileTheTargetIsMissing() {
    client.upsert(2, withFallback("acme"), point(3, "acme"));
    assertThat(client.ids(1, withFallback("acme"))).containsExactlyInAnyOrder(1L, 3L);
    assertThat(client.ids(1, key("default"))).containsExactlyInAnyOrder(1L, 3L);
  }

  @ParameterizedTest
  @EnumSource(
      value = ReplicaState.class,
      names = {"Partial", "Dead", "Recovery", "ManualRecovery"})
  void usesTheFallbackWhileTheTargetIsNotUsable(ReplicaState state) {
    keyIn(state);
    client.upsert(2, withFallback("acme"), point(3, "acme"));
    assertThat(client.ids(0, withFallback("acme"))).containsExactlyInAnyOrder(1L, 3L);
    force("acme", ReplicaState.Active);
    assertThat(client.ids(0, key("acme"))).containsExactly(2L);
  }

  @Test
  void readsTheTargetAndWritesBothWhileItIsActiveRead() {
    keyIn(ReplicaState.ActiveRead);
    client.upsert(2, withFallback("acme"), point(3, "acme"));
    assertThat(client.ids(0, withFallback("acme"))).containsExactlyInAnyOrder(2L, 3L);
    assertThat(client.ids(0, key("default"))).containsExactlyInAnyOrder(1L, 3L);
  }

  @Test
  void usesTheActiveTargetAlone() {
    keyIn(ReplicaState.Active);
    client.upsert(2, withFallback("acme"), point(3, "acme"));
    assertThat(client.ids(0, withFallback("acme"))).containsExactlyInAnyOrder(2L, 3L);
    assertThat(client.ids(0, key("default"))).containsExactly(1L);
  }

  @Test
  void failsWithoutFallbackWhileTheActiveTargetsNodeIsDown() {
    keyIn(ReplicaState.Active);
    EMULATOR.qdrant().peer(client.peerId(1)).kill();
    try {
      Status read = failure(() -> client.ids(0, withFallback("acme")));
      Status write = failure(() -> client.upsert(0, withFallback("acme"), point(3, "acme")));
      assertThat(List.of(read.getCode(), write.getCode())).containsOnly(Status.Code.INTERNAL);
      assertThat(read.getDescription()).contains("tcp connect error");
    } finally {
      EMULATOR.qdrant().peer(client.peerId(1)).restart();
    }
  }

  @Test
  void readsTheFallbackAndWritesBothWhileOneOfSeveralTargetShardsIsActiveRead() {
    createTwoShards();
    EMULATOR
        .qdrant()
        .forceReplicaState(client.collection, 2, client.peerId(1), ReplicaState.ActiveRead);
    client.upsert(2, withFallback("acme"), point(3, "acme"));
    assertThat(client.ids(0, key("default"))).containsExactlyInAnyOrder(1L, 3L);
    assertThat(client.ids(0, key("acme"))).containsExactly(3L);
    EMULATOR.qdrant().forceReplicaState(client.collection, 2, client.peerId(1), ReplicaState.Dead);
    client.upsert(2, withFallback("acme"), point(4, "acme"));
    assertThat(client.ids(0, withFallback("acme"))).containsExactlyInAnyOrder(1L, 3L, 4L);
  }

  private void createTwoShards() {
    ok(client
        .peer(0)
        .createShardKeyAsync(CreateShardKeyRequest.newBuilder()
            .setCollectionName(client.collection)
            .setRequest(CreateShardKey.newBuilder()
                .setShardKey(ShardKeyFactory.shardKey("acme"))
                .setShardsNumber(2)
                .setReplicationFactor(1)
                .addPlacement(client.peerId(1)))
            .build()));
  }

  @Test
  void isUnavailableWhereTheTargetIsNotUsableAndTheFallbackMissing() {
    keyIn(ReplicaState.Partial);
    client.deleteKey("default");
    Status read = failure(() -> client.ids(0, withFallback("acme")));
    Status write = failure(() -> client.upsert(0, withFallback("acme"), point(3, "acme")));
    assertThat(List.of(read.getCode(), write.getCode())).containsOnly(Status.Code.UNAVAILABLE);
  }

  @Test
  void isNotFoundWhereNeitherKeyExists() {
    client.deleteKey("default");
    Status read = failure(() -> client.ids(0, withFallback("acme")));
    Status write = failure(() -> client.upsert(0, withFallback("acme"), point(3, "acme")));
    assertThat(List.of(read.getCode(), write.getCode())).containsOnly(Status.Code.NOT_FOUND);
  }

  @Test
  void refusesAFallbackForSeveralKeys() {
    ShardKeySelector two = withFallback("acme").toBuilder()
        .addShardKeys(ShardKeyFactory.shardKey("b"))
        .build();
    Status status = failure(() -> client.ids(0, two));
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription())
        .contains("can be set only when a single shard key is provided");
  }

  @Test
  void readsWithoutSelectorOnlyShardsThatAreActive() {
    keyIn(ReplicaState.ActiveRead);
    assertThat(client.ids(2, null)).containsExactly(1L);
    force("acme", ReplicaState.Active);
    assertThat(client.ids(2, null)).containsExactlyInAnyOrder(1L, 2L);
  }

  @Test
  void refusesWritesWithoutSelector() {
    Status status = failure(() -> client.upsert(0, null, point(9, "acme")));
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription()).isEqualTo("Wrong input: Shard key not specified");
  }

  @Test
  void refusesExplicitKeysThatAreMissing() {
    assertThat(failure(() -> client.upsert(0, key("zz"), point(9, "acme"))).getDescription())
        .isEqualTo("Wrong input: Shard key \"zz\" not found");
    assertThat(failure(() -> client.ids(0, key("zz"))).getDescription())
        .isEqualTo("Bad request: Shard key \"zz\" not found");
  }

  @Test
  void appliesAllButTheFirstWriteToAnExplicitPartialKeyAndFailsThem() {
    client.createKey("acme", ReplicaState.Partial, 1);
    assertThat(failure(() -> client.ids(0, key("acme"))).getDescription())
        .contains("does not have enough active replicas");
    for (long id = 10; id < 12; id++) {
      long written = id;
      Status status = failure(() -> client.upsert(0, key("acme"), point(written, "acme")));
      assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
      assertThat(status.getDescription())
          .contains("Failed to apply operation to at least one `Active`");
    }
    force("acme", ReplicaState.Active);
    assertThat(client.ids(0, key("acme"))).containsExactly(11L);
  }

  @Test
  void refusesExplicitReadsAndWritesOfADeadKey() {
    keyIn(ReplicaState.Dead);
    assertThat(failure(() -> client.ids(0, key("acme"))).getDescription())
        .contains("does not have enough active replicas");
    Status write = failure(() -> client.upsert(0, key("acme"), point(3, "acme")));
    assertThat(write.getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(write.getDescription()).contains("has no active replica");
  }
}
