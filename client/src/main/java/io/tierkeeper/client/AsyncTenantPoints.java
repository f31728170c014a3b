package io.tierkeeper.client;

import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.BatchResult;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.qdrant.client.grpc.Points.UpsertPoints;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The points of one tenant, as futures. They complete on threads of gRPC: what follows and takes long, or blocks, belongs into
 * {@code …Async} methods. They fail with a {@link TenantClientException}. Cancelling one does not end its call.
 */
public final class AsyncTenantPoints {

  /** The most ids in one condition; Qdrant's strict mode may limit it, and Tierkeeper itself needs 256. */
  static final int MAX_IDS = 256;

  private final TenantScope tenant;
  private final TenantRequests requests;
  private final ClientConfig config;
  private final Calls calls;

  AsyncTenantPoints(TenantScope tenant, ClientConfig config, Calls calls) {
    this.tenant = tenant;
    this.requests = new TenantRequests(tenant, config);
    this.config = config;
    this.calls = calls;
  }

  CallListener listener() {
    return config.listener();
  }

  // ---- writing

  /**
   * Writes points: creates those that are not there and replaces those of this tenant, as a whole.
   *
   * <p>A point of another tenant with the same id is left as it is, by a condition that Qdrant evaluates when it writes; the call
   * fails with {@link TenantClientException.IdConflict} then. To find that out costs one count; it is left out for ids that are
   * texts, which no other tenant can have.
   */
  public CompletableFuture<Void> upsert(Collection<Point> points) {
    return upsert(points, true, true);
  }

  /**
   * @param wait whether to wait until the points can be read; without it there is no check
   * @param check whether to find out that another tenant has one of the ids
   */
  CompletableFuture<Void> upsert(Collection<Point> points, boolean wait, boolean check) {
    return guarded(() -> {
      if (points.isEmpty()) {
        return CompletableFuture.completedFuture(null);
      }
      points.forEach(point -> requireSize(point.vectors()));
      UpsertPoints request = requests.upsert(points, wait);
      CompletableFuture<Void> written = calls.write(
          "upsert",
          (connection, deadline) -> connection.points().withDeadline(deadline).upsert(request));
      if (!wait || !check) {
        return written;
      }
      List<PointId> checked = points.stream()
          .map(Point::id)
          .filter(id -> !(id instanceof PointId.Text))
          .distinct()
          .toList();
      return written.thenCompose(done -> inTurn(checked, this::requireStored));
    });
  }

  /** Deletes points of this tenant by id; an id that is not there, or is another tenant's, is ignored. */
  public CompletableFuture<Void> delete(Collection<? extends PointId> ids) {
    return guarded(() -> inTurn(ids, some -> delete(tenant.filter(some))));
  }

  /**
   * Deletes the points of this tenant that match.
   *
   * @throws TenantClientException.InvalidRequest if the filter is empty; {@link #deleteAll} deletes everything
   */
  public CompletableFuture<Void> deleteMatching(Filter filter) {
    return guarded(() -> delete(tenant.filter(requireSome(filter))));
  }

  /** Deletes all points of this tenant. */
  public CompletableFuture<Void> deleteAll() {
    return guarded(() -> delete(tenant.filter()));
  }

  private CompletableFuture<Void> delete(Filter filter) {
    return calls.write(
        "delete",
        (connection, deadline) ->
            connection.points().withDeadline(deadline).delete(requests.delete(filter)));
  }

  /** Sets fields of points of this tenant; other fields stay as they are. */
  public CompletableFuture<Void> setPayload(
      Collection<? extends PointId> ids, Map<String, ?> payload) {
    return guarded(() -> inTurn(ids, some -> setPayload(tenant.filter(some), payload)));
  }

  /** Sets fields of the points of this tenant that match. */
  public CompletableFuture<Void> setPayloadMatching(Filter filter, Map<String, ?> payload) {
    return guarded(() -> setPayload(tenant.filter(requireSome(filter)), payload));
  }

  private CompletableFuture<Void> setPayload(Filter filter, Map<String, ?> payload) {
    var request = requests.setPayload(filter, payload);
    return calls.write(
        "set_payload",
        (connection, deadline) -> connection.points().withDeadline(deadline).setPayload(request));
  }

  /** Removes fields, or what paths into them name, from points of this tenant. */
  public CompletableFuture<Void> deletePayload(
      Collection<? extends PointId> ids, Collection<String> fields) {
    return guarded(() -> inTurn(ids, some -> deletePayload(tenant.filter(some), fields)));
  }

  /** Removes fields from the points of this tenant that match. */
  public CompletableFuture<Void> deletePayloadMatching(Filter filter, Collection<String> fields) {
    return guarded(() -> deletePayload(tenant.filter(requireSome(filter)), fields));
  }

  private CompletableFuture<Void> deletePayload(Filter filter, Collection<String> fields) {
    var request = requests.deletePayload(filter, fields);
    return calls.write(
        "delete_payload",
        (connection, deadline) ->
            connection.points().withDeadline(deadline).deletePayload(request));
  }

  /**
   * Replaces vectors of points of this tenant by name; other vectors and the payload stay as they are.
   *
   * @throws TenantClientException.IdConflict if one of the points is not there or is another tenant's
   */
  public CompletableFuture<Void> updateVectors(
      Map<? extends PointId, Map<String, VectorData>> vectors) {
    return guarded(() -> {
      if (vectors.isEmpty()) {
        return CompletableFuture.completedFuture(null);
      }
      vectors.values().forEach(this::requireSize);
      // Qdrant refuses the whole call where a point is missing, and says nothing where a condition
      // does not hold.
      return inTurn(List.copyOf(vectors.keySet()), this::requireStored)
          .thenCompose(there -> calls.write(
              "update_vectors",
              (connection, deadline) -> connection
                  .points()
                  .withDeadline(deadline)
                  .updateVectors(requests.updateVectors(vectors))));
    });
  }

  /** Removes vectors from points of this tenant by name. */
  public CompletableFuture<Void> deleteVectors(
      Collection<? extends PointId> ids, Collection<String> names) {
    return guarded(() -> inTurn(
        ids,
        some -> calls.write(
            "delete_vectors",
            (connection, deadline) -> connection
                .points()
                .withDeadline(deadline)
                .deleteVectors(requests.deleteVectors(tenant.filter(some), names)))));
  }

  /** Whether all of these are the tenant's; a move may hide a point that was just written for some seconds, so it looks again. */
  private CompletableFuture<Void> requireStored(List<? extends PointId> ids) {
    return requireStored(
        Set.copyOf(ids), 1, System.nanoTime() + config.retry().budget().toNanos());
  }

  private CompletableFuture<Void> requireStored(Set<? extends PointId> ids, int tries, long until) {
    return count(tenant.filter(ids), true).thenCompose(found -> {
      if (found == ids.size()) {
        return CompletableFuture.completedFuture(null);
      }
      Duration wait = config.retry().backOff(tries, 0);
      if (System.nanoTime() + wait.toNanos() < until && tries < config.retry().maxAttempts()) {
        return calls.delay(wait).thenCompose(waited -> requireStored(ids, tries + 1, until));
      }
      return get(ids, Shown.ID).thenCompose(points -> {
        Set<PointId> missing = new LinkedHashSet<>(ids);
        points.forEach(point -> missing.remove(point.id()));
        return missing.isEmpty()
            ? CompletableFuture.completedFuture(null)
            : CompletableFuture.failedFuture(new TenantClientException.IdConflict(
                missing.size() + " points of tenant " + tenant.name()
                    + " were not stored, the first is "
                    + missing.iterator().next()
                    + ": another tenant has a point of this id, or the point was deleted at the same time",
                List.copyOf(missing)));
      });
    });
  }

  // ---- reading

  /** The points of this tenant that have these ids, in their order; ids that are not there are left out. */
  public CompletableFuture<List<Point>> get(Collection<? extends PointId> ids, Shown shown) {
    return guarded(() -> {
      Map<io.qdrant.client.grpc.Common.PointId, Point> found = new HashMap<>();
      Set<PointId> distinct = new LinkedHashSet<>(ids);
      return inTurn(
              distinct,
              some -> scroll(requests.scroll(tenant.filter(some), null, some.size(), shown))
                  .thenAccept(answer -> answer
                      .getResultList()
                      .forEach(point -> found.put(point.getId(), plain(point)))))
          .thenApply(done -> {
            List<Point> points = new ArrayList<>();
            for (PointId id : distinct) {
              Point point = found.get(tenant.id(id));
              if (point != null) {
                points.add(point);
              }
            }
            return points;
          });
    });
  }

  /** The number of points of this tenant. */
  public CompletableFuture<Long> count() {
    return guarded(() -> count(tenant.filter(), true));
  }

  /**
   * The number of points of this tenant that match.
   *
   * @param exact false for an estimate, which costs almost nothing
   */
  public CompletableFuture<Long> countMatching(Filter filter, boolean exact) {
    return guarded(() -> count(tenant.filter(filter), exact));
  }

  private CompletableFuture<Long> count(Filter filter, boolean exact) {
    return calls
        .read(
            "count",
            (connection, deadline) ->
                connection.points().withDeadline(deadline).count(requests.count(filter, exact)))
        .thenApply(answer -> answer.getResult().getCount());
  }

  /**
   * A page of the points of this tenant in the order of their ids.
   *
   * @param filter what points must match; null for all
   * @param from the {@link Page#next} of the page before; null for the first
   * @param limit at least 1
   */
  public CompletableFuture<Page> scroll(
      @Nullable Filter filter, @Nullable PointId from, int limit, Shown shown) {
    return guarded(() -> {
      if (limit < 1) {
        throw new TenantClientException.InvalidRequest(
            "limit is " + limit + ", allowed: 1 and more", null);
      }
      return scroll(requests.scroll(tenant.filter(filter), from, limit, shown))
          .thenApply(answer -> new Page(
              answer.getResultList().stream().map(this::plain).toList(),
              answer.hasNextPageOffset()
                  ? tenant.plain(answer.getNextPageOffset(), Map.of())
                  : null));
    });
  }

  private CompletableFuture<ScrollResponse> scroll(ScrollPoints request) {
    return calls.read(
        "scroll",
        (connection, deadline) -> connection.points().withDeadline(deadline).scroll(request));
  }

  private Point plain(RetrievedPoint point) {
    Map<String, Value> payload = point.getPayloadMap();
    return new Point(
        tenant.plain(point.getId(), payload),
        Vectors.plain(point.getVectors()),
        tenant.plain(payload));
  }

  /** The best points of this tenant for a search, the best first. */
  public CompletableFuture<List<ScoredPoint>> search(Search search) {
    return guarded(() -> resolved(List.of(search))
        .thenCompose(ready -> calls.read(
            "query",
            (connection, deadline) ->
                connection.points().withDeadline(deadline).query(requests.query(ready.get(0)))))
        .thenApply(answer -> answer.getResultList().stream().map(this::scored).toList()));
  }

  /** The results of several searches, in one call. */
  public CompletableFuture<List<List<ScoredPoint>>> searchAll(List<Search> searches) {
    return guarded(() -> searches.isEmpty()
        ? CompletableFuture.completedFuture(List.<List<ScoredPoint>>of())
        : resolved(searches)
            .thenCompose(ready -> calls.read(
                "query_batch",
                (connection, deadline) ->
                    connection.points().withDeadline(deadline).queryBatch(requests.queries(ready))))
            .thenApply(
                answer -> answer.getResultList().stream().map(this::scored).toList()));
  }

  private List<ScoredPoint> scored(BatchResult results) {
    return results.getResultList().stream().map(this::scored).toList();
  }

  private ScoredPoint scored(io.qdrant.client.grpc.Points.ScoredPoint point) {
    Map<String, Value> payload = point.getPayloadMap();
    return new ScoredPoint(
        tenant.plain(point.getId(), payload),
        point.getScore(),
        Vectors.plain(point.getVectors()),
        tenant.plain(payload));
  }

  // ---- searches by a point's own vector

  /** The searches with the vectors of the points that they are like. */
  private CompletableFuture<List<Search>> resolved(List<Search> searches) {
    searches.forEach(this::requireSize);
    Set<PointId> ids = searches.stream()
        .flatMap(search -> search.likes().stream())
        .map(search -> search.like)
        .collect(Collectors.toCollection(LinkedHashSet::new));
    if (ids.isEmpty()) {
      return CompletableFuture.completedFuture(searches);
    }
    return get(ids, Shown.ALL).thenApply(points -> {
      Map<io.qdrant.client.grpc.Common.PointId, Point> found = new LinkedHashMap<>();
      points.forEach(point -> found.put(tenant.id(point.id()), point));
      return searches.stream().map(search -> resolved(search, found)).toList();
    });
  }

  private Search resolved(Search search, Map<io.qdrant.client.grpc.Common.PointId, Point> found) {
    PointId like = search.like;
    if (like == null) {
      return search.copyOf(
          search.vector,
          null,
          search.parts.stream().map(part -> resolved(part, found)).toList());
    }
    Point point = found.get(tenant.id(like));
    VectorData vector = point == null ? null : point.vectors().get(search.using());
    if (vector == null) {
      throw new TenantClientException.NotFound(
          "tenant " + tenant.name() + " has no point " + like
              + (point == null ? "" : " with a vector of the name \"" + search.using() + "\""),
          null);
    }
    Filter.Builder others = search.filter() == null
        ? Filter.newBuilder()
        : Filter.newBuilder().addMust(io.qdrant.client.ConditionFactory.filter(search.filter()));
    others.addMustNot(io.qdrant.client.ConditionFactory.hasId(tenant.id(like)));
    return search.copyOf(vector, null, List.of()).filter(others.build());
  }

  // ---- checks

  private void requireSize(Search search) {
    if (search.vector != null && search.using().isEmpty()) {
      requireSize(Map.of(Point.UNNAMED, search.vector));
    }
    search.parts.forEach(this::requireSize);
  }

  private void requireSize(Map<String, VectorData> vectors) {
    Integer size = config.vectorSize();
    if (size != null
        && vectors.get(Point.UNNAMED) instanceof VectorData.Dense dense
        && dense.values().length != size) {
      throw new TenantClientException.InvalidRequest(
          "the vector has " + dense.values().length + " dimensions, collection "
              + tenant.collection() + " has " + size,
          null);
    }
  }

  private static Filter requireSome(Filter filter) {
    if (filter.equals(Filter.getDefaultInstance())) {
      throw new TenantClientException.InvalidRequest("the filter is empty", null);
    }
    return filter;
  }

  /** A call for every {@value #MAX_IDS} ids, one after the other. */
  private static CompletableFuture<Void> inTurn(
      Collection<? extends PointId> ids,
      Function<List<? extends PointId>, CompletableFuture<Void>> call) {
    List<PointId> all = List.copyOf(ids);
    CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
    for (int from = 0; from < all.size(); from += MAX_IDS) {
      List<PointId> some = all.subList(from, Math.min(all.size(), from + MAX_IDS));
      done = done.thenCompose(before -> call.apply(some));
    }
    return done;
  }

  /** Arguments that are refused fail the future as well, so that a caller has one place for errors. */
  private static <T> CompletableFuture<T> guarded(Supplier<CompletableFuture<T>> call) {
    try {
      return Calls.unwrapped(call.get());
    } catch (TenantClientException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
