package io.tierkeeper.lab.workload;

import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ScrollPage;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A generated collection under load: a population of tenants, some of them with writers and readers of their own, and the
 * checker's view of what they saw.
 */
public final class Workload {

  private static final int LOAD_BATCH = 500;
  private static final long IDS_PER_TENANT = 1_000_000_000L;

  private final Scheduler processes;
  private final QdrantCluster cluster;
  private final String collection;
  private final ShardKey fallback;
  private final CheckedPoints points;
  private final long seed;
  private final Queue<Operation> history = new ConcurrentLinkedQueue<>();
  private final Map<ShardKey, TenantCrew> crews = new LinkedHashMap<>();
  private final List<HistoryChecker.StaleWindow> staleWindows = new ArrayList<>();
  private long firstId = IDS_PER_TENANT;
  private List<TenantPopulation.Tenant> bystanders = List.of();
  private Map<ShardKey, Long> fingerprints = Map.of();

  /** A workload on a collection that {@link #create} makes, on threads and in real time. */
  public Workload(
      QdrantCluster cluster,
      String collection,
      ShardKey fallback,
      CheckedPoints points,
      long seed) {
    this(Scheduler.realTime(), cluster, collection, fallback, points, seed);
  }

  /** The same with other processes and another time. */
  public Workload(
      Scheduler processes,
      QdrantCluster cluster,
      String collection,
      ShardKey fallback,
      CheckedPoints points,
      long seed) {
    this.processes = processes;
    this.cluster = cluster;
    this.collection = collection;
    this.fallback = fallback;
    this.points = points;
    this.seed = seed;
  }

  /** Creates the collection with its tenant index and its fallback key on the first peer. */
  public void create() {
    QdrantWrites port = cluster.peers().getFirst();
    port.createCollection(CollectionTemplate.tiered(collection, points.dimensions()));
    port.createShardKey(
        collection, new KeyTemplate(fallback, port.status().peerId(), ReplicaState.ACTIVE));
    port.createTenantIndex(collection, points.tenantField());
  }

  /** Lets the ids of the points begin here; they may pass the largest {@code long}, for ids are unsigned. */
  public void idsFrom(long first) {
    firstId = first;
  }

  /**
   * Loads the population into the fallback.
   *
   * @param busy tenants that get writers of their own
   * @param writersEach for each busy tenant
   * @param loaded is told the number of points written so far
   */
  public void load(
      TenantPopulation population, Set<ShardKey> busy, int writersEach, LongConsumer loaded) {
    List<TenantPopulation.Tenant> quiet = new ArrayList<>();
    long written = 0;
    List<Point> batch = new ArrayList<>(LOAD_BATCH);
    for (TenantPopulation.Tenant tenant : population.tenants()) {
      if (busy.contains(tenant.key())) {
        TenantCrew crew = new TenantCrew(
            processes,
            cluster,
            collection,
            points,
            tenant.key(),
            fallback,
            history,
            firstId,
            writersEach,
            seed ^ firstId);
        crew.load(tenant.points());
        crews.put(tenant.key(), crew);
        written += tenant.points();
        loaded.accept(written);
      } else {
        quiet.add(tenant);
        for (int i = 0; i < tenant.points(); i++) {
          batch.add(points.point(tenant.key(), firstId + i, 1));
          if (batch.size() == LOAD_BATCH) {
            write(batch);
            written += LOAD_BATCH;
            loaded.accept(written);
            batch.clear();
          }
        }
      }
      firstId += IDS_PER_TENANT;
    }
    if (!batch.isEmpty()) {
      write(batch);
      loaded.accept(written + batch.size());
    }
    bystanders = quiet;
    fingerprints = fingerprints();
  }

  /** Starts the writers, and as many readers, of every busy tenant. */
  public void start(int readersEach, Duration writerPause, Duration readerPause) {
    crews.values().forEach(crew -> {
      crew.pace(writerPause, readerPause);
      crew.start(readersEach, seed);
    });
  }

  /** Lets a busy tenant grow or shrink to about this many points. */
  public void resize(ShardKey tenant, int wanted) {
    crew(tenant).aimFor(wanted);
  }

  /** From now on a busy tenant changes its points, and neither inserts nor deletes any. */
  public void settle(ShardKey tenant) {
    crew(tenant).settle();
  }

  /** The pauses of a busy tenant's writers and readers between two operations. */
  public void pace(ShardKey tenant, Duration ofWriters, Duration ofReaders) {
    crew(tenant).pace(ofWriters, ofReaders);
  }

  /** Ends the pauses in which a busy tenant's writers and readers are: a new pace or size counts at once. */
  public void wake(ShardKey tenant) {
    crew(tenant).wake();
  }

  /** Pauses a busy tenant's writers as a fence does: returns when no write is in flight, and none begins. */
  public void hold(ShardKey tenant) throws InterruptedException {
    crew(tenant).hold();
  }

  /** Lets held writers go on. */
  public void release(ShardKey tenant) {
    crew(tenant).release();
  }

  /** Calls of a busy tenant that failed so far, before they were repeated. */
  public long attemptsFailed(ShardKey tenant) {
    return crew(tenant).attemptsFailed();
  }

  /** Acknowledged points of a busy tenant. */
  public long live(ShardKey tenant) {
    return crew(tenant).live();
  }

  /**
   * Announces that a tenant read some points stale for a time that is over.
   *
   * @param from of {@link Scheduler#nanoTime()}
   * @param to of {@link Scheduler#nanoTime()}
   * @param points how many
   */
  public void staleBetween(ShardKey tenant, long from, long to, long points) {
    staleWindows.add(new HistoryChecker.StaleWindow(tenant, from, to, points));
  }

  /**
   * The version of a busy tenant's point after its last acknowledged write: what a person knows who asks the tenant.
   *
   * @return empty where that write was a deletion, or there is none
   */
  public OptionalLong acknowledgedVersion(long id) {
    OptionalLong version = OptionalLong.empty();
    long newest = -1;
    for (Operation operation : history) {
      if (operation instanceof Operation.Write write
          && write.id() == id
          && write.outcome() == Operation.Outcome.OK
          && write.version() > newest) {
        newest = write.version();
        version = write.kind() == Operation.WriteKind.DELETE
            ? OptionalLong.empty()
            : OptionalLong.of(newest);
      }
    }
    return version;
  }

  /** Whether a tenant is about to write this point: then even a person who asks cannot tell what it will be. */
  public boolean writes(ShardKey tenant, long id) {
    return crew(tenant).writes(id);
  }

  /** Operations so far. */
  public int operations() {
    return history.size();
  }

  /** Stops everybody, looks at what is there, and judges the history. */
  public CheckReport finish() throws InterruptedException {
    for (TenantCrew crew : crews.values()) {
      crew.stop();
    }
    return HistoryChecker.judge(history, staleWindows, finalState());
  }

  private TenantCrew crew(ShardKey tenant) {
    TenantCrew crew = crews.get(tenant);
    if (crew == null) {
      throw new IllegalArgumentException(
          "tenant " + tenant + " has no writers; busy are " + crews.keySet());
    }
    return crew;
  }

  private void write(List<Point> batch) {
    cluster.peers().getFirst().upsert(Upsert.of(collection, ShardSelector.key(fallback), batch));
  }

  private HistoryChecker.FinalState finalState() {
    Map<Long, Long> versions = new HashMap<>();
    long inBoth = 0;
    long faulty = 0;
    for (ShardKey tenant : crews.keySet()) {
      for (Point point : all(ShardSelector.withFallback(tenant, fallback), tenant)) {
        var reading = points.read(tenant, point, true);
        if (reading.isEmpty() || reading.get().fault() != null) {
          faulty++;
        } else {
          versions.put(reading.get().id(), reading.get().version());
        }
      }
      if (exists(tenant)) {
        Set<PointId> dedicated = new HashSet<>();
        all(ShardSelector.key(tenant), null).forEach(point -> dedicated.add(point.id()));
        inBoth += all(ShardSelector.key(fallback), tenant).stream()
            .filter(point -> dedicated.contains(point.id()))
            .count();
      }
    }
    Map<ShardKey, Long> now = fingerprints();
    for (Map.Entry<ShardKey, Long> before : fingerprints.entrySet()) {
      if (!before.getValue().equals(now.get(before.getKey()))) {
        faulty++;
      }
    }
    return new HistoryChecker.FinalState(versions, inBoth, faulty);
  }

  private boolean exists(ShardKey tenant) {
    return cluster.peers().getFirst().view(collection).orElseThrow().has(tenant);
  }

  /** A hash over each bystander's points that does not depend on their order. */
  private Map<ShardKey, Long> fingerprints() {
    Set<String> names = new HashSet<>();
    bystanders.forEach(tenant -> names.add(tenant.key().toString()));
    Map<ShardKey, Long> sums = new HashMap<>();
    bystanders.forEach(tenant -> sums.put(tenant.key(), 0L));
    for (Point point : all(ShardSelector.key(fallback), null)) {
      String name = String.valueOf(point.payload().get(points.tenantField()));
      if (names.contains(name)) {
        long hash = 31L * point.id().hashCode() + point.payload().hashCode();
        sums.merge(ShardKey.of(name), hash * 31 + point.vectors().hashCode(), Long::sum);
      }
    }
    return sums;
  }

  private List<Point> all(ShardSelector selector, @Nullable ShardKey tenant) {
    QdrantWrites port = cluster.peers().getFirst();
    List<Point> found = new ArrayList<>();
    ScrollRequest request = ScrollRequest.whole(
        collection,
        selector,
        tenant == null ? null : Filter.tenant(points.tenantField(), tenant),
        1000);
    ScrollPage page = port.scroll(request);
    found.addAll(page.points());
    while (page.next() != null) {
      page = port.scroll(request.startingAt(page.next()));
      found.addAll(page.points());
    }
    return found;
  }
}
