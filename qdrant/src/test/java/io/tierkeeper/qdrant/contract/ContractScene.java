package io.tierkeeper.qdrant.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.CollectionTemplate.VectorTemplate;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.PeerView;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ScrollPage;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.ShardTransfer;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.settings.Distance;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * The tiered collection of one contract test: a fallback key on the first peer and what the test adds to it. The module
 * order keeps this test from using the scene of {@code io.tierkeeper.lab.workload}, which depends on the port.
 */
public final class ContractScene implements AutoCloseable {
  public static final ShardKey FALLBACK = ShardKey.of("default");
  public static final ShardKey ACME = ShardKey.of("acme");
  public static final ShardKey SPARE = ShardKey.of("tierkeeper/spare");
  public static final String TENANT_FIELD = "group_id";

  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final QdrantBackend backend;
  private final String name;

  private ContractScene(QdrantBackend backend, String name) {
    this.backend = backend;
    this.name = name;
  }

  /** A collection without any key. */
  public static ContractScene empty(QdrantBackend backend) {
    ContractScene scene = new ContractScene(backend, "contract-" + UUID.randomUUID());
    scene
        .port()
        .createCollection(new CollectionTemplate(
            scene.name, Map.of("", new VectorTemplate.Dense(4, Distance.DOT)), 1, 0, 16));
    scene.awaitEverywhere(view -> true);
    return scene;
  }

  /** A collection with a tenant index and an Active fallback key on the first peer. */
  public static ContractScene create(QdrantBackend backend) {
    ContractScene scene = empty(backend);
    scene.port().createTenantIndex(scene.name, TENANT_FIELD);
    scene.key(FALLBACK, 0, ReplicaState.ACTIVE);
    return scene;
  }

  public String name() {
    return name;
  }

  public List<QdrantWrites> ports() {
    return backend.cluster().peers();
  }

  public QdrantWrites port() {
    return port(0);
  }

  public QdrantWrites port(int peer) {
    return ports().get(peer);
  }

  /** Faults of single peers; the test is skipped on a backend without them. */
  public QdrantBackend.Disturbance disturbance() {
    Assumptions.assumeTrue(
        backend.disturbance().isPresent(),
        "no faults can be injected into " + backend.description());
    return backend.disturbance().orElseThrow();
  }

  public long peerId(int peer) {
    return view(peer).peerId();
  }

  public PeerView view(int peer) {
    return port(peer).view(name).orElseThrow();
  }

  /** Creates a key and waits until every peer shows it. */
  public void key(ShardKey key, int peer, ReplicaState state) {
    port().createShardKey(name, new KeyTemplate(key, peerId(peer), state));
    awaitState(key, state);
  }

  public void dropKey(ShardKey key) {
    port().deleteShardKey(name, key);
    awaitEverywhere(view -> !view.has(key));
  }

  /** The only replica of a key in the first peer's view. */
  public Replica replica(ShardKey key) {
    List<Replica> replicas = view(0).replicasOf(key);
    assertThat(replicas).hasSize(1);
    return replicas.get(0);
  }

  public QdrantWrites portOf(ShardKey key) {
    long owner = replica(key).peerId();
    for (int i = 0; i < ports().size(); i++) {
      if (peerId(i) == owner) {
        return port(i);
      }
    }
    throw new AssertionError("no port for peer " + owner);
  }

  /** Every peer shows all replicas of the key in this state and no transfer. */
  public void awaitState(ShardKey key, ReplicaState state) {
    awaitEverywhere(view -> view.has(key)
        && view.transfers().isEmpty()
        && view.replicasOf(key).stream().allMatch(replica -> replica.state() == state));
  }

  public void awaitEverywhere(Predicate<PeerView> expected) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(() -> assertThat(ports())
            .allSatisfy(port -> assertThat(port.view(name))
                .hasValueSatisfying(view -> assertThat(view).matches(expected))));
  }

  // ---- points

  public static Point point(long id, ShardKey tenant, Object version) {
    Object tenantValue = switch (tenant) {
      case ShardKey.Keyword keyword -> keyword.value();
      case ShardKey.Number number -> number.value();
    };
    return new Point(
        PointId.of(id),
        Map.of(TENANT_FIELD, tenantValue, "version", version),
        Map.of("", new PointVector.Dense(new float[] {id, 1, 0, 0})));
  }

  /** Points of a tenant with these ids, the last one excluded, all of this version. */
  public static List<Point> points(ShardKey tenant, long from, long to, Object version) {
    return LongStream.range(from, to).mapToObj(id -> point(id, tenant, version)).toList();
  }

  public void put(ShardSelector selector, List<Point> points) {
    for (int from = 0; from < points.size(); from += 500) {
      port()
          .upsert(
              Upsert.of(name, selector, points.subList(from, Math.min(points.size(), from + 500))));
    }
  }

  public static ShardSelector routed(ShardKey tenant) {
    return ShardSelector.withFallback(tenant, FALLBACK);
  }

  /** What a peer reads: the version of each point by its number. */
  public Map<Long, Object> read(int peer, ShardSelector selector, @Nullable Filter filter) {
    Map<Long, Object> versions = new TreeMap<>();
    ScrollRequest request = ScrollRequest.whole(name, selector, filter, 200);
    ScrollPage page = port(peer).scroll(request);
    collect(page, versions);
    while (page.next() != null) {
      page = port(peer).scroll(request.startingAt(page.next()));
      collect(page, versions);
    }
    return versions;
  }

  private static void collect(ScrollPage page, Map<Long, Object> versions) {
    for (Point point : page.points()) {
      Object version = point.payload().get("version");
      versions.put(((PointId.Num) point.id()).value(), version == null ? "none" : version);
    }
  }

  public Map<Long, Object> read(ShardSelector selector) {
    return read(0, selector, null);
  }

  public static Map<Long, Object> versions(long from, long to, Object version) {
    Map<Long, Object> versions = new TreeMap<>();
    LongStream.range(from, to).forEach(id -> versions.put(id, version));
    return versions;
  }

  public static Filter of(ShardKey tenant) {
    return Filter.tenant(TENANT_FIELD, tenant.tenant());
  }

  // ---- moves

  /** Copies a tenant into its key and waits until every peer shows that key Active. */
  public void promote(ShardKey tenant) {
    port().replicatePoints(name, FALLBACK, tenant, of(tenant));
    awaitState(tenant, ReplicaState.ACTIVE);
  }

  /** Makes a key Dead by a transfer from an empty key that is aborted at once. */
  public void freeze(ShardKey key, ShardKey emptyKey) {
    Replica from = replica(emptyKey);
    Replica to = replica(key);
    port().replicatePoints(name, emptyKey, key, of(key));
    port()
        .abortTransfer(
            name,
            new ShardTransfer(from.shardId(), to.shardId(), from.peerId(), to.peerId(), true));
    awaitState(key, ReplicaState.DEAD);
  }

  /**
   * Starts a transfer that cannot end: one uninvolved peer stands still, so that not all confirm ActiveRead. The
   * caller must resume it within ten seconds or see the transfer fail.
   *
   * @return the transfer as listed
   */
  public ShardTransfer holdInActiveRead(ShardKey from, ShardKey to, int pausedPeer) {
    disturbance().pause(pausedPeer);
    try {
      return startedInActiveRead(from, to, pausedPeer);
    } catch (AssertionError | RuntimeException failure) {
      // The next test must not find a peer that stands still.
      disturbance().resume(pausedPeer);
      throw failure;
    }
  }

  private ShardTransfer startedInActiveRead(ShardKey from, ShardKey to, int pausedPeer) {
    try {
      port().replicatePoints(name, from, to, of(to));
    } catch (QdrantException.OutcomeUnknown unknown) {
      // The paused peer may have led consensus; what counts is whether the transfer is listed.
      await().atMost(PATIENCE).until(() -> !view(0).transfers().isEmpty());
    }
    for (int peer = 0; peer < ports().size(); peer++) {
      if (peer != pausedPeer) {
        int looking = peer;
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(20))
            .until(() -> view(looking).replicasOf(to).stream()
                .allMatch(replica -> replica.state() == ReplicaState.ACTIVE_READ));
      }
    }
    List<ShardTransfer> transfers = view(0).transfers();
    assertThat(transfers).hasSize(1);
    return transfers.get(0);
  }

  @Override
  public void close() {
    port().deleteCollection(name);
  }
}
