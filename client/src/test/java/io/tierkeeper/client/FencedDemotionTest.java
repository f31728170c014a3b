package io.tierkeeper.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.audit.InMemoryAudit;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.scene.MoveDriver;
import io.tierkeeper.lab.scene.SceneMoves;
import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.lab.workload.SceneBuilder;
import io.tierkeeper.moves.DemotionStrategy;
import io.tierkeeper.moves.Fence;
import io.tierkeeper.moves.Leadership;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveSettings;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * The real move engine demotes a tenant by fence, while an application writes, changes and deletes without a pause of its own: nothing
 * is lost, and the application only calls the client.
 */
class FencedDemotionTest {

  private static final String TOKENS = "tokens";
  private static final ShardKey ACME = ShardKey.of("acme");
  private static final int WRITERS = 3;
  private static final int IDS_OF_A_WRITER = 60;

  /** A point that no application writes. */
  private static final long MARKED = 999_999;

  /** The marker point is read a second before a write at most, and a write takes three seconds at most. */
  private static final Duration SETTLE = Duration.ofMillis(4_200);

  private static final RetryPolicy RETRY = RetryPolicy.DEFAULT
      .withAttemptTimeout(Duration.ofSeconds(3))
      .withBackOff(Duration.ofMillis(10), Duration.ofMillis(200));

  /** An application that writes, changes and deletes its own points, and knows what it has been told. */
  private static final class Application implements Runnable {
    private final TenantPoints points;
    private final long first;
    private final SplittableRandom random;
    private final AtomicBoolean stop;
    private final Map<Long, Long> versions = new TreeMap<>();
    private long writes;

    private Application(TenantPoints points, int number, AtomicBoolean stop) {
      this.points = points;
      this.first = 1_000L * number;
      this.random = new SplittableRandom(number);
      this.stop = stop;
    }

    @Override
    public void run() {
      while (!stop.get()) {
        long id = first + random.nextInt(IDS_OF_A_WRITER);
        long version = ++writes;
        switch (versions.containsKey(id) ? random.nextInt(4) : 0) {
          case 0, 1 -> {
            points.upsert(
                Point.of(PointId.of(id), ClientRig.vector(id), Map.of("version", version)));
            versions.put(id, version);
          }
          case 2 -> {
            points.setPayload(List.of(PointId.of(id)), Map.of("version", version));
            versions.put(id, version);
          }
          default -> {
            points.delete(List.of(PointId.of(id)));
            versions.remove(id);
          }
        }
      }
    }
  }

  @Test
  void aDemotionByFenceLosesNothingWhileTheApplicationWrites() throws Exception {
    PointId marker = PointId.of(7);
    AtomicInteger fenced = new AtomicInteger();
    try (ClientRig rig = ClientRig.start(EmulatorOptions.defaults());
        QdrantCluster direct = GrpcQdrant.connect(QdrantEndpoints.plain(
                rig.qdrant().peers().stream().map(peer -> peer.grpcEndpoint()).toList(),
                rig.qdrant().peers().stream().map(peer -> peer.restPort()).toList())
            .deadline(Duration.ofSeconds(20)));
        TenantClient client = TenantClient.connect(ClientRig.config(rig.qdrant())
            .retry(RETRY)
            .fence(new FencePoint(TOKENS, marker))
            .listener(new CallListener() {
              @Override
              public void fenced(String operation) {
                fenced.incrementAndGet();
              }
            })
            .build())) {
      createMarker(direct);
      QdrantCluster cluster = withTokens(direct);
      SceneMoves moves = new SceneMoves(
          "fenced", SceneBuilder.on(cluster, ClientRig.COLLECTION).scene());
      MoveDriver driver = driver(cluster);

      client.forTenant("acme").upsert(ClientRig.point(MARKED));
      Progress.Finished promoted = driver.run(moves.next(ACME, Direction.PROMOTE, settings()));
      assertThat(promoted.phase()).as("%s", promoted).isEqualTo(MovePhase.SUCCEEDED);

      AtomicBoolean stop = new AtomicBoolean();
      List<Application> applications = new ArrayList<>();
      List<Throwable> failures = new CopyOnWriteArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        Application application = new Application(client.forTenant("acme"), i, stop);
        applications.add(application);
        Thread thread = new Thread(application);
        thread.setUncaughtExceptionHandler((where, failure) -> failures.add(failure));
        threads.add(thread);
        thread.start();
      }
      try {
        Awaitility.await()
            .atMost(Duration.ofMinutes(1))
            .until(() -> !failures.isEmpty()
                || client.forTenant("acme").count() > WRITERS * IDS_OF_A_WRITER / 4);
        assertThat(failures).isEmpty();
        assertThat(fenced).hasValue(0);
        Progress.Finished demoted = driver.run(moves.next(ACME, Direction.DEMOTE, settings()));
        assertThat(demoted.phase()).as("%s", demoted).isEqualTo(MovePhase.SUCCEEDED);
        assertThat(demoted.journal().step()).isEqualTo(MoveStep.DONE);
      } finally {
        stop.set(true);
        for (Thread thread : threads) {
          thread.join();
        }
      }
      assertThat(failures).isEmpty();
      assertThat(fenced).as("writes that were held").hasPositiveValue();
      Map<Long, Long> expected = new TreeMap<>();
      applications.forEach(application -> expected.putAll(application.versions));
      assertThat(expected).hasSizeGreaterThan(WRITERS * IDS_OF_A_WRITER / 4);
      Map<Long, Long> found = new TreeMap<>();
      client.forTenant("acme").delete(List.of(PointId.of(MARKED)));
      client.forTenant("acme").stream(null, 100, Shown.PAYLOAD)
          .forEach(point -> found.put(
              ((PointId.Number) point.id()).value(), (Long) point.payload().get("version")));
      assertThat(found).isEqualTo(expected);
      assertThat(rig.qdrant().violations()).isEmpty();
    }
  }

  private static MoveDriver driver(QdrantCluster cluster) {
    Scheduler scheduler = Scheduler.realTime();
    return MoveDriver.on(
            scheduler,
            new MoveEngine(cluster, new InMemoryAudit(), scheduler.clock(), Leadership.always()))
        .timeout(Duration.ofMinutes(4))
        .build();
  }

  private static MoveSettings settings() {
    MoveSettings quick =
        SceneMoves.quick(DemotionStrategy.FENCE, 1, Duration.ofMinutes(2)).withSettle(SETTLE);
    return quick.withDemotion(
        quick.demotion().withFence(new Fence.Token(TOKENS, io.tierkeeper.qdrant.PointId.of(7))));
  }

  /** The emulator has no collections with automatic sharding, so the marker point has a shard key. */
  private static void createMarker(QdrantCluster cluster) {
    QdrantWrites port = cluster.peers().get(0);
    port.createCollection(CollectionTemplate.tiered(TOKENS, ClientRig.DIMENSIONS));
    port.createShardKey(
        TOKENS, new KeyTemplate(ShardKey.of(TOKENS), port.status().peerId(), ReplicaState.ACTIVE));
    port.upsert(Upsert.of(
        TOKENS,
        ShardSelector.key(ShardKey.of(TOKENS)),
        List.of(new io.tierkeeper.qdrant.Point(
            io.tierkeeper.qdrant.PointId.of(7),
            Map.of("tenant", "acme"),
            Map.of("", new PointVector.Dense(new float[] {1, 0, 0, 0}))))));
  }

  /** Sends writes of the marker point to its shard key. */
  private static QdrantCluster withTokens(QdrantCluster real) {
    List<QdrantWrites> peers =
        real.peers().stream().map(FencedDemotionTest::withTokens).toList();
    return new QdrantCluster() {
      @Override
      public List<QdrantWrites> peers() {
        return peers;
      }

      @Override
      public void close() {
        // The connections are closed by the test.
      }
    };
  }

  private static QdrantWrites withTokens(QdrantWrites port) {
    return (QdrantWrites) Proxy.newProxyInstance(
        QdrantWrites.class.getClassLoader(),
        new Class<?>[] {QdrantWrites.class},
        (self, method, args) -> {
          if (args != null
              && args[0] instanceof Upsert upsert
              && upsert.collection().equals(TOKENS)) {
            port.upsert(Upsert.of(TOKENS, ShardSelector.key(ShardKey.of(TOKENS)), upsert.points()));
            return null;
          }
          try {
            return method.invoke(port, args);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }
}
