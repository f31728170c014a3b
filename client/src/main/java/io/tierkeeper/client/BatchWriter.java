package io.tierkeeper.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes many points of a tenant in batches, several at a time. {@link #add} blocks while as many batches are in flight as are
 * allowed, so a producer is never faster than Qdrant. Batches are repeated as all calls are.
 *
 * <p>Batches may arrive in any order, but two points of one id never overtake each other: the later one waits for the earlier one's
 * batch. A batch that fails for good is given to the {@code onFailure} of {@link #onFailure}; without one the first failure is thrown
 * by the next {@link #add}, {@link #flush} or {@link #close}, and nothing more is sent. Interrupting a thread that waits ends the
 * writer in the same way. Thread-safe.
 *
 * <pre>{@code
 * try (BatchWriter writer = client.forTenant("acme").batchWriter(BatchOptions.DEFAULT)) {
 *   for (int i = 0; i < 10_000; i++) {
 *     writer.add(Point.of(PointId.of("doc-" + i), new float[] {0.1f, 0.2f, 0.3f, 0.4f}, Map.of("number", i)));
 *   }
 * }
 * }</pre>
 */
public final class BatchWriter implements AutoCloseable {

  private static final int BYTES_OF_A_POINT = 64;
  private static final int BYTES_OF_A_FIELD = 32;

  /**
   * A batch that could not be written.
   *
   * @param points all of the batch; some of them may have been written
   */
  public record Failure(List<Point> points, TenantClientException cause) {}

  /**
   * What has been done so far.
   *
   * @param written points in batches that were acknowledged
   * @param failed points in batches that failed for good
   * @param batches that were acknowledged
   * @param inFlight points that were sent and not answered
   */
  public record Progress(long written, long failed, long batches, int inFlight) {}

  private final AsyncTenantPoints points;
  private final BatchOptions options;
  private List<Point> batch = new ArrayList<>();
  private Set<PointId> batchIds = new HashSet<>();
  private long batchBytes;
  private final Set<PointId> inFlight = new HashSet<>();
  private int batchesInFlight;
  private long written;
  private long failed;
  private long batches;
  private @Nullable Consumer<Failure> onFailure;
  private @Nullable TenantClientException failure;
  private boolean thrown;
  private boolean closed;

  BatchWriter(AsyncTenantPoints points, BatchOptions options) {
    this.points = points;
    this.options = options;
  }

  /** Receives batches that failed for good, on a thread of gRPC, which must not be blocked; the writer continues with the others. */
  public synchronized BatchWriter onFailure(Consumer<Failure> handler) {
    onFailure = handler;
    return this;
  }

  /**
   * Adds a point; sends the batch when it is full.
   *
   * @throws TenantClientException if an earlier batch has failed and there is no handler, or the waiting thread is interrupted
   */
  public synchronized void add(Point point) {
    requireUsable();
    if (batchIds.contains(point.id())) {
      send();
    }
    if (inFlight.contains(point.id())) {
      await(() -> inFlight.contains(point.id()));
    }
    batch.add(point);
    batchIds.add(point.id());
    batchBytes += bytes(point);
    if (batch.size() >= options.batchSize() || batchBytes >= options.maxBatchBytes()) {
      send();
    }
  }

  /**
   * Sends what has been added and returns when all of it has been answered.
   *
   * @throws TenantClientException if a batch has failed and there is no handler, or the waiting thread is interrupted
   */
  public synchronized void flush() {
    send();
    await(() -> batchesInFlight > 0);
    throwFailure();
  }

  /** What has been done so far. */
  public synchronized Progress progress() {
    return new Progress(written, failed, batches, inFlight.size());
  }

  /**
   * Flushes; no point can be added afterwards.
   *
   * @throws TenantClientException as {@link #flush} does, unless {@link #add} or {@link #flush} has thrown it already
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    boolean known = thrown;
    try {
      flush();
    } catch (TenantClientException e) {
      // A try-with-resources that failed by it would make an IllegalArgumentException of it.
      if (!known) {
        throw e;
      }
    }
  }

  private void requireUsable() {
    if (closed) {
      throw new TenantClientException.Closed("the writer is closed");
    }
    throwFailure();
  }

  private void throwFailure() {
    if (failure != null) {
      thrown = true;
      throw failure;
    }
  }

  private void send() {
    if (batch.isEmpty()) {
      return;
    }
    List<Point> sent = List.copyOf(batch);
    Set<PointId> ids = batchIds;
    batch = new ArrayList<>();
    batchIds = new HashSet<>();
    batchBytes = 0;
    // From now on, so that no point of the same id overtakes it while it waits.
    inFlight.addAll(ids);
    try {
      await(() -> batchesInFlight >= options.maxInFlight());
      throwFailure();
    } catch (TenantClientException e) {
      inFlight.removeAll(ids);
      failed += sent.size();
      failure = e;
      thrown = true;
      throw e;
    }
    batchesInFlight++;
    points
        .upsert(sent, options.waits(), options.checksIds())
        .whenComplete((done, cause) -> answered(sent, ids, cause));
  }

  private void answered(List<Point> sent, Set<PointId> ids, @Nullable Throwable cause) {
    TenantClientException known = cause == null ? null : Calls.unwrap(cause);
    Consumer<Failure> handler;
    synchronized (this) {
      handler = onFailure;
    }
    try {
      if (known != null && handler != null) {
        handler.accept(new Failure(sent, known));
      }
    } finally {
      count(sent, ids, known, handler != null);
    }
  }

  private synchronized void count(
      List<Point> sent, Set<PointId> ids, @Nullable TenantClientException cause, boolean handled) {
    batchesInFlight--;
    inFlight.removeAll(ids);
    if (cause == null) {
      written += sent.size();
      batches++;
    } else {
      failed += sent.size();
      if (!handled && failure == null) {
        failure = cause;
      }
    }
    notifyAll();
  }

  private interface Obstacle {
    boolean isThere();
  }

  private void await(Obstacle obstacle) {
    if (!obstacle.isThere()) {
      return;
    }
    long began = System.nanoTime();
    try {
      while (obstacle.isThere()) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TenantClientException.Interrupted("interrupted while batches are in flight", e);
    } finally {
      points.listener().heldBack(Duration.ofNanos(System.nanoTime() - began));
    }
  }

  /** About what a point takes in a request. */
  private static long bytes(Point point) {
    long bytes = BYTES_OF_A_POINT;
    for (VectorData vector : point.vectors().values()) {
      bytes += bytes(vector);
    }
    for (Map.Entry<String, ?> field : point.payload().entrySet()) {
      bytes += BYTES_OF_A_FIELD + field.getKey().length();
      bytes += field.getValue() instanceof String text ? text.length() : BYTES_OF_A_FIELD;
    }
    return bytes;
  }

  private static long bytes(VectorData vector) {
    if (vector instanceof VectorData.Dense dense) {
      return (long) Float.BYTES * dense.values().length;
    }
    if (vector instanceof VectorData.Sparse sparse) {
      return 2L * Float.BYTES * sparse.values().length;
    }
    long bytes = 0;
    for (float[] row : ((VectorData.Multi) vector).rows()) {
      bytes += (long) Float.BYTES * row.length;
    }
    return bytes;
  }
}
