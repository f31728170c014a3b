package io.tierkeeper.lab.faults.inject;

import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.workload.TieredScene;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Takes the one replica of a shard key out of service, and brings it back with what it held. */
public final class KeyOutage {

  private static final Duration RETRY = Duration.ofMillis(500);

  private final EmulatedQdrant qdrant;
  private final TieredScene scene;
  private final ShardKey key;

  public KeyOutage(EmulatedQdrant qdrant, TieredScene scene, ShardKey key) {
    this.qdrant = qdrant;
    this.scene = scene;
    this.key = key;
  }

  /** Sets the key Dead on all peers; false where it is not Active, or another replica would serve. */
  public boolean begin() {
    Optional<Replica> serving = replicas().size() > 1
        ? Optional.empty()
        : replica().filter(replica -> replica.state() == ReplicaState.ACTIVE);
    serving.ifPresent(
        replica -> qdrant.killReplica(scene.name(), replica.shardId(), replica.peerId()));
    return serving.isPresent();
  }

  /** Lets one of the key's replicas lose what is written meanwhile. */
  public void missedByOneReplica(Runnable writes) {
    long losing = replicas().getLast().peerId();
    qdrant.loseWrites(losing, true);
    try {
      writes.run();
    } finally {
      qdrant.loseWrites(losing, false);
    }
  }

  /** Whether several replicas of the key serve. */
  public boolean replicated() {
    return replicas().stream()
            .filter(replica -> replica.state() == ReplicaState.ACTIVE)
            .count()
        > 1;
  }

  /** Whether the key is gone, or serves. */
  public boolean over() {
    return replicas().isEmpty()
        || replicas().stream().anyMatch(replica -> replica.state() == ReplicaState.ACTIVE);
  }

  /** Recovers the key from its own snapshot, as the runbook says; it serves again when this returns, unless it is gone. */
  public void end() {
    while (!over()) {
      try {
        replica().ifPresent(this::recover);
      } catch (QdrantException e) {
        // The peer is down for a moment.
      }
      scene.scheduler().sleep(RETRY);
    }
  }

  private Optional<Replica> replica() {
    return replicas().stream().findFirst();
  }

  private List<Replica> replicas() {
    return scene.port().view(scene.name()).map(view -> view.replicasOf(key)).orElse(List.of());
  }

  private void recover(Replica replica) {
    QdrantWrites own = scene.cluster().peers().stream()
        .filter(peer -> peer.status().peerId() == replica.peerId())
        .findFirst()
        .orElseThrow();
    String name = own.createShardSnapshot(scene.name(), replica.shardId());
    try {
      Path file = Files.createTempFile("tierkeeper-", ".snapshot");
      try {
        own.downloadShardSnapshot(scene.name(), replica.shardId(), name, file);
        own.recoverShardSnapshot(scene.name(), replica.shardId(), file);
      } finally {
        Files.deleteIfExists(file);
        own.deleteShardSnapshot(scene.name(), replica.shardId(), name);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
