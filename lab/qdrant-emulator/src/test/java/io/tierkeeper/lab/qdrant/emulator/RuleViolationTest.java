package io.tierkeeper.lab.qdrant.emulator;

import static io.tierkeeper.lab.qdrant.emulator.ClientSide.failure;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.key;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.ok;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.point;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.tenant;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.withFallback;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.qdrant.client.grpc.Collections.ReplicaState;
import io.qdrant.client.grpc.Collections.RestartTransfer;
import io.qdrant.client.grpc.Collections.ShardTransferInfo;
import io.qdrant.client.grpc.Collections.ShardTransferMethod;
import io.tierkeeper.lab.qdrant.emulator.cluster.TransferOptions;
import io.tierkeeper.lab.qdrant.emulator.rules.RuleViolation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each call that must never be made is carried out, hurts as it does on a real server, and is written down. */
class RuleViolationTest {

  private final EmulatedQdrant qdrant = EmulatedQdrant.start(EmulatorOptions.defaults()
      .withTransfers(TransferOptions.defaults().withPointsPerSecond(2_000)));
  private final ClientSide client = new ClientSide(qdrant, "kb");

  @BeforeEach
  void createCollection() {
    client.createWithFallback();
    client.fill("default", "acme", 0, 300);
    client.fill("default", "other", 1000, 1010);
  }

  @AfterEach
  void close() {
    client.close();
    qdrant.close();
  }

  private void promote() {
    client.createKey("acme", ReplicaState.Partial, 1);
    client.replicatePoints("default", "acme", "acme");
    client.awaitSettled("acme", ReplicaState.Active);
  }

  /** Starts a promotion of 10,000 points, which lasts seconds, and returns its transfer. */
  private ShardTransferInfo longTransfer() {
    client.fill("default", "acme", 10_000, 20_000);
    client.createKey("acme", ReplicaState.Partial, 1);
    client.replicatePoints("default", "acme", "acme");
    return client.view(0).getShardTransfers(0);
  }

  @Test
  void letsAnHonestPromotionAndFreezePass() {
    promote();
    client.delete(0, key("default"), tenant("acme"));
    client.createKey("tierkeeper/empty", ReplicaState.Active, 1);
    client.replicatePoints("tierkeeper/empty", "acme", "acme");
    client.abort(client.view(0).getShardTransfers(0));
    client.awaitSettled("acme", ReplicaState.Dead);
    client.upsert(2, withFallback("acme"), point(5000, "acme"));
    assertThat(client.ids(2, key("default"))).contains(5000L);
    client.deleteKey("acme");
    assertThat(qdrant.violations()).isEmpty();
  }

  @Test
  void notesReverseReplicationOntoALiveKey() {
    client.createKey("small", ReplicaState.Active, 1);
    client.replicatePoints("small", "default", "acme");
    assertThat(failure(() -> client.ids(0, key("default"))).getCode())
        .isEqualTo(Status.Code.INTERNAL);
    assertThat(qdrant.violations()).extracting(RuleViolation::rule).containsExactly(2);
  }

  @Test
  void notesReplicationOntoAnEmptyFallback() {
    client.createKey("empty", ReplicaState.Active, 1);
    client.createKey("small", ReplicaState.Active, 1);
    client.ids(
        0,
        withFallback("none").toBuilder()
            .setFallback(io.qdrant.client.ShardKeyFactory.shardKey("empty"))
            .build());
    client.replicatePoints("small", "empty", "acme");
    assertThat(qdrant.violations()).extracting(RuleViolation::rule).containsExactly(2);
  }

  @Test
  void notesASecondReplicationWhichBringsOldCopiesBack() {
    promote();
    client.delete(0, key("acme"), tenant("acme"));
    assertThat(client.count(0, key("acme"))).isZero();
    client.replicatePoints("default", "acme", "acme");
    client.awaitSettled("acme", ReplicaState.Active);
    assertThat(client.count(0, key("acme"))).isEqualTo(300);
    assertThat(qdrant.violations()).extracting(RuleViolation::rule).containsExactly(4);
  }

  @Test
  void notesTheRestartOfAFilteredTransfer() {
    ShardTransferInfo transfer = longTransfer();
    ok(client
        .peer(0)
        .updateCollectionClusterSetupAsync(client
            .setup()
            .setRestartTransfer(RestartTransfer.newBuilder()
                .setShardId(transfer.getShardId())
                .setToShardId(transfer.getToShardId())
                .setFromPeerId(transfer.getFrom())
                .setToPeerId(transfer.getTo())
                .setMethod(ShardTransferMethod.Snapshot))
            .build()));
    assertThat(qdrant.violations()).extracting(RuleViolation::rule).containsExactly(5);
  }

  @Test
  void notesTheDeletionOfAKeyInATransfer() {
    longTransfer();
    client.deleteKey("acme");
    assertThat(qdrant.violations()).extracting(RuleViolation::rule).containsExactly(6, 9);
  }

  @Test
  void notesKeyOperationsDuringATransfer() {
    client.createKey("idle", ReplicaState.Active, 2);
    longTransfer();
    client.createKey("more", ReplicaState.Active, 2);
    client.deleteKey("idle");
    assertThat(qdrant.violations()).extracting(RuleViolation::rule).containsExactly(9, 9);
  }

  @Test
  void notesATransferIntoTheSourceOfAnother() {
    client.createKey("tierkeeper/empty", ReplicaState.Active, 1);
    longTransfer();
    client.createKey("unused", ReplicaState.Active, 2);
    client.replicatePoints("tierkeeper/empty", "default", "acme");
    assertThat(qdrant.violations()).extracting(RuleViolation::rule).contains(10);
  }
}
