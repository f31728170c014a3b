package io.tierkeeper.qdrant.contract;

import static io.tierkeeper.qdrant.contract.ContractScene.ACME;
import static io.tierkeeper.qdrant.contract.ContractScene.FALLBACK;
import static io.tierkeeper.qdrant.contract.ContractScene.SPARE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tierkeeper.lab.qdrant.local.LocalQdrant;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the two commandments forbid that hang or kill a server, shown on a real one: each in a cluster of its own, which is
 * killed afterwards. They are the reason why the move engine waits for every foreign transfer.
 */
class ForbiddenCallsIT {
  private static final int POINTS = 20_000;
  private static final Duration HANG = Duration.ofSeconds(5);
  private static final int TRIES = 5;

  @Test
  @Timeout(value = 4, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void section0Rule10ATransferIntoTheSourceOfAnotherStopsConsensus() {
    try (BinaryQdrant backend = cluster()) {
      // The first copy must still run when the second begins; a quick one may be over.
      int tries = 0;
      boolean stopped = false;
      while (!stopped && tries++ < TRIES) {
        copyIntoTheSourceOfACopy(backend);
        stopped = stopsWithin(backend, Duration.ofSeconds(15));
      }
      System.out.println("A transfer into the source of another on " + backend.description()
          + (stopped
              ? " stopped consensus at try " + tries
              : " did no harm in " + TRIES + " tries"));
      assertThat(stopped).as("consensus stopped with an error").isTrue();
    }
  }

  private static void copyIntoTheSourceOfACopy(BinaryQdrant backend) {
    ContractScene scene = ContractScene.create(backend);
    scene.key(ACME, 0, ReplicaState.ACTIVE);
    scene.key(SPARE, 0, ReplicaState.ACTIVE);
    ShardKey empty = ShardKey.of("tierkeeper/empty");
    scene.key(empty, 0, ReplicaState.ACTIVE);
    load(scene, ACME);
    QdrantWrites port = scene.port();
    Filter acme = Filter.tenant(ContractScene.TENANT_FIELD, ACME.tenant());
    port.replicatePoints(scene.name(), ACME, SPARE, acme);
    try {
      port.replicatePoints(scene.name(), empty, ACME, acme);
    } catch (QdrantException e) {
      // Whether the answer still comes is chance.
    }
  }

  private static boolean stopsWithin(BinaryQdrant backend, Duration time) {
    try {
      await()
          .atMost(time)
          .until(() -> cluster(backend.address(0))
              .contains("\"consensus_thread_status\":\"stopped_with_err\""));
      return true;
    } catch (ConditionTimeoutException e) {
      return false;
    }
  }

  @Test
  @Timeout(value = 8, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void section0Rule9AKeyCreatedDuringATransferUnderLoadHangs() throws Exception {
    try (BinaryQdrant backend = cluster()) {
      assumeTrue(
          !backend.cluster().peers().get(0).status().version().startsWith("1.19."),
          "1.19.0 lets the lock go before it waits");
      List<Duration> took = new ArrayList<>();
      while (took.size() < TRIES && took.stream().noneMatch(one -> one.compareTo(HANG) > 0)) {
        took.add(createKeyDuringTransfer(backend));
      }
      System.out.println("A key created during a transfer under load on " + backend.description()
          + " took " + took);
      assertThat(took).anyMatch(one -> one.compareTo(HANG) > 0);
    }
  }

  private static Duration createKeyDuringTransfer(BinaryQdrant backend) throws Exception {
    ContractScene scene = ContractScene.create(backend);
    load(scene, FALLBACK);
    scene.key(ACME, 1, ReplicaState.PARTIAL);
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> writers = new ArrayList<>();
      for (int writer = 0; writer < 24; writer++) {
        int number = writer;
        writers.add(threads.submit(() -> {
          QdrantWrites port = scene.ports().get(number % scene.ports().size());
          for (long id = 1_000_000L * (number + 1); !over.get(); id++) {
            try {
              port.upsert(Upsert.of(
                  scene.name(),
                  ShardSelector.key(FALLBACK),
                  ContractScene.points(ShardKey.of("other"), id, id + 1, 1L)));
            } catch (QdrantException e) {
              // The writers are there to press, not to be answered.
            }
          }
        }));
      }
      try {
        scene
            .port()
            .replicatePoints(
                scene.name(),
                FALLBACK,
                ACME,
                Filter.tenant(ContractScene.TENANT_FIELD, ACME.tenant()));
        long began = System.nanoTime();
        try {
          scene
              .port()
              .createShardKey(
                  scene.name(),
                  new KeyTemplate(
                      ShardKey.of("late"), scene.port().status().peerId(), ReplicaState.ACTIVE));
        } catch (QdrantException e) {
          // A deadline is how a hang ends for us.
        }
        return Duration.ofNanos(System.nanoTime() - began);
      } finally {
        over.set(true);
      }
    }
  }

  private static void load(ContractScene scene, ShardKey into) {
    for (int first = 0; first < POINTS; first += 1000) {
      scene.put(ShardSelector.key(into), ContractScene.points(ACME, first, first + 1000, 1L));
    }
  }

  private static BinaryQdrant cluster() {
    Optional<Path> binary = LocalQdrant.binary(System.getenv());
    assumeTrue(binary.isPresent(), "no Qdrant binary (QDRANT_BIN, PATH)");
    return BinaryQdrant.start(binary.orElseThrow());
  }

  private static String cluster(QdrantBackend.Address address)
      throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(
                      URI.create("http://" + address.host() + ":" + address.rest() + "/cluster"))
                  .timeout(Duration.ofSeconds(5))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }
}
