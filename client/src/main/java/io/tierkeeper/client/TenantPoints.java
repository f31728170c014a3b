package io.tierkeeper.client;

import io.qdrant.client.grpc.Common.Filter;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The points of one tenant. Each read and each write by filter is sent with the tenant's shard key selector (target and fallback) and
 * the tenant filter; there is no method without them. Thread-safe; each method blocks and throws a {@link TenantClientException}.
 *
 * <pre>{@code
 * TenantPoints acme = client.forTenant("acme");
 * acme.upsert(Point.of(PointId.of("doc-1"), new float[] {0.1f, 0.2f, 0.3f, 0.4f}, Map.of("lang", "en")));
 * List<ScoredPoint> found = acme.search(Search.nearest(0.1f, 0.2f, 0.3f, 0.4f).limit(5));
 * }</pre>
 */
public final class TenantPoints {

  private final AsyncTenantPoints async;

  TenantPoints(AsyncTenantPoints async) {
    this.async = async;
  }

  /** The same as futures. */
  public AsyncTenantPoints async() {
    return async;
  }

  /** A writer of many points, in batches. */
  public BatchWriter batchWriter(BatchOptions options) {
    return new BatchWriter(async, options);
  }

  /** See {@link AsyncTenantPoints#upsert(Collection)}. */
  public void upsert(Point... points) {
    upsert(List.of(points));
  }

  /** See {@link AsyncTenantPoints#upsert(Collection)}. */
  public void upsert(Collection<Point> points) {
    Calls.join(async.upsert(points));
  }

  /** See {@link AsyncTenantPoints#delete}. */
  public void delete(Collection<? extends PointId> ids) {
    Calls.join(async.delete(ids));
  }

  /** See {@link AsyncTenantPoints#deleteMatching}. */
  public void deleteMatching(Filter filter) {
    Calls.join(async.deleteMatching(filter));
  }

  /** See {@link AsyncTenantPoints#deleteAll}. */
  public void deleteAll() {
    Calls.join(async.deleteAll());
  }

  /** See {@link AsyncTenantPoints#setPayload}. */
  public void setPayload(Collection<? extends PointId> ids, Map<String, ?> payload) {
    Calls.join(async.setPayload(ids, payload));
  }

  /** See {@link AsyncTenantPoints#setPayloadMatching}. */
  public void setPayloadMatching(Filter filter, Map<String, ?> payload) {
    Calls.join(async.setPayloadMatching(filter, payload));
  }

  /** See {@link AsyncTenantPoints#deletePayload}. */
  public void deletePayload(Collection<? extends PointId> ids, Collection<String> fields) {
    Calls.join(async.deletePayload(ids, fields));
  }

  /** See {@link AsyncTenantPoints#deletePayloadMatching}. */
  public void deletePayloadMatching(Filter filter, Collection<String> fields) {
    Calls.join(async.deletePayloadMatching(filter, fields));
  }

  /** See {@link AsyncTenantPoints#updateVectors}. */
  public void updateVectors(Map<? extends PointId, Map<String, VectorData>> vectors) {
    Calls.join(async.updateVectors(vectors));
  }

  /** See {@link AsyncTenantPoints#deleteVectors}. */
  public void deleteVectors(Collection<? extends PointId> ids, Collection<String> names) {
    Calls.join(async.deleteVectors(ids, names));
  }

  /** The points of these ids with their payloads; ids that are not there are left out. */
  public List<Point> get(Collection<? extends PointId> ids) {
    return get(ids, Shown.PAYLOAD);
  }

  /** See {@link AsyncTenantPoints#get}. */
  public List<Point> get(Collection<? extends PointId> ids, Shown shown) {
    return Calls.join(async.get(ids, shown));
  }

  /** See {@link AsyncTenantPoints#count}. */
  public long count() {
    return Calls.join(async.count());
  }

  /** The exact number of points of this tenant that match. */
  public long countMatching(Filter filter) {
    return Calls.join(async.countMatching(filter, true));
  }

  /** See {@link AsyncTenantPoints#scroll}. */
  public Page scroll(@Nullable Filter filter, @Nullable PointId from, int limit, Shown shown) {
    return Calls.join(async.scroll(filter, from, limit, shown));
  }

  /**
   * All points of this tenant that match, in the order of their ids, read page by page as the stream is consumed.
   *
   * @param filter what points must match; null for all
   * @param pageSize at least 1
   */
  public Stream<Point> stream(@Nullable Filter filter, int pageSize, Shown shown) {
    Iterator<Point> points = new Iterator<>() {
      private final Deque<Point> page = new ArrayDeque<>();
      private @Nullable PointId from;
      private boolean last;

      @Override
      public boolean hasNext() {
        while (page.isEmpty() && !last) {
          Page next = scroll(filter, from, pageSize, shown);
          page.addAll(next.points());
          from = next.next();
          last = from == null;
        }
        return !page.isEmpty();
      }

      @Override
      public Point next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return page.remove();
      }
    };
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(points, Spliterator.ORDERED | Spliterator.NONNULL),
        false);
  }

  /** See {@link AsyncTenantPoints#search}. */
  public List<ScoredPoint> search(Search search) {
    return Calls.join(async.search(search));
  }

  /** See {@link AsyncTenantPoints#searchAll}. */
  public List<List<ScoredPoint>> searchAll(List<Search> searches) {
    return Calls.join(async.searchAll(searches));
  }
}
