package io.tierkeeper.lab.workload;

import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.CollectionTemplate.TenantIndex;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ScrollPage;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A tiered collection under test, and how its clients reach it. {@link SceneBuilder} creates it with its tenants.
 *
 * @param scheduler runs the clients
 * @param cluster connections of the clients: to the emulator, to processes on this machine or to a remote cluster
 * @param name of the collection in Qdrant
 * @param fallback shard key of tenants without a dedicated one
 * @param points generates and verifies the points of all tenants
 * @param route where clients send their calls
 */
public record TieredScene(
    Scheduler scheduler,
    QdrantCluster cluster,
    String name,
    ShardKey fallback,
    CheckedPoints points,
    ClientRoute route) {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

  /** Creates the collection with its tenant index and its fallback key on the first peer. */
  void create(TenantIndex index) {
    QdrantWrites port = port();
    port.createCollection(new CollectionTemplate(name, points.vectors().templates(), 1, 0, 16));
    createKey(fallback);
    port.createTenantIndex(name, points.tenantField(), index);
  }

  /** Creates an empty Active shard key on the first peer. */
  void createKey(ShardKey key) {
    QdrantWrites port = port();
    port.createShardKey(name, new KeyTemplate(key, port.status().peerId(), ReplicaState.ACTIVE));
  }

  /**
   * Copies the fallback to further peers and returns when all replicas are Active.
   *
   * @param replicas of the fallback in total, 1 to the number of peers
   */
  void replicateFallback(int replicas) {
    QdrantWrites port = port();
    long home = port.status().peerId();
    for (int count = 2; count <= replicas; count++) {
      await("the fallback key", () -> !fallbackReplicas().isEmpty());
      long target = cluster.peers().get(count - 1).status().peerId();
      port.replicateShard(name, fallbackReplicas().getFirst().shardId(), home, target);
      int expected = count;
      await("replica " + count + " of the fallback key", () -> isReplicated(expected));
    }
  }

  private boolean isReplicated(int replicas) {
    List<Replica> found = fallbackReplicas();
    return found.size() == replicas
        && found.stream().allMatch(replica -> replica.state() == ReplicaState.ACTIVE)
        && cluster.peers().stream()
            .allMatch(
                peer -> peer.view(name).map(view -> view.transfers().isEmpty()).orElse(false));
  }

  private List<Replica> fallbackReplicas() {
    return port().view(name).map(view -> view.replicasOf(fallback)).orElse(List.of());
  }

  private void await(String what, BooleanSupplier done) {
    long deadline = scheduler.nanoTime() + TIMEOUT.toNanos();
    while (!done.getAsBoolean()) {
      if (scheduler.nanoTime() > deadline) {
        throw new IllegalStateException(
            what + " of collection " + name + " is not ready after " + TIMEOUT);
      }
      scheduler.sleep(POLL_INTERVAL);
    }
  }

  /** The first peer. */
  public QdrantWrites port() {
    return cluster.peers().getFirst();
  }

  /** The selector that clients of a tenant send: target with fallback, unless their route says otherwise. */
  public ShardSelector selector(ShardKey tenant) {
    return route.selector(tenant);
  }

  /** The filter that clients of a tenant send. */
  public Filter filter(ShardKey tenant) {
    return Filter.tenant(points.tenantField(), tenant.tenant());
  }

  /** All points of a request, page by page. */
  public static List<Point> scroll(QdrantReads port, ScrollRequest request) {
    ScrollPage page = port.scroll(request);
    List<Point> found = new ArrayList<>(page.points());
    while (page.next() != null) {
      page = port.scroll(request.startingAt(page.next()));
      found.addAll(page.points());
    }
    return found;
  }

  /** Deletes the collection. */
  public void drop() {
    port().deleteCollection(name);
  }
}
