package io.tierkeeper.lab.qdrant.emulator;

import static io.tierkeeper.lab.qdrant.emulator.ClientSide.point;
import static org.assertj.core.api.Assertions.assertThat;

import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.ShardingMethod;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.CollectionsGrpc;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Points.DeletePoints;
import io.qdrant.client.grpc.Points.PointsIdsList;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.UpsertPoints;
import io.qdrant.client.grpc.PointsGrpc;
import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.lab.time.VirtualScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Replicas that differ, in virtual time. */
class ReplicasTest {

  private static final Duration LAG = Duration.ofMillis(50);

  @Test
  void aWriteReachesTheReplicasOneAfterTheOtherAndAllOfThemWhenItIsAcknowledged() {
    List<Integer> differences = observe(LAG);
    assertThat(differences.getLast()).isZero();
    assertThat(differences).anyMatch(difference -> difference > 0);
    assertThat(observe(LAG)).as("the same seed").isEqualTo(differences);
    assertThat(observe(Duration.ZERO)).containsOnly(0);
  }

  /** How many points two peers showed differently, read again and again while a client writes, and at the end. */
  private static List<Integer> observe(Duration lag) {
    List<Integer> differences = new ArrayList<>();
    VirtualScheduler.run(7, scheduler -> {
      try (EmulatedQdrant qdrant = start(lag, scheduler)) {
        Scheduler.Handle writer = scheduler.fork("writer", () -> {
          for (int version = 0; version < 3; version++) {
            for (long id = 0; id < 20; id++) {
              upsert(qdrant, (int) (id % 3), id, "v" + version);
            }
          }
        });
        for (int read = 0; read < 200; read++) {
          scheduler.sleep(Duration.ofMillis(7));
          differences.add(difference(qdrant));
        }
        try {
          writer.join();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        differences.add(difference(qdrant));
      }
    });
    return differences;
  }

  @Test
  void concurrentWritesOfOnePointLeaveAllReplicasTheSame() {
    VirtualScheduler.run(11, scheduler -> {
      try (EmulatedQdrant qdrant = start(LAG, scheduler)) {
        List<Scheduler.Handle> writers = new ArrayList<>();
        for (int writer = 0; writer < 6; writer++) {
          int number = writer;
          writers.add(scheduler.fork("writer-" + writer, () -> {
            for (int version = 0; version < 30; version++) {
              upsert(qdrant, number % 3, 1, number + "." + version);
            }
          }));
        }
        for (Scheduler.Handle writer : writers) {
          try {
            writer.join();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        }
        assertThat(difference(qdrant)).isZero();
      }
    });
  }

  @Test
  void aPeerThatLosesWritesDiffersForGood() {
    VirtualScheduler.run(13, scheduler -> {
      try (EmulatedQdrant qdrant = start(Duration.ZERO, scheduler)) {
        upsert(qdrant, 0, 1, "kept");
        qdrant.loseWrites(qdrant.peers().get(1).peerId(), true);
        upsert(qdrant, 0, 2, "lost");
        qdrant.loseWrites(qdrant.peers().get(1).peerId(), false);
        upsert(qdrant, 0, 3, "kept");
        assertThat(read(qdrant, 0).keySet()).containsExactly(1L, 2L, 3L);
        assertThat(read(qdrant, 1).keySet()).containsExactly(1L, 3L);
        assertThat(read(qdrant, 2).keySet()).containsExactly(1L, 2L, 3L);
      }
    });
  }

  @Test
  void aDeletionHoldsOnAReplicaThatIsBeingCopied() {
    VirtualScheduler.run(17, scheduler -> {
      try (EmulatedQdrant qdrant = start(LAG, scheduler)) {
        for (int round = 0; round < 30; round++) {
          EmulatedPeer killed = qdrant.peers().get(round % 3);
          int other = (round + 1) % 3;
          killed.kill();
          for (long id = 1; id <= 10; id++) {
            upsert(qdrant, other, id, "round " + round);
          }
          killed.restart();
          for (long id = 1; id <= 10; id++) {
            delete(qdrant, other, id);
            scheduler.sleep(Duration.ofMillis(20));
          }
          scheduler.sleep(Duration.ofSeconds(10));
          for (int peer = 0; peer < 3; peer++) {
            assertThat(read(qdrant, peer)).as("round %s, peer %s", round, peer).isEmpty();
          }
        }
      }
    });
  }

  private static void delete(EmulatedQdrant qdrant, int peer, long id) {
    PointsGrpc.newBlockingStub(qdrant.peers().get(peer).channel())
        .delete(DeletePoints.newBuilder()
            .setCollectionName("kb")
            .setWait(true)
            .setPoints(PointsSelector.newBuilder()
                .setPoints(
                    PointsIdsList.newBuilder().addIds(PointId.newBuilder().setNum(id))))
            .build());
  }

  private static EmulatedQdrant start(Duration lag, VirtualScheduler scheduler) {
    EmulatedQdrant qdrant = EmulatedQdrant.withoutPorts(
        EmulatorOptions.defaults().withReplicaLag(lag), scheduler, Duration.ofSeconds(20));
    CollectionsGrpc.newBlockingStub(qdrant.peers().get(0).channel())
        .create(CreateCollection.newBuilder()
            .setCollectionName("kb")
            .setShardingMethod(ShardingMethod.Auto)
            .setShardNumber(1)
            .setReplicationFactor(3)
            .setVectorsConfig(VectorsConfig.newBuilder()
                .setParams(VectorParams.newBuilder().setSize(2).setDistance(Distance.Dot)))
            .build());
    return qdrant;
  }

  private static void upsert(EmulatedQdrant qdrant, int peer, long id, String tenant) {
    PointsGrpc.newBlockingStub(qdrant.peers().get(peer).channel())
        .upsert(UpsertPoints.newBuilder()
            .setCollectionName("kb")
            .setWait(true)
            .addPoints(point(id, tenant))
            .build());
  }

  private static int difference(EmulatedQdrant qdrant) {
    TreeMap<Long, RetrievedPoint> first = read(qdrant, 0);
    int different = 0;
    for (int peer = 1; peer < 3; peer++) {
      TreeMap<Long, RetrievedPoint> other = read(qdrant, peer);
      different += (int) first.entrySet().stream()
          .filter(point -> !point.getValue().equals(other.get(point.getKey())))
          .count();
      different +=
          (int) other.keySet().stream().filter(id -> !first.containsKey(id)).count();
    }
    return different;
  }

  private static TreeMap<Long, RetrievedPoint> read(EmulatedQdrant qdrant, int peer) {
    TreeMap<Long, RetrievedPoint> points = new TreeMap<>();
    PointsGrpc.newBlockingStub(qdrant.peers().get(peer).channel())
        .scroll(ScrollPoints.newBuilder().setCollectionName("kb").setLimit(100).build())
        .getResultList()
        .forEach(point -> points.put(point.getId().getNum(), point));
    return points;
  }
}
