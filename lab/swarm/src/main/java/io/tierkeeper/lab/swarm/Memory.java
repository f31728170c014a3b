package io.tierkeeper.lab.swarm;

import io.tierkeeper.lab.workload.SceneBuilder;
import io.tierkeeper.lab.workload.TieredScene;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.PeerView;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ScoredPoint;
import io.tierkeeper.qdrant.ScrollPage;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * The shared memory of all groups of agents: one tiered collection with a tenant for each group, addressed with
 * {@code {target, fallback}} and the tenant filter as applications do. A failed call is retried at the next peer.
 */
public final class Memory {

  /** The payload field that holds the group, unless a collection has another. */
  public static final String GROUP = "group_id";

  private static final int ROUNDS = 2;
  private static final Duration BACK_OFF = Duration.ofMillis(100);

  private final TieredScene scene;
  private final Embedder embedder;
  private final InstantSource clock;
  private final AtomicInteger nextPeer = new AtomicInteger();
  private final AtomicLong retries = new AtomicLong();

  /** A memory in a collection that exists before the first deposit. */
  Memory(TieredScene scene, Embedder embedder, InstantSource clock) {
    this.scene = scene;
    this.embedder = embedder;
    this.clock = clock;
  }

  /**
   * The memory in a tiered collection.
   *
   * @param tenantKey payload field of the group
   * @param fallback shard key of groups without a dedicated one
   */
  public static Memory in(
      QdrantCluster cluster,
      String collection,
      String tenantKey,
      ShardKey fallback,
      Embedder embedder,
      InstantSource clock) {
    return new Memory(
        scene(cluster, collection, tenantKey, fallback, embedder).scene(), embedder, clock);
  }

  /** Creates a tiered collection for packets. */
  public static void create(
      QdrantCluster cluster,
      String collection,
      String tenantKey,
      ShardKey fallback,
      Embedder embedder) {
    scene(cluster, collection, tenantKey, fallback, embedder).create();
  }

  private static SceneBuilder scene(
      QdrantCluster cluster,
      String collection,
      String tenantKey,
      ShardKey fallback,
      Embedder embedder) {
    return SceneBuilder.on(cluster, collection)
        .points(tenantKey, embedder.dimensions())
        .fallback(fallback);
  }

  /** Deletes the collection. */
  void drop() {
    call(port -> {
      port.deleteCollection(scene.name());
      return true;
    });
  }

  /**
   * Stores a packet of a group.
   *
   * @throws IllegalArgumentException when it has expired
   * @throws QdrantException when no peer acknowledged it; it may be stored all the same
   */
  public void deposit(ShardKey group, OutcomePacket packet) {
    if (packet.expired(clock.instant())) {
      throw new IllegalArgumentException("packet of " + packet.agentId() + " expired at "
          + packet.expires() + "; allowed: a packet that has not expired");
    }
    Map<String, Object> payload = packet.payload();
    payload.put(scene.points().tenantField(), group.toString());
    Upsert request = Upsert.of(
        scene.name(),
        scene.selector(group),
        List.of(new Point(
            PointId.of(packet.id()),
            payload,
            Map.of("", new PointVector.Dense(embedder.embed(packet.problemDescription()))))));
    call(port -> {
      port.upsert(request);
      return true;
    });
  }

  /**
   * Finds packets of a group about a problem, most similar first; none that has expired.
   *
   * @throws QdrantException when no peer answered
   */
  public List<Match> query(ShardKey group, Question question) {
    Instant now = clock.instant();
    Filter filter = scene
        .filter(group)
        .and(new Filter(
            List.of(
                new Filter.AtLeast(OutcomePacket.CONFIDENCE, question.minConfidence()),
                // Strictly later than now: a packet that expires in this millisecond has expired.
                new Filter.AtLeast(OutcomePacket.EXPIRES, now.toEpochMilli() + 1.0)),
            List.of()));
    if (question.tag() != null) {
      filter = filter.and(Filter.matches(OutcomePacket.DOMAIN_TAGS, question.tag()));
    }
    if (question.agent() != null) {
      filter = filter.butNot(new Filter.Matches(OutcomePacket.AGENT_ID, question.agent()));
    }
    Filter wanted = filter;
    float[] vector = embedder.embed(question.problem());
    List<ScoredPoint> hits = call(port -> port.search(
        scene.name(), scene.selector(group), "", vector, wanted, question.limit(), false));
    List<Match> matches = new ArrayList<>();
    for (ScoredPoint hit : hits) {
      if (hit.score() >= question.minSimilarity() && hit.id() instanceof PointId.Num(long id)) {
        matches.add(new Match(id, OutcomePacket.of(hit.payload()), hit.score()));
      }
    }
    return List.copyOf(matches);
  }

  /**
   * Deletes the packets of a group that have expired.
   *
   * @throws QdrantException when no peer acknowledged it; it may be done all the same
   */
  void deleteExpired(ShardKey group, Instant now) {
    Filter expired = scene
        .filter(group)
        .and(new Filter(
            List.of(new Filter.AtMost(OutcomePacket.EXPIRES, now.toEpochMilli())), List.of()));
    call(port -> {
      port.delete(scene.name(), scene.selector(group), expired, true);
      return true;
    });
  }

  /** Qdrant's number of vectors that are in an HNSW index. */
  long indexed() {
    return call(port -> port.describe(scene.name()))
        .map(CollectionDescription::indexedVectors)
        .orElse(0L);
  }

  /** The number of packets of a group, expired ones included. */
  long count(ShardKey group) {
    return call(port -> port.count(scene.name(), scene.selector(group), scene.filter(group)));
  }

  /** The ids of all packets of a group, in the tier that serves it. */
  List<Long> ids(ShardKey group) {
    return ids(scene.selector(group), group);
  }

  /** The number of packets of a group that are in both tiers. */
  long inBoth(ShardKey group) {
    Optional<PeerView> view = call(port -> port.view(scene.name()));
    if (view.isEmpty() || !view.get().has(group)) {
      return 0;
    }
    List<Long> dedicated = ids(ShardSelector.key(group), group);
    return ids(ShardSelector.key(scene.fallback()), group).stream()
        .filter(dedicated::contains)
        .count();
  }

  private List<Long> ids(ShardSelector selector, ShardKey group) {
    return call(port -> {
      List<Long> ids = new ArrayList<>();
      ScrollRequest request =
          ScrollRequest.whole(scene.name(), selector, scene.filter(group), 1000);
      ScrollPage page = port.scroll(request);
      while (true) {
        page.points().forEach(point -> {
          if (point.id() instanceof PointId.Num(long id)) {
            ids.add(id);
          }
        });
        if (page.next() == null) {
          return ids;
        }
        page = port.scroll(request.startingAt(page.next()));
      }
    });
  }

  /** Calls that were retried at another peer. */
  long retries() {
    return retries.get();
  }

  private <T> T call(Function<QdrantWrites, T> question) {
    QdrantCluster cluster = scene.cluster();
    int first = Math.floorMod(nextPeer.getAndIncrement(), cluster.peers().size());
    int attempts = cluster.peers().size() * ROUNDS;
    QdrantException last = null;
    for (int i = 0; i < attempts; i++) {
      try {
        return question.apply(cluster.peers().get((first + i) % cluster.peers().size()));
      } catch (QdrantException e) {
        last = e;
        retries.incrementAndGet();
        if (i + 1 >= cluster.peers().size()) {
          LockSupport.parkNanos(BACK_OFF.toNanos());
        }
      }
    }
    throw Objects.requireNonNull(last);
  }
}
