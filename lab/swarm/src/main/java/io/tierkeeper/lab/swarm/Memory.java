package io.tierkeeper.lab.swarm;

import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.PeerView;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ScoredPoint;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * What all groups of agents remember together: one tiered collection, a tenant for each group, addressed with
 * {@code {target, fallback}} and the tenant filter as applications do. A call that fails is repeated at the next peer.
 */
public final class Memory {

  /** The payload field that holds the group. */
  public static final String GROUP = "group_id";

  /** The shared shard key. */
  public static final ShardKey FALLBACK = ShardKey.of("default");

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int ROUNDS = 2;
  private static final Duration BACK_OFF = Duration.ofMillis(100);

  private final QdrantCluster cluster;
  private final String collection;
  private final Embedder embedder;
  private final InstantSource clock;
  private final AtomicInteger turn = new AtomicInteger();
  private final AtomicLong repeated = new AtomicLong();

  Memory(QdrantCluster cluster, String collection, Embedder embedder, InstantSource clock) {
    this.cluster = cluster;
    this.collection = collection;
    this.embedder = embedder;
    this.clock = clock;
  }

  /** Makes the collection; the fallback gets so many replicas. */
  void create(int replicationFactor) {
    QdrantWrites port = cluster.peers().getFirst();
    port.createCollection(CollectionTemplate.tiered(collection, embedder.dimensions()));
    long home = port.status().peerId();
    port.createShardKey(collection, new KeyTemplate(FALLBACK, home, ReplicaState.ACTIVE));
    port.createTenantIndex(collection, GROUP);
    for (int i = 1; i < replicationFactor; i++) {
      long other = cluster.peers().get(i).status().peerId();
      await("the fallback on every peer", () -> replicas().size() >= 1);
      port.replicateShard(collection, replicas().getFirst().shardId(), home, other);
      int wanted = i + 1;
      await(
          "replica " + wanted + " of the fallback",
          () -> replicas().size() == wanted
              && replicas().stream().allMatch(replica -> replica.state() == ReplicaState.ACTIVE)
              && cluster.peers().stream()
                  .allMatch(peer -> peer.view(collection)
                      .map(view -> view.transfers().isEmpty())
                      .orElse(false)));
    }
  }

  private List<Replica> replicas() {
    return cluster
        .peers()
        .getFirst()
        .view(collection)
        .map(view -> view.replicasOf(FALLBACK))
        .orElse(List.of());
  }

  private static void await(String what, java.util.function.BooleanSupplier done) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException(what + " was waited for in vain for " + PATIENCE);
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  void drop() {
    call(port -> {
      port.deleteCollection(collection);
      return true;
    });
  }

  /**
   * Leaves a packet with a group.
   *
   * @throws IllegalArgumentException when it has expired
   * @throws QdrantException when no peer took it; it may be there all the same
   */
  void deposit(ShardKey group, OutcomePacket packet) {
    if (packet.expired(clock.instant())) {
      throw new IllegalArgumentException("packet of " + packet.agent() + " expired at "
          + packet.expires() + "; allowed is one that can still be read");
    }
    Map<String, Object> payload = packet.payload();
    payload.put(GROUP, group.toString());
    Upsert request = Upsert.of(
        collection,
        ShardSelector.withFallback(group, FALLBACK),
        List.of(new Point(
            PointId.of(packet.id()),
            payload,
            Map.of("", new PointVector.Dense(embedder.embed(packet.problem()))))));
    call(port -> {
      port.upsert(request);
      return true;
    });
  }

  /**
   * What a group knows about a problem, likest first; nothing that has expired.
   *
   * @throws QdrantException when no peer answered
   */
  List<Match> query(ShardKey group, Question question) {
    Instant now = clock.instant();
    Filter filter = Filter.tenant(GROUP, group)
        .and(new Filter(
            List.of(
                new Filter.AtLeast(OutcomePacket.CONFIDENCE, question.leastConfidence()),
                // Strictly later than now: what expires in this millisecond has expired.
                new Filter.AtLeast(OutcomePacket.EXPIRES, now.toEpochMilli() + 1.0)),
            List.of()));
    Filter tagged = question.tag() == null
        ? filter
        : filter.and(Filter.matches(OutcomePacket.TAGS, question.tag()));
    float[] vector = embedder.embed(question.problem());
    List<ScoredPoint> hits = call(port -> port.search(
        collection,
        ShardSelector.withFallback(group, FALLBACK),
        "",
        vector,
        tagged,
        question.most(),
        false));
    List<Match> matches = new ArrayList<>();
    for (ScoredPoint hit : hits) {
      if (hit.score() >= question.leastLikeness() && hit.id() instanceof PointId.Num(long id)) {
        matches.add(new Match(id, OutcomePacket.of(hit.payload()), hit.score()));
      }
    }
    return List.copyOf(matches);
  }

  /** How many packets of a group are there, expired ones included. */
  long count(ShardKey group) {
    return call(port -> port.count(
        collection, ShardSelector.withFallback(group, FALLBACK), Filter.tenant(GROUP, group)));
  }

  /** All ids of a group, in the tier that serves it. */
  List<Long> ids(ShardKey group) {
    return ids(ShardSelector.withFallback(group, FALLBACK), group);
  }

  /** The ids of a group that lie in both tiers. */
  long inBoth(ShardKey group) {
    Optional<PeerView> view = call(port -> port.view(collection));
    if (view.isEmpty() || !view.get().has(group)) {
      return 0;
    }
    List<Long> dedicated = ids(ShardSelector.key(group), group);
    return ids(ShardSelector.key(FALLBACK), group).stream()
        .filter(dedicated::contains)
        .count();
  }

  private List<Long> ids(ShardSelector selector, ShardKey group) {
    return call(port -> {
      List<Long> ids = new ArrayList<>();
      var request = io.tierkeeper.qdrant.ScrollRequest.whole(
          collection, selector, Filter.tenant(GROUP, group), 1000);
      var page = port.scroll(request);
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

  /** Calls that had to be repeated at another peer. */
  long repeated() {
    return repeated.get();
  }

  private <T> T call(Function<QdrantWrites, T> question) {
    int first = Math.floorMod(turn.getAndIncrement(), cluster.peers().size());
    int attempts = cluster.peers().size() * ROUNDS;
    QdrantException last = null;
    for (int i = 0; i < attempts; i++) {
      try {
        return question.apply(cluster.peers().get((first + i) % cluster.peers().size()));
      } catch (QdrantException e) {
        last = e;
        repeated.incrementAndGet();
        if (i + 1 >= cluster.peers().size()) {
          LockSupport.parkNanos(BACK_OFF.toNanos());
        }
      }
    }
    throw java.util.Objects.requireNonNull(last);
  }
}
