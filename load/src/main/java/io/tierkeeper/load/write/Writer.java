package io.tierkeeper.load.write;

import io.tierkeeper.load.mapping.LoadPoint;
import io.tierkeeper.load.source.RowException;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Writes batches, several at a time; {@link #submit} waits while the server has enough to do. */
public final class Writer implements AutoCloseable {
  private static final long QUEUE_CHECK_NANOS = 1_000_000_000L;

  private final PointSink sink;
  private final boolean ownOnly;
  private final Retries retries;
  private final WriteOutcome outcome;
  private final Window window;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
  private final AtomicLong queueCheckedAt = new AtomicLong(System.nanoTime());
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private int pending;

  /**
   * @param ownOnly whether the ids may be those of other tenants' points, which are then left alone
   * @param start how many writes may be in flight at the beginning
   * @param parallel how many writes may be in flight at most
   */
  public Writer(
      PointSink sink,
      boolean ownOnly,
      int start,
      int parallel,
      Retries retries,
      WriteOutcome outcome) {
    this.sink = sink;
    this.ownOnly = ownOnly;
    this.retries = retries;
    this.outcome = outcome;
    this.window = new Window(Math.min(start, parallel), parallel, System::nanoTime);
  }

  /**
   * Begins to write points of one tenant as soon as the server has capacity.
   *
   * @throws WriteFailedException if an earlier batch could not be written
   */
  public void submit(TenantId tenant, List<LoadPoint> points) throws InterruptedException {
    requireHealthy();
    checkQueue();
    window.enter();
    lock.lock();
    try {
      pending++;
    } finally {
      lock.unlock();
    }
    threads.execute(() -> {
      try {
        write(tenant, points);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        failure.compareAndSet(null, new IllegalStateException("interrupted", e));
      } catch (RuntimeException e) {
        failure.compareAndSet(null, e);
      } finally {
        lock.lock();
        try {
          pending--;
          ended.signalAll();
        } finally {
          lock.unlock();
        }
      }
    });
  }

  /** Waits until a batch ends, if one is in flight. */
  public void awaitOne() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      int before = pending;
      while (pending > 0 && pending == before) {
        ended.await();
      }
    } finally {
      lock.unlock();
    }
    requireHealthy();
  }

  /** Waits until no batch is in flight. */
  public void awaitAll() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (pending > 0) {
        ended.await();
      }
    } finally {
      lock.unlock();
    }
    requireHealthy();
  }

  private void requireHealthy() {
    RuntimeException first = failure.get();
    if (first != null) {
      throw first;
    }
  }

  private void checkQueue() {
    long last = queueCheckedAt.get();
    long now = System.nanoTime();
    if (now - last > QUEUE_CHECK_NANOS && queueCheckedAt.compareAndSet(last, now)) {
      try {
        window.queue(sink.queue());
      } catch (QdrantException e) {
        // Only a hint: a server that is overloaded or away is noticed by the writes.
      }
    }
  }

  /** Writes with one permit of the window, which it gives back. */
  private void write(TenantId tenant, List<LoadPoint> points) throws InterruptedException {
    long begin = System.nanoTime();
    for (int failures = 1; ; failures++) {
      long sent = System.nanoTime();
      try {
        List<LoadPoint> own = ownOnly ? refuseForeign(tenant, points) : points;
        if (!own.isEmpty()) {
          sent = System.nanoTime();
          sink.write(tenant, own.stream().map(LoadPoint::point).toList(), ownOnly);
          long nanos = System.nanoTime() - sent;
          window.succeeded(nanos);
          outcome.written(tenant, own, nanos);
        } else {
          window.ended();
        }
        return;
      } catch (QdrantException e) {
        if (e instanceof QdrantException.Rejected
            && !(e instanceof QdrantException.CredentialsRefused)) {
          window.ended();
          halve(tenant, points, e);
          return;
        }
        if (!Retries.helps(e)
            || failure.get() != null
            || System.nanoTime() - begin > retries.limit().toNanos()) {
          window.ended();
          throw retries.failed(e);
        }
        window.overloaded(retries.pause(failures, e));
        outcome.retried();
        checkQueue();
        window.enter();
      }
    }
  }

  /** Finds the points for which the server refuses a batch. */
  private void halve(TenantId tenant, List<LoadPoint> points, QdrantException refusal)
      throws InterruptedException {
    if (points.size() == 1) {
      LoadPoint point = points.getFirst();
      outcome.refused(
          point,
          new RowException(
              point.row(),
              "",
              "tenant " + tenant + ", id " + point.point().id(),
              "what Qdrant accepts; its answer: " + refusal.getMessage()));
      return;
    }
    int middle = points.size() / 2;
    window.enter();
    write(tenant, points.subList(0, middle));
    window.enter();
    write(tenant, points.subList(middle, points.size()));
  }

  private List<LoadPoint> refuseForeign(TenantId tenant, List<LoadPoint> points) {
    Set<PointId> foreign = sink.foreign(
        tenant, points.stream().map(LoadPoint::point).map(Point::id).toList());
    if (foreign.isEmpty()) {
      return points;
    }
    List<LoadPoint> own = new ArrayList<>();
    for (LoadPoint point : points) {
      if (foreign.contains(point.point().id())) {
        outcome.refused(
            point,
            new RowException(
                point.row(),
                "id",
                point.point().id(),
                "an id that no point of another tenant has"));
      } else {
        own.add(point);
      }
    }
    return own;
  }

  /** Ends after the batches in flight. */
  @Override
  public void close() {
    threads.close();
  }
}
