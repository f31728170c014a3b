package io.tierkeeper.lab.workload;

import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.lab.workload.Operation.Outcome;
import io.tierkeeper.lab.workload.Operation.WriteKind;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The applications of one tenant: writers that own disjoint ids and readers, all with {@code {target, fallback}} and the
 * tenant filter, through random peers, each call repeated once where it fails. They log every operation.
 */
final class TenantCrew {

  private static final Logger log = LoggerFactory.getLogger(TenantCrew.class);

  /** Before a failed call is repeated: a peer that learns of a new key needs some tens of milliseconds. */
  private static final Duration BACK_OFF = Duration.ofMillis(100);

  private static final int BATCH = 64;
  private static final int HOT = 4;
  private static final int PAGE = 1000;

  private final Scheduler processes;
  private final QdrantCluster cluster;
  private final String collection;
  private final CheckedPoints points;
  private final ShardKey tenant;
  private final ShardSelector selector;
  private final Filter filter;
  private final Queue<Operation> history;
  private final List<Writer> writers = new ArrayList<>();
  private final List<Scheduler.Handle> running = new ArrayList<>();

  // Bounds for counts. The order in which each pair is written and read makes a race widen the
  // bounds, never narrow them.
  private final AtomicLong surelyLive = new AtomicLong();
  private final AtomicLong deletesInvoked = new AtomicLong();
  private final AtomicLong possiblyLive = new AtomicLong();
  private final AtomicLong insertsInvoked = new AtomicLong();

  private volatile int target;
  private volatile Duration writerPause = Duration.ofMillis(20);
  private volatile Duration readerPause = Duration.ofMillis(100);
  private volatile boolean settled;
  private volatile boolean stopped;

  private final Scheduler.Monitor gate;
  private int writing;
  private int wakeCalls;
  private boolean held;

  private final AtomicLong attemptsFailed = new AtomicLong();
  private final Set<Long> inFlight = ConcurrentHashMap.newKeySet();

  TenantCrew(
      Scheduler processes,
      QdrantCluster cluster,
      String collection,
      CheckedPoints points,
      ShardKey tenant,
      ShardKey fallback,
      Queue<Operation> history,
      long firstId,
      int writerCount,
      long seed) {
    this.processes = processes;
    this.cluster = cluster;
    this.collection = collection;
    this.points = points;
    this.tenant = tenant;
    this.selector = ShardSelector.withFallback(tenant, fallback);
    this.filter = Filter.tenant(points.tenantField(), tenant);
    this.history = history;
    this.gate = processes.monitor();
    for (int i = 0; i < writerCount; i++) {
      writers.add(new Writer(firstId + i * 10_000_000L, new SplittableRandom(seed + i)));
    }
  }

  ShardKey tenant() {
    return tenant;
  }

  /** Points that are acknowledged and not being deleted. */
  long live() {
    return surelyLive.get();
  }

  /** How many points the writers strive for; they insert or delete in batches until they are there. */
  void aimFor(int wanted) {
    target = wanted;
  }

  /** The pauses of each writer and of each reader between two operations. */
  void pace(Duration ofWriters, Duration ofReaders) {
    writerPause = ofWriters;
    readerPause = ofReaders;
  }

  /** Ends the pauses of writers and readers: a new pace or size counts at once. */
  void wake() {
    gate.lock();
    try {
      wakeCalls++;
      gate.signalAll();
    } finally {
      gate.unlock();
    }
  }

  /** From now on points are changed, none comes and none goes. */
  void settle() {
    settled = true;
  }

  /** Writes the first points, before anybody reads. */
  void load(int wanted) {
    aimFor(wanted);
    for (Writer writer : writers) {
      while (writer.live.size() < wanted / writers.size()) {
        writer.insert(Math.min(BATCH, wanted / writers.size() - writer.live.size()), true);
      }
    }
  }

  void start(int readers, long seed) {
    for (Writer writer : writers) {
      running.add(processes.fork("writer-" + tenant, writer));
    }
    for (int i = 0; i < readers; i++) {
      int number = tenant.toString().hashCode() * 31 + i;
      running.add(processes.fork(
          "reader-" + tenant, new Reader(number, new SplittableRandom(seed * 31 + i))));
    }
  }

  /** Returns when no write is in flight; none begins until {@link #release}. */
  void hold() throws InterruptedException {
    gate.lock();
    try {
      held = true;
      while (writing > 0) {
        gate.awaitNanos(Long.MAX_VALUE);
      }
    } finally {
      gate.unlock();
    }
  }

  void release() {
    gate.lock();
    try {
      held = false;
      gate.signalAll();
    } finally {
      gate.unlock();
    }
  }

  /** Whether a write of this point has been sent of which the history knows nothing yet. */
  boolean writes(long id) {
    return inFlight.contains(id);
  }

  /** Calls that failed, those among them that then succeeded when they were repeated included. */
  long attemptsFailed() {
    return attemptsFailed.get();
  }

  /** Lets every operation in flight end; held writers must have been released. */
  void stop() throws InterruptedException {
    gate.lock();
    try {
      stopped = true;
      gate.signalAll();
    } finally {
      gate.unlock();
    }
    for (Scheduler.Handle process : running) {
      process.join();
    }
  }

  private QdrantWrites anyPeer(SplittableRandom random) {
    return cluster.peers().get(random.nextInt(cluster.peers().size()));
  }

  private void rest(Duration pause) {
    gate.lock();
    try {
      long left = pause.toNanos();
      int calls = wakeCalls;
      while (!stopped && calls == wakeCalls && left > 0) {
        left = gate.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      gate.unlock();
    }
  }

  /** A point that a writer owns. */
  private record Owned(long id, long version, long vectorVersion, boolean sure) {}

  /** Writes its own ids, one operation at a time. */
  private final class Writer implements Runnable {
    private final SplittableRandom random;
    private final List<Owned> live = new ArrayList<>();
    private List<Long> sent = List.of();
    private long nextId;

    Writer(long firstId, SplittableRandom random) {
      this.nextId = firstId;
      this.random = random;
    }

    @Override
    public void run() {
      while (mayWrite()) {
        boolean settled;
        try {
          settled = turn();
        } finally {
          answered();
          written();
        }
        if (settled) {
          rest(writerPause);
        }
      }
    }

    /** What came of the last write is in the history. */
    private void answered() {
      inFlight.removeAll(sent);
      sent = List.of();
    }

    /** Waits while the writers are held; false when it is over. */
    private boolean mayWrite() {
      gate.lock();
      try {
        while (held && !stopped) {
          gate.awaitNanos(Long.MAX_VALUE);
        }
        writing += stopped ? 0 : 1;
        return !stopped;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      } finally {
        gate.unlock();
      }
    }

    private void written() {
      gate.lock();
      try {
        writing--;
        gate.signalAll();
      } finally {
        gate.unlock();
      }
    }

    /** One operation; false where it was one of many on the way to the wanted size. */
    private boolean turn() {
      int share = Math.max(1, target / writers.size());
      if (live.size() < share * 0.98) {
        insert(Math.min(BATCH, share - live.size()), true);
        return false;
      }
      if (live.size() > share * 1.02 + 1) {
        delete(Math.min(BATCH, live.size() - share));
        return false;
      }
      one();
      return true;
    }

    private void one() {
      int dice = settled ? 15 + random.nextInt(70) : random.nextInt(100);
      if (live.isEmpty() || dice < 15) {
        insert(1, random.nextInt(4) > 0);
      } else if (dice < 60) {
        overwrite(any(), random.nextInt(4) > 0);
      } else if (dice < 85) {
        setPayload(any());
      } else {
        delete(1);
      }
    }

    /** Half of the writes go to the newest few points, as they do in applications. */
    private int any() {
      return random.nextBoolean()
          ? random.nextInt(live.size())
          : live.size() - 1 - random.nextInt(Math.min(HOT, live.size()));
    }

    private void insert(int howMany, boolean waited) {
      List<Point> batch = new ArrayList<>(howMany);
      for (int i = 0; i < howMany; i++) {
        batch.add(points.point(tenant, nextId + i, 1));
      }
      long first = nextId;
      nextId += howMany;
      possiblyLive.addAndGet(howMany);
      insertsInvoked.addAndGet(howMany);
      Upsert request = Upsert.of(collection, selector, batch);
      List<Long> ids = LongStream.range(0, howMany).mapToObj(i -> first + i).toList();
      Done done = write(ids, port -> port.upsert(waited ? request : request.withoutWaiting()));
      // Ids are unsigned and may pass the largest long.
      for (long id = first; id != nextId; id++) {
        log(WriteKind.UPSERT, id, 1, waited, done);
        if (done.reusable()) {
          live.add(new Owned(id, 1, 1, waited));
          if (waited) {
            surelyLive.incrementAndGet();
          }
        } else if (done.outcome() == Outcome.OK && waited) {
          surelyLive.incrementAndGet();
        }
      }
    }

    private void overwrite(int index, boolean waited) {
      Owned old = live.get(index);
      long version = old.version() + 1;
      Upsert request =
          Upsert.of(collection, selector, List.of(points.point(tenant, old.id(), version)));
      Done done = write(
          List.of(old.id()), port -> port.upsert(waited ? request : request.withoutWaiting()));
      log(WriteKind.UPSERT, old.id(), version, waited, done);
      keep(index, new Owned(old.id(), version, version, old.sure() || waited), old, done);
    }

    private void setPayload(int index) {
      Owned old = live.get(index);
      if (!old.sure()) {
        overwrite(index, true);
        return;
      }
      long version = old.version() + 1;
      Done done = write(
          List.of(old.id()),
          port -> port.setPayload(
              collection,
              selector,
              points.payload(tenant, old.id(), version, old.vectorVersion()),
              filter.and(Filter.ids(List.of(PointId.of(old.id())))),
              true));
      log(WriteKind.SET_PAYLOAD, old.id(), version, true, done);
      keep(index, new Owned(old.id(), version, old.vectorVersion(), true), old, done);
    }

    private void keep(int index, Owned now, Owned old, Done done) {
      if (!done.reusable()) {
        live.remove(index); // It lives on, but nobody writes to it any more.
      } else {
        live.set(index, now);
      }
      if (done.outcome() == Outcome.OK && now.sure() && !old.sure()) {
        surelyLive.incrementAndGet();
      }
    }

    private void delete(int howMany) {
      List<Owned> doomed = new ArrayList<>(howMany);
      for (int i = 0; i < howMany; i++) {
        // Not one of the newest: one that is younger than a freeze cannot be known as deleted.
        doomed.add(live.remove(random.nextInt((live.size() + 1) / 2)));
      }
      long sure = doomed.stream().filter(Owned::sure).count();
      surelyLive.addAndGet(-sure);
      deletesInvoked.addAndGet(sure);
      Filter ids = Filter.ids(
          doomed.stream().map(owned -> (PointId) PointId.of(owned.id())).toList());
      Done done = write(
          doomed.stream().map(Owned::id).toList(),
          port -> port.delete(collection, selector, filter.and(ids), true));
      for (Owned owned : doomed) {
        log(WriteKind.DELETE, owned.id(), owned.version() + 1, true, done);
      }
      if (done.outcome() == Outcome.OK) {
        possiblyLive.addAndGet(-doomed.size());
      }
    }

    private Done write(List<Long> ids, java.util.function.Consumer<QdrantWrites> call) {
      answered();
      sent = ids;
      inFlight.addAll(ids);
      return write(call);
    }

    private Done write(java.util.function.Consumer<QdrantWrites> call) {
      long invoked = processes.nanoTime();
      try {
        call.accept(anyPeer(random));
        return new Done(invoked, processes.nanoTime(), Outcome.OK, true);
      } catch (QdrantException first) {
        attemptsFailed.incrementAndGet();
        processes.sleep(BACK_OFF);
        try {
          call.accept(anyPeer(random));
          // The first attempt may still be under way, so nobody may write to these ids again.
          return new Done(invoked, processes.nanoTime(), Outcome.OK, false);
        } catch (QdrantException second) {
          attemptsFailed.incrementAndGet();
          log.warn(
              "a write of {} failed twice: {}; {}",
              tenant,
              first.getMessage(),
              second.getMessage());
          return new Done(invoked, processes.nanoTime(), Outcome.UNKNOWN, false);
        }
      }
    }

    private void log(WriteKind kind, long id, long version, boolean waited, Done done) {
      history.add(new Operation.Write(
          tenant, kind, id, version, waited, done.invokedAt(), done.returnedAt(), done.outcome()));
    }
  }

  private record Done(long invokedAt, long returnedAt, Outcome outcome, boolean reusable) {}

  /** Reads the tenant in every way that applications do. */
  private final class Reader implements Runnable {
    private final int number;
    private final SplittableRandom random;

    Reader(int number, SplittableRandom random) {
      this.number = number;
      this.random = random;
    }

    @Override
    public void run() {
      while (!stopped) {
        int dice = random.nextInt(100);
        if (dice < 60) {
          count();
        } else if (dice < 64) {
          scrollAll(dice < 62);
        } else {
          search();
        }
        rest(readerPause);
      }
    }

    private void count() {
      long deletesBefore = deletesInvoked.get();
      long sure = surelyLive.get();
      long insertsBefore = insertsInvoked.get();
      long possible = possiblyLive.get();
      long invoked = processes.nanoTime();
      Optional<Long> size = twice(port -> port.count(collection, selector, filter));
      long returned = processes.nanoTime();
      history.add(new Operation.Size(
          tenant,
          size.orElse(-1L),
          sure - (deletesInvoked.get() - deletesBefore),
          possible + insertsInvoked.get() - insertsBefore,
          invoked,
          returned,
          size.isPresent() ? Outcome.OK : Outcome.UNKNOWN));
    }

    private void scrollAll(boolean withVectors) {
      long deletesBefore = deletesInvoked.get();
      long sure = surelyLive.get();
      long insertsBefore = insertsInvoked.get();
      long possible = possiblyLive.get();
      long invoked = processes.nanoTime();
      Optional<List<Point>> all = twice(port -> all(port, withVectors));
      long returned = processes.nanoTime();
      log(all, withVectors, invoked, returned);
      all.ifPresent(found -> history.add(new Operation.Size(
          tenant,
          found.size(),
          sure - (deletesInvoked.get() - deletesBefore),
          possible + insertsInvoked.get() - insertsBefore,
          invoked,
          returned,
          Outcome.OK)));
    }

    private List<Point> all(QdrantWrites port, boolean withVectors) {
      List<Point> found = new ArrayList<>();
      ScrollRequest request =
          new ScrollRequest(collection, selector, filter, null, PAGE, true, withVectors, false);
      ScrollPage page = port.scroll(request);
      found.addAll(page.points());
      while (page.next() != null) {
        page = port.scroll(request.startingAt(page.next()));
        found.addAll(page.points());
      }
      return found;
    }

    private void search() {
      float[] vector = points.vector(random.nextLong(1_000_000), 1);
      long invoked = processes.nanoTime();
      Optional<List<ScoredPoint>> hits =
          twice(port -> port.search(collection, selector, "", vector, filter, 10, true));
      long returned = processes.nanoTime();
      log(
          hits.map(list -> list.stream()
              .map(hit -> new Point(hit.id(), hit.payload(), java.util.Map.of()))
              .toList()),
          false,
          invoked,
          returned);
    }

    private void log(
        Optional<List<Point>> found, boolean withVectors, long invoked, long returned) {
      List<Point> seen = found.orElse(List.of());
      long[] ids = new long[seen.size()];
      long[] versions = new long[seen.size()];
      int doubled = 0;
      int leaked = 0;
      int faulty = 0;
      int mixed = 0;
      int used = 0;
      Set<PointId> distinct = new HashSet<>();
      for (Point point : seen) {
        doubled += distinct.add(point.id()) ? 0 : 1;
        if (!tenant.toString().equals(String.valueOf(point.payload().get(points.tenantField())))) {
          leaked++;
          continue;
        }
        Optional<CheckedPoints.Reading> reading = points.read(tenant, point, withVectors);
        if (reading.isEmpty() || reading.get().fault() != null && !reading.get().olderVector()) {
          faulty++;
          continue;
        }
        mixed += reading.get().olderVector() ? 1 : 0;
        ids[used] = reading.get().id();
        versions[used++] = reading.get().version();
      }
      history.add(new Operation.Read(
          tenant,
          number,
          java.util.Arrays.copyOf(ids, used),
          java.util.Arrays.copyOf(versions, used),
          doubled,
          leaked,
          faulty,
          mixed,
          invoked,
          returned,
          found.isPresent() ? Outcome.OK : Outcome.UNKNOWN));
    }

    private <T> Optional<T> twice(java.util.function.Function<QdrantWrites, T> call) {
      try {
        return Optional.of(call.apply(anyPeer(random)));
      } catch (QdrantException first) {
        attemptsFailed.incrementAndGet();
        processes.sleep(BACK_OFF);
        try {
          return Optional.of(call.apply(anyPeer(random)));
        } catch (QdrantException second) {
          attemptsFailed.incrementAndGet();
          log.warn(
              "a read of {} failed twice: {}; {}", tenant, first.getMessage(), second.getMessage());
          return Optional.empty();
        }
      }
    }
  }
}
