package io.tierkeeper.lab.workload;

import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongConsumer;
import java.util.function.ObjLongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A generated collection under load: a population of tenants, some of them with clients, and the history of these clients.
 * {@link #finish} checks the history.
 */
public final class Workload {

  /** Points that a client inserts at most by one write. */
  public static final int LARGEST_BATCH = 64;

  private static final int LOAD_BATCH = 500;
  private static final long IDS_PER_TENANT = 1_000_000_000L;

  private final TieredScene scene;
  private final long seed;
  private final Queue<Operation> history = new ConcurrentLinkedQueue<>();
  private final Map<ShardKey, TenantClients> clients = new LinkedHashMap<>();
  private final List<HistoryChecker.StaleWindow> staleWindows = new ArrayList<>();
  private long firstId = IDS_PER_TENANT;
  private List<TenantPopulation.Tenant> idleTenants = List.of();
  private Map<ShardKey, Long> fingerprints = Map.of();

  /** @param seed of everything that the clients draw */
  Workload(TieredScene scene, long seed) {
    this.scene = scene;
    this.seed = seed;
  }

  /** The collection, and how its clients reach it. */
  public TieredScene scene() {
    return scene;
  }

  /** Lets each reader of the busy tenants read from one of so many peers, the first ones, as long as that answers. */
  void readPeers(int first) {
    clients.values().forEach(its -> its.readPeers(first));
  }

  /** Sets the id of the first point, unsigned; call before {@link #load}. */
  void idsFrom(long first) {
    firstId = first;
  }

  /**
   * Loads the population into the fallback.
   *
   * @param busy tenants that get clients
   * @param writersEach number of writers of each busy tenant
   * @param loaded receives the number of points written so far
   */
  void load(TenantPopulation population, Set<ShardKey> busy, int writersEach, LongConsumer loaded) {
    List<TenantPopulation.Tenant> idle = new ArrayList<>();
    long written = 0;
    List<Point> batch = new ArrayList<>(LOAD_BATCH);
    for (TenantPopulation.Tenant tenant : population.tenants()) {
      if (busy.contains(tenant.key())) {
        TenantClients its =
            new TenantClients(scene, tenant.key(), history, firstId, writersEach, seed ^ firstId);
        its.load(tenant.points());
        clients.put(tenant.key(), its);
        written += tenant.points();
        loaded.accept(written);
      } else {
        idle.add(tenant);
        for (int i = 0; i < tenant.points(); i++) {
          batch.add(scene.points().point(tenant.key(), firstId + i, 1));
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
    idleTenants = idle;
    fingerprints = fingerprints();
  }

  /**
   * Starts the clients of every busy tenant.
   *
   * @param readersEach number of readers of each busy tenant
   * @param writerPause of each writer between two operations
   * @param readerPause of each reader between two operations
   */
  public void start(int readersEach, Duration writerPause, Duration readerPause) {
    clients.values().forEach(its -> {
      its.pace(writerPause, readerPause);
      its.start(readersEach, seed);
    });
  }

  /**
   * Announces stale reads of a tenant in a time that is over; the checker counts them apart.
   *
   * @param from nanoseconds of {@link Scheduler#nanoTime()}
   * @param to nanoseconds of {@link Scheduler#nanoTime()}
   * @param points how many points may be read stale
   */
  public void staleBetween(ShardKey tenant, long from, long to, long points) {
    staleWindows.add(new HistoryChecker.StaleWindow(tenant, from, to, points));
  }

  /** As {@link #staleBetween}, of a freeze that was missed or taken back: any number of points may be stale. */
  public void missedFreezeBetween(ShardKey tenant, long from, long to) {
    staleWindows.add(new HistoryChecker.StaleWindow(tenant, from, to, Long.MAX_VALUE, true));
  }

  /** Whether each register of a busy tenant's point is as its last acknowledged write left it, or newer. */
  public boolean upToDate(ShardKey tenant, Point point) {
    return scene
        .points()
        .read(tenant, point, true)
        .filter(reading -> reading.fault() == null)
        .map(reading -> {
          List<Operation.@Nullable Write> last = lastAcknowledged(reading.id());
          return Stream.of(PointRegister.values()).allMatch(register -> {
            Operation.Write write = last.get(register.ordinal());
            long version = reading.registers()[register.ordinal()];
            return write == null
                || version == PointRegister.NOT_READ
                || (write.removes(register)
                    ? version == PointRegister.ABSENT
                    : version >= write.version())
                || version > write.version();
          });
        })
        .orElse(false);
  }

  /**
   * A busy tenant's point of which several versions exist: each register as its last acknowledged write left it, or as a newer
   * write of unknown outcome left it in one of them, which readers may have seen.
   *
   * @param existing versions of one point
   * @return empty when the last acknowledged write was a deletion, or when there is none
   */
  public Optional<Point> newest(ShardKey tenant, long id, List<Point> existing) {
    List<Operation.@Nullable Write> last = lastAcknowledged(id);
    Operation.Write whole = last.get(PointRegister.POINT.ordinal());
    if (whole == null || whole.removes(PointRegister.POINT)) {
      return Optional.empty();
    }
    List<CheckedPoints.Reading> readings = existing.stream()
        .flatMap(each -> scene.points().read(tenant, each, true).stream())
        .filter(reading -> reading.fault() == null)
        .toList();
    long[] versions = new long[PointRegister.COUNT];
    for (PointRegister register : PointRegister.values()) {
      versions[register.ordinal()] = newest(
          register,
          last.get(register.ordinal()),
          readings.stream()
              .mapToLong(reading -> reading.registers()[register.ordinal()])
              .toArray(),
          unknownRemoval(id, register));
    }
    return Optional.of(scene.points().point(tenant, id, versions));
  }

  /**
   * The newest version of a register.
   *
   * @param acknowledged its last acknowledged write; null where there is none
   * @param existing versions of it
   * @param removal version of the last write of unknown outcome that removes it alone; {@link PointRegister#ABSENT} where there is
   *     none
   */
  static long newest(
      PointRegister register,
      Operation.@Nullable Write acknowledged,
      long[] existing,
      long removal) {
    long from = acknowledged == null ? PointRegister.ABSENT : acknowledged.version();
    long newest = acknowledged == null || acknowledged.removes(register)
        ? PointRegister.ABSENT
        : acknowledged.version();
    for (long version : existing) {
      boolean removed = version == PointRegister.ABSENT && removal > from;
      if (removed || version > from) {
        from = removed ? removal : version;
        newest = version;
      }
    }
    return newest;
  }

  private long unknownRemoval(long id, PointRegister register) {
    return history.stream()
        .filter(Operation.Write.class::isInstance)
        .map(Operation.Write.class::cast)
        .filter(write -> write.id() == id
            && write.outcome() == Operation.Outcome.UNKNOWN
            && write.removes(register)
            && !write.kind().deletes())
        .mapToLong(Operation.Write::version)
        .max()
        .orElse(PointRegister.ABSENT);
  }

  /** The last acknowledged write of each register of a point; null where there is none. */
  private List<Operation.@Nullable Write> lastAcknowledged(long id) {
    Operation.@Nullable Write[] last = new Operation.@Nullable Write[PointRegister.COUNT];
    for (Operation operation : history) {
      if (operation instanceof Operation.Write write
          && write.id() == id
          && write.outcome() == Operation.Outcome.OK) {
        for (PointRegister register : PointRegister.values()) {
          Operation.Write before = last[register.ordinal()];
          if (write.touches(register) && (before == null || write.version() > before.version())) {
            last[register.ordinal()] = write;
          }
        }
      }
    }
    return Arrays.asList(last);
  }

  /**
   * Whether the point of a busy tenant was only partially changed after this version, as far as is known: such a change has no
   * effect while the key that serves lacks the point. A deletion of unknown outcome may have been one; a point that is not there
   * was not written as a whole by a call of unknown outcome.
   */
  public boolean onlyPartiallyChangedSince(long id, long version) {
    return history.stream()
        .filter(Operation.Write.class::isInstance)
        .map(Operation.Write.class::cast)
        .filter(write -> write.id() == id && write.version() > version)
        .noneMatch(write -> write.kind().deletes()
            || (write.kind().whole() && write.outcome() == Operation.Outcome.OK));
  }

  /** Passes each write of a tenant's clients with the time of its invocation, in nanoseconds of the scheduler. */
  public void eachWrite(ShardKey tenant, ObjLongConsumer<Operation.WriteKind> take) {
    for (Operation operation : history) {
      if (operation instanceof Operation.Write write && write.tenant().equals(tenant)) {
        take.accept(write.kind(), write.invokedAt());
      }
    }
  }

  /** Stops the clients, reads the final state of the collection, and checks the history. */
  public CheckReport finish() throws InterruptedException {
    for (TenantClients its : clients.values()) {
      its.stop();
    }
    return HistoryChecker.check(history, staleWindows, finalState());
  }

  /**
   * The clients of a busy tenant.
   *
   * @throws IllegalArgumentException if the tenant has none
   */
  public TenantClients clients(ShardKey tenant) {
    TenantClients its = clients.get(tenant);
    if (its == null) {
      throw new IllegalArgumentException(
          "tenant " + tenant + " has no clients; tenants with clients are " + clients.keySet());
    }
    return its;
  }

  private void write(List<Point> batch) {
    scene.port().upsert(Upsert.of(scene.name(), ShardSelector.key(scene.fallback()), batch));
  }

  private HistoryChecker.FinalState finalState() {
    Map<Long, Long> versions = new HashMap<>();
    Map<Long, long[]> registers = new HashMap<>();
    long inBoth = 0;
    long faulty = 0;
    for (ShardKey tenant : clients.keySet()) {
      for (Point point : all(scene.route().collection(tenant), scene.selector(tenant), tenant)) {
        if (point.payload().containsKey(TenantReader.SHARED)) {
          continue;
        }
        var reading = scene.points().read(tenant, point, true);
        if (reading.isEmpty() || reading.get().fault() != null) {
          faulty++;
        } else {
          versions.put(reading.get().id(), reading.get().version());
          registers.put(reading.get().id(), reading.get().registers());
        }
      }
      if (exists(tenant)) {
        Set<PointId> dedicated = new HashSet<>();
        all(scene.name(), ShardSelector.key(tenant), null)
            .forEach(point -> dedicated.add(point.id()));
        inBoth += all(scene.name(), ShardSelector.key(scene.fallback()), tenant).stream()
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
    return new HistoryChecker.FinalState(versions, registers, inBoth, faulty);
  }

  private boolean exists(ShardKey tenant) {
    return scene.port().view(scene.name()).filter(view -> view.has(tenant)).isPresent();
  }

  /** A hash over the points of each idle tenant that does not depend on their order. */
  private Map<ShardKey, Long> fingerprints() {
    Map<String, ShardKey> idle = new HashMap<>();
    Map<ShardKey, Long> sums = new HashMap<>();
    if (idleTenants.isEmpty()) {
      return sums;
    }
    for (TenantPopulation.Tenant tenant : idleTenants) {
      idle.put(tenant.key().toString(), tenant.key());
      sums.put(tenant.key(), 0L);
    }
    for (Point point : all(scene.name(), ShardSelector.key(scene.fallback()), null)) {
      ShardKey owner = idle.get(scene.points().owner(point));
      if (owner != null) {
        long hash = 31L * point.id().hashCode() + point.payload().hashCode();
        sums.merge(owner, hash * 31 + point.vectors().hashCode(), Long::sum);
      }
    }
    return sums;
  }

  private List<Point> all(String collection, ShardSelector selector, @Nullable ShardKey tenant) {
    ScrollRequest request = ScrollRequest.whole(
        collection, selector, tenant == null ? null : scene.filter(tenant), 1000);
    return TieredScene.scroll(scene.port(), request);
  }
}
