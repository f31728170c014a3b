package io.tierkeeper.load.write;

import io.tierkeeper.load.mapping.LoadPoint;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.TenantId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Groups points by tenant into batches. A point whose id is in a batch that is not acknowledged waits for it, so that of two
 * rows with one id the later one is what stays.
 */
public final class Batches {
  /** So many full batches of points wait at most, over all tenants; then the largest is written, full or not. */
  private static final int MAX_WAITING_BATCHES = 16;

  /** Qdrant takes 32 MiB in a request by default. */
  private static final int MAX_BATCH_BYTES = 16 << 20;

  private static final long MAX_WAITING_BYTES = 128L << 20;

  private static final class Open {
    private final List<LoadPoint> points = new ArrayList<>();
    private long bytes;
  }

  private final Writer writer;
  private final int batch;
  private final Map<TenantId, Open> open = new LinkedHashMap<>();
  private final Set<PointId> waiting = new HashSet<>();
  private final Set<PointId> inFlight = ConcurrentHashMap.newKeySet();
  private int points;
  private long bytes;

  /** @param batch how many points a batch has at most */
  public Batches(Writer writer, int batch) {
    this.writer = writer;
    this.batch = batch;
  }

  /** Adds a point; may write a batch and wait for the server's capacity. */
  public void add(LoadPoint point) throws InterruptedException {
    PointId id = point.point().id();
    if (waiting.contains(id)) {
      flush();
    }
    while (inFlight.contains(id)) {
      writer.awaitOne();
    }
    Open batchOf = open.computeIfAbsent(point.tenant(), none -> new Open());
    if (!batchOf.points.isEmpty() && batchOf.bytes + point.bytes() > MAX_BATCH_BYTES) {
      write(point.tenant());
      batchOf = open.computeIfAbsent(point.tenant(), none -> new Open());
    }
    batchOf.points.add(point);
    batchOf.bytes += point.bytes();
    waiting.add(id);
    points++;
    bytes += point.bytes();
    if (batchOf.points.size() >= batch) {
      write(point.tenant());
    }
    while (points > batch * MAX_WAITING_BATCHES || bytes > MAX_WAITING_BYTES) {
      write(largest());
    }
  }

  private TenantId largest() {
    return open.entrySet().stream()
        .max(java.util.Comparator.comparingLong(each -> each.getValue().bytes))
        .orElseThrow()
        .getKey();
  }

  /** Writes all points that wait, without waiting for the answers. */
  public void flush() throws InterruptedException {
    for (TenantId tenant : List.copyOf(open.keySet())) {
      write(tenant);
    }
  }

  /** Points that are neither acknowledged nor refused may be written again; called when they are either. */
  public void settled(PointId id) {
    inFlight.remove(id);
  }

  private void write(TenantId tenant) throws InterruptedException {
    Open batchOf = open.remove(tenant);
    if (batchOf == null) {
      return;
    }
    points -= batchOf.points.size();
    bytes -= batchOf.bytes;
    for (LoadPoint point : batchOf.points) {
      waiting.remove(point.point().id());
      inFlight.add(point.point().id());
    }
    writer.submit(tenant, List.copyOf(batchOf.points));
  }
}
