package io.tierkeeper.moves.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a restoration refuses, and what it finds. */
@Timeout(60)
class RestorationTest {
  private static final ShardKey ACME = ShardKey.of("acme");
  private static final ShardKey NEW = ShardKey.of("new");

  private final EmulatedQdrant emulated = EmulatedQdrant.start(EmulatorOptions.defaults());
  private final QdrantCluster cluster = GrpcQdrant.connect(QdrantEndpoints.plain(
      emulated.peers().stream().map(EmulatedPeer::grpcEndpoint).toList(),
      emulated.peers().stream().map(EmulatedPeer::restPort).toList()));

  @TempDir
  Path dir;

  private StoredSnapshot snapshot = StoredSnapshot.begun(
      new SnapshotOrigin("kb", "group_id", "acme", false, "m", "uid", "BeforeDemotion", "7"),
      Instant.EPOCH,
      Instant.EPOCH,
      Map.of());

  @BeforeEach
  void tenant() throws IOException {
    collection("kb", 4);
    port()
        .createShardKey("kb", new KeyTemplate(ACME, port().status().peerId(), ReplicaState.ACTIVE));
    port()
        .upsert(Upsert.of(
            "kb",
            ShardSelector.key(ACME),
            LongStream.rangeClosed(1, 30)
                .mapToObj(id -> new Point(
                    PointId.of(id),
                    Map.of("group_id", "acme"),
                    Map.of("", new PointVector.Dense(new float[] {id, 1, 0, 0}))))
                .toList()));
    snapshot = SnapshotStore.in(dir)
        .store(
            StoredSnapshot.begun(
                snapshot.origin(),
                Instant.EPOCH,
                Instant.EPOCH,
                VectorNames.of(port().describe("kb").orElseThrow().settings())),
            file -> port()
                .streamShardSnapshot(
                    "kb",
                    port().view("kb").orElseThrow().replicasOf(ACME).getFirst().shardId(),
                    file),
            () -> KeyContent.read(port(), "kb", ACME, 7, read -> {}));
  }

  @AfterEach
  void stop() {
    cluster.close();
    emulated.close();
  }

  private void collection(String name, int size) {
    port().createCollection(CollectionTemplate.tiered(name, size));
    port().createTenantIndex(name, "group_id");
  }

  private QdrantWrites port() {
    return cluster.peers().getFirst();
  }

  private Path file() {
    return dir.resolve(snapshot.file());
  }

  private Restoration restoration(QdrantCluster through) {
    return new Restoration(through, file(), snapshot, NEW, RestoreListener.NONE);
  }

  private void refused(String words) {
    assertThatThrownBy(restoration(cluster)::run)
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining(words)
        .hasMessageNotContaining("\n");
    assertThat(port().view("kb").map(view -> view.replicasOf(NEW).isEmpty()).orElse(true))
        .as("nothing is created")
        .isTrue();
  }

  @Test
  void comparesWhatItHasRestored() {
    RestoreResult done = restoration(cluster).run();
    assertThat(done.points()).isEqualTo(30);
    assertThat(done.exact()).isTrue();
    assertThat(port().count("kb", ShardSelector.key(NEW), null)).isEqualTo(30);
  }

  @Test
  void namesADifference() {
    snapshot = new StoredSnapshot(
        snapshot.version(),
        snapshot.file(),
        snapshot.origin(),
        snapshot.takenAt(),
        snapshot.keepUntil(),
        snapshot.bytes(),
        snapshot.sha256(),
        30,
        "30:0",
        snapshot.vectors());
    assertThatThrownBy(restoration(cluster)::run)
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining("ids or payloads are not those of the snapshot");
    // A repeat looks again instead of refusing the key as a foreign one.
    assertThatThrownBy(restoration(cluster)::run)
        .hasMessageContaining("ids or payloads are not those of the snapshot");
  }

  @Test
  void refusesADamagedFile() throws IOException {
    Files.writeString(file(), "damaged");
    refused("has checksum");
    Files.delete(file());
    refused("does not exist");
  }

  @Test
  void refusesAKeyThatExists() {
    port().createShardKey("kb", NEW, 1);
    assertThatThrownBy(restoration(cluster)::run)
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining("name another with --to");
    assertThat(port().count("kb", ShardSelector.key(NEW), null)).isZero();
  }

  @Test
  void refusesACollectionWithOtherVectors() {
    port().deleteCollection("kb");
    refused("does not exist");
    collection("kb", 5);
    refused("create a collection with the vectors of the snapshot");
  }

  @Test
  void refusesAnAddressOfSeveralPeers() {
    int[] turn = {0};
    QdrantWrites balanced = (QdrantWrites) Proxy.newProxyInstance(
        getClass().getClassLoader(),
        new Class<?>[] {QdrantWrites.class},
        (proxy, method, arguments) -> {
          try {
            return method.invoke(
                cluster.peers().get(turn[0]++ % cluster.peers().size()), arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
    QdrantCluster one = new QdrantCluster() {
      @Override
      public List<QdrantWrites> peers() {
        return List.of(balanced);
      }

      @Override
      public void close() {}
    };
    assertThatThrownBy(restoration(one)::run)
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining("leads to several peers");
  }

  @Test
  void worksThroughTheAddressOfOnePeer() {
    QdrantCluster one = new QdrantCluster() {
      @Override
      public List<QdrantWrites> peers() {
        return List.of(cluster.peers().get(1));
      }

      @Override
      public void close() {}
    };
    assertThat(restoration(one).run().points()).isEqualTo(30);
  }
}
