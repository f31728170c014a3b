package io.tierkeeper.load;

import io.tierkeeper.load.write.PointSink;
import io.tierkeeper.qdrant.CollectionDescription.UpdateQueue;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.TenantId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps the last version of each point in memory, in one shard as the fallback is. */
class MemorySink implements PointSink {
  record Stored(TenantId tenant, Point point) {}

  final Map<PointId, Stored> points = new TreeMap<>();
  final List<Point> writes = new ArrayList<>();
  final AtomicInteger calls = new AtomicInteger();
  volatile UpdateQueue queue = UpdateQueue.NONE;

  @Override
  public synchronized void write(TenantId tenant, List<Point> batch, boolean ownOnly) {
    calls.incrementAndGet();
    for (Point point : batch) {
      Stored present = points.get(point.id());
      if (!ownOnly || present == null || present.tenant().equals(tenant)) {
        points.put(point.id(), new Stored(tenant, point));
        writes.add(point);
      }
    }
  }

  @Override
  public synchronized Set<PointId> present(TenantId tenant, Collection<PointId> ids) {
    Set<PointId> found = new HashSet<>(ids);
    found.removeIf(id -> !points.containsKey(id) || !points.get(id).tenant().equals(tenant));
    return found;
  }

  @Override
  public synchronized Set<PointId> foreign(TenantId tenant, Collection<PointId> ids) {
    Set<PointId> found = new HashSet<>(ids);
    found.removeIf(id -> !points.containsKey(id) || points.get(id).tenant().equals(tenant));
    return found;
  }

  @Override
  public UpdateQueue queue() {
    return queue;
  }
}
