package io.tierkeeper.lab.qdrant.emulator;

import static io.tierkeeper.lab.qdrant.emulator.ClientSide.failure;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.key;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.ok;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.point;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.tenant;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.withFallback;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.qdrant.client.grpc.Collections.MoveShard;
import io.qdrant.client.grpc.Collections.Replica;
import io.qdrant.client.grpc.Collections.ReplicaState;
import io.qdrant.client.grpc.Collections.ReplicateShard;
import io.qdrant.client.grpc.Collections.ShardTransferInfo;
import io.tierkeeper.lab.qdrant.emulator.cluster.TransferOptions;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The state machine of transfers, and what writes meet while one runs. */
class TransferTest {

  private final EmulatedQdrant qdrant = EmulatedQdrant.start(EmulatorOptions.defaults()
      .withTransfers(TransferOptions.defaults()
          .withPointsPerSecond(2_000)
          .withBarrierTimeout(Duration.ofMillis(500))
          .withRetryPause(Duration.ofMillis(50))));
  private final ClientSide client = new ClientSide(qdrant, "kb");

  @BeforeEach
  void createCollection() {
    client.createWithFallback();
    client.fill("default", "other", 50_000, 50_010);
  }

  @AfterEach
  void close() {
    client.close();
    qdrant.close();
  }

  private ShardTransferInfo start(int points) {
    client.fill("default", "acme", 0, points);
    client.createKey("acme", ReplicaState.Partial, 1);
    client.replicatePoints("default", "acme", "acme");
    return client.view(0).getShardTransfers(0);
  }

  @Test
  void makesThePartialTargetActiveAndForwardsWritesMeanwhile() {
    start(2_000);
    assertThat(client.state(0, "acme")).isEqualTo(ReplicaState.Partial);
    Set<Long> written = new TreeSet<>();
    for (long id = 0; client.view(0).getShardTransfersCount() > 0; id += 7) {
      long number = 100_000 + id;
      client.upsert((int) (id % 3), withFallback("acme"), point(number, "acme"));
      client.upsert((int) (id % 3), withFallback("b"), point(200_000 + id, "b"));
      written.add(number);
    }
    client.awaitSettled("acme", ReplicaState.Active);
    assertThat(client.ids(2, key("acme"))).containsAll(written).hasSize(2_000 + written.size());
    assertThat(client.scroll(2, key("acme"), tenant("b"))).isEmpty();
  }

  @Test
  void makesTheTargetDeadOnAbortAndRefusesASecondAbort() {
    ShardTransferInfo transfer = start(5_000);
    client.abort(transfer);
    client.awaitSettled("acme", ReplicaState.Dead);
    Status again = failure(() -> client.abort(transfer));
    assertThat(again.getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(again.getDescription())
        .contains("Shard transfer ", "for collection kb:1 does not exist");
    assertThat(failure(() -> client.replicatePoints("default", "acme", "acme")).getDescription())
        .contains("Filtered shard transfer can't be started, because destination shard");
    client.upsert(0, withFallback("acme"), point(9_000, "acme"));
    assertThat(client.ids(0, key("default"))).contains(9_000L);
  }

  @Test
  void refusesASecondTransferFromTheSameSource() {
    start(5_000);
    assertThat(failure(() -> client.replicatePoints("default", "acme", "acme")).getDescription())
        .contains("is already involved in transfer");
  }

  @Test
  void refusesReplicationToAMissingKey() {
    assertThat(failure(() -> client.replicatePoints("default", "zz", "acme")).getDescription())
        .isEqualTo("Wrong input: Shard key \"zz\" does not exist for collection kb");
  }

  @Test
  void makesTheTargetDeadWhenItsPeerRestarts() {
    start(5_000);
    Awaitility.await()
        .until(() -> qdrant.peer(client.peerId(0)).node().replica("kb", 1).proxied());
    EmulatedPeer receiver = qdrant.peer(client.peerId(1));
    receiver.kill();
    assertThat(failure(() -> client.upsert(0, withFallback("acme"), point(9_000, "acme")))
            .getCode())
        .as("the forward fails after the local write")
        .isEqualTo(Status.Code.INTERNAL);
    assertThat(client.ids(0, key("default"))).contains(9_000L);
    receiver.restart();
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> client.state(0, "acme") == ReplicaState.Dead
            && client.view(0).getShardTransfersCount() == 0);
  }

  @Test
  void makesTheTargetDeadWhenAnUninvolvedPeerDoesNotConfirm() {
    client.fill("default", "acme", 0, 200);
    client.createKey("acme", ReplicaState.Partial, 1);
    qdrant.peer(client.peerId(2)).pause();
    client.replicatePoints("default", "acme", "acme");
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> client.state(0, "acme") == ReplicaState.Dead);
    assertThat(client.state(0, "acme")).isEqualTo(ReplicaState.Dead);
    qdrant.peer(client.peerId(2)).resume();
    client.awaitSettled("acme", ReplicaState.Dead);
    assertThat(client.count(2, key("default"))).isEqualTo(210);
  }

  @Test
  void leavesAnOrphanPartialKeyPartialOverARestart() {
    client.createKey("acme", ReplicaState.Partial, 1);
    EmulatedPeer holder = qdrant.peer(client.peerId(1));
    holder.kill();
    holder.restart();
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .until(() -> client.state(1, "acme") == ReplicaState.Partial);
  }

  @Test
  void saysOutcomeUnknownWithoutAMajority() {
    qdrant.peer(client.peerId(1)).kill();
    qdrant.peer(client.peerId(2)).kill();
    var request = io.qdrant.client.grpc.Collections.CreateShardKeyRequest.newBuilder()
        .setCollectionName("kb")
        .setTimeout(1)
        .setRequest(io.qdrant.client.grpc.Collections.CreateShardKey.newBuilder()
            .setShardKey(io.qdrant.client.ShardKeyFactory.shardKey("late")));
    Status status = failure(() -> ok(client.peer(0).createShardKeyAsync(request.build())));
    assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(status.getDescription())
        .contains("Waiting for consensus operation commit failed. Timeout set at: 1 seconds");
    assertThat(client.state(0, "late")).isNull();
    qdrant.peer(client.peerId(1)).restart();
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> client.state(0, "late") == ReplicaState.Active);
  }

  @Test
  void copiesAndMovesWholeShards() {
    client.createKey("acme", ReplicaState.Active, 0);
    client.fill("acme", "acme", 0, 500);
    int shard = client.shardId("acme");
    ok(client
        .peer(0)
        .updateCollectionClusterSetupAsync(client
            .setup()
            .setReplicateShard(ReplicateShard.newBuilder()
                .setShardId(shard)
                .setFromPeerId(client.peerId(0))
                .setToPeerId(client.peerId(1)))
            .build()));
    client.awaitSettled("acme", ReplicaState.Active);
    assertThat(localPoints(1, shard)).isEqualTo(500);
    drop(shard, 0);
    ok(client
        .peer(0)
        .updateCollectionClusterSetupAsync(client
            .setup()
            .setMoveShard(MoveShard.newBuilder()
                .setShardId(shard)
                .setFromPeerId(client.peerId(1))
                .setToPeerId(client.peerId(2)))
            .build()));
    client.awaitSettled("acme", ReplicaState.Active);
    assertThat(localPoints(2, shard)).isEqualTo(500);
    assertThat(localPoints(1, shard)).isEqualTo(-1);
    Status last = failure(() -> drop(shard, 2));
    assertThat(last.getDescription())
        .contains("must have at least one active replica after removing");
  }

  private void drop(int shard, int peer) {
    ok(client
        .peer(0)
        .updateCollectionClusterSetupAsync(client
            .setup()
            .setDropReplica(Replica.newBuilder().setShardId(shard).setPeerId(client.peerId(peer)))
            .build()));
  }

  private long localPoints(int peer, int shard) {
    return client.view(peer).getLocalShardsList().stream()
        .filter(local -> local.getShardId() == shard)
        .mapToLong(local -> local.getPointsCount())
        .findFirst()
        .orElse(-1);
  }

  @Test
  void refusesAnIndexWhileAPartialKeyExists() {
    client.createKey("acme", ReplicaState.Partial, 1);
    Status status = failure(() -> ok(client
        .peer(0)
        .createPayloadIndexAsync(
            io.qdrant.client.grpc.Points.CreateFieldIndexCollection.newBuilder()
                .setCollectionName("kb")
                .setFieldName("colour")
                .setFieldType(io.qdrant.client.grpc.Points.FieldType.FieldTypeKeyword)
                .setWait(true)
                .build(),
            null)));
    assertThat(status.getDescription())
        .contains("Failed to apply operation to at least one `Active`");
  }

  @Test
  void usesShardIdsAgain() {
    client.createKey("a", ReplicaState.Active, 1);
    int first = client.shardId("a");
    client.deleteKey("a");
    client.createKey("b", ReplicaState.Active, 1);
    assertThat(client.shardId("b")).isEqualTo(first);
    assertThat(client.count(0, key("b"))).isZero();
  }
}
