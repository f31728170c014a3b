package io.tierkeeper.qdrant.grpc;

import com.google.common.util.concurrent.ListenableFuture;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Collections;
import io.qdrant.client.grpc.Points;
import io.qdrant.client.grpc.PointsGrpc.PointsFutureStub;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.FacetHit;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.PeerStatus;
import io.tierkeeper.qdrant.PeerView;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.ScoredPoint;
import io.tierkeeper.qdrant.ScrollPage;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.TenantId;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The calls to one peer of a real Qdrant cluster that change nothing. */
class GrpcReads implements QdrantReads {

  final QdrantGrpcClient client;
  final GrpcCalls calls;
  final RestPaths rest;
  final Duration deadline;
  /** How long the server may work on a call, so that it gives up before the client does. */
  final long serverSeconds;

  private final URI endpoint;

  GrpcReads(URI endpoint, QdrantGrpcClient client, RestPaths rest, Duration deadline) {
    this.endpoint = endpoint;
    this.client = client;
    this.calls = new GrpcCalls(endpoint, client.channel());
    this.rest = rest;
    this.deadline = deadline;
    this.serverSeconds = Math.max(1, deadline.toSeconds() - 1);
  }

  @Override
  public URI endpoint() {
    return endpoint;
  }

  @Override
  public PeerStatus status() {
    return rest.status();
  }

  @Override
  public Optional<PeerView> view(String collection) {
    try {
      return Optional.of(LayoutMapper.view(calls.call(
          CallKind.READ,
          "view of collection " + collection,
          deadline,
          client.collections(),
          stub -> stub.collectionClusterInfo(Collections.CollectionClusterInfoRequest.newBuilder()
              .setCollectionName(collection)
              .build()))));
    } catch (QdrantException.NotFound none) {
      return Optional.empty();
    }
  }

  @Override
  public List<String> collections() {
    return calls
        .call(
            CallKind.READ,
            "collections",
            deadline,
            client.collections(),
            stub -> stub.list(Collections.ListCollectionsRequest.getDefaultInstance()))
        .getCollectionsList()
        .stream()
        .map(Collections.CollectionDescription::getName)
        .toList();
  }

  @Override
  public Optional<CollectionDescription> describe(String collection) {
    try {
      return Optional.of(LayoutMapper.description(
          collection,
          calls
              .call(
                  CallKind.READ,
                  "describe collection " + collection,
                  deadline,
                  client.collections(),
                  stub -> stub.get(Collections.GetCollectionInfoRequest.newBuilder()
                      .setCollectionName(collection)
                      .build()))
              .getResult()));
    } catch (QdrantException.NotFound none) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<String> aliased(String name) {
    return calls
        .call(
            CallKind.READ,
            "aliases",
            deadline,
            client.collections(),
            stub -> stub.listAliases(Collections.ListAliasesRequest.getDefaultInstance()))
        .getAliasesList()
        .stream()
        .filter(alias -> alias.getAliasName().equals(name))
        .map(Collections.AliasDescription::getCollectionName)
        .findFirst();
  }

  @Override
  public ScrollPage scroll(ScrollRequest request) {
    Points.ScrollPoints.Builder wire = Points.ScrollPoints.newBuilder()
        .setCollectionName(request.collection())
        .setLimit(request.limit())
        .setWithPayload(payload(request.withPayload()))
        .setWithVectors(vectors(request.withVectors()))
        .setTimeout(serverSeconds);
    QueryMapper.toWire(request.selector()).ifPresent(wire::setShardKeySelector);
    if (request.filter() != null) {
      wire.setFilter(QueryMapper.toWire(request.filter()));
    }
    if (request.from() != null) {
      wire.setOffset(PointMapper.toWire(request.from()));
    }
    Points.ScrollResponse page =
        read("scroll of " + request.collection(), stub -> stub.scroll(wire.build()));
    return new ScrollPage(
        page.getResultList().stream().map(PointMapper::fromWire).toList(),
        page.hasNextPageOffset() ? PointMapper.fromWire(page.getNextPageOffset()) : null);
  }

  @Override
  public List<Point> retrieve(String collection, ShardSelector selector, List<PointId> ids) {
    Points.GetPoints.Builder wire = Points.GetPoints.newBuilder()
        .setCollectionName(collection)
        .setWithPayload(payload(true))
        .setWithVectors(vectors(true))
        .setTimeout(serverSeconds);
    QueryMapper.toWire(selector).ifPresent(wire::setShardKeySelector);
    ids.forEach(id -> wire.addIds(PointMapper.toWire(id)));
    return read("retrieve from " + collection, stub -> stub.get(wire.build()))
        .getResultList()
        .stream()
        .map(PointMapper::fromWire)
        .toList();
  }

  @Override
  public long count(String collection, ShardSelector selector, @Nullable Filter filter) {
    Points.CountPoints.Builder wire = Points.CountPoints.newBuilder()
        .setCollectionName(collection)
        .setExact(true)
        .setTimeout(serverSeconds);
    QueryMapper.toWire(selector).ifPresent(wire::setShardKeySelector);
    if (filter != null) {
      wire.setFilter(QueryMapper.toWire(filter));
    }
    return read("count in " + collection, stub -> stub.count(wire.build()))
        .getResult()
        .getCount();
  }

  @Override
  public List<FacetHit> facet(String collection, ShardSelector selector, String field, int limit) {
    return facet(collection, selector, field, limit, wire -> {});
  }

  @Override
  public List<FacetHit> exactFacet(
      String collection, ShardSelector selector, String field, @Nullable Filter filter, int limit) {
    return facet(collection, selector, field, limit, wire -> {
      wire.setExact(true);
      if (filter != null) {
        wire.setFilter(QueryMapper.toWire(filter));
      }
    });
  }

  private List<FacetHit> facet(
      String collection,
      ShardSelector selector,
      String field,
      int limit,
      Consumer<Points.FacetCounts.Builder> options) {
    Points.FacetCounts.Builder wire = Points.FacetCounts.newBuilder()
        .setCollectionName(collection)
        .setKey(field)
        .setLimit(limit)
        .setTimeout(serverSeconds);
    QueryMapper.toWire(selector).ifPresent(wire::setShardKeySelector);
    options.accept(wire);
    return read("facet of " + field + " in " + collection, stub -> stub.facet(wire.build()))
        .getHitsList()
        .stream()
        .map(hit -> new FacetHit(tenantOf(hit.getValue()).orElse(null), hit.getCount()))
        .toList();
  }

  private static Optional<TenantId> tenantOf(Points.FacetValue value) {
    return switch (value.getVariantCase()) {
      case STRING_VALUE ->
        value.getStringValue().isEmpty()
            ? Optional.empty()
            : Optional.of(TenantId.of(value.getStringValue()));
      case INTEGER_VALUE ->
        value.getIntegerValue() < 0
            ? Optional.empty()
            : Optional.of(TenantId.of(value.getIntegerValue()));
      case BOOL_VALUE, VARIANT_NOT_SET -> Optional.empty();
    };
  }

  @Override
  public List<ScoredPoint> search(
      String collection,
      ShardSelector selector,
      String vectorName,
      float[] vector,
      @Nullable Filter filter,
      int limit,
      boolean exact) {
    Points.QueryPoints.Builder wire = Points.QueryPoints.newBuilder()
        .setCollectionName(collection)
        .setQuery(Points.Query.newBuilder()
            .setNearest(Points.VectorInput.newBuilder().setDense(PointMapper.denseToWire(vector))))
        .setParams(Points.SearchParams.newBuilder().setExact(exact))
        .setLimit(limit)
        .setWithPayload(payload(true))
        .setTimeout(serverSeconds);
    QueryMapper.toWire(selector).ifPresent(wire::setShardKeySelector);
    if (!vectorName.isEmpty()) {
      wire.setUsing(vectorName);
    }
    if (filter != null) {
      wire.setFilter(QueryMapper.toWire(filter));
    }
    return read("search in " + collection, stub -> stub.query(wire.build()))
        .getResultList()
        .stream()
        .map(hit -> new ScoredPoint(
            PointMapper.fromWire(hit.getId()),
            hit.getScore(),
            PointMapper.payloadFromWire(hit.getPayloadMap())))
        .toList();
  }

  @Override
  public void downloadShardSnapshot(String collection, int shardId, String name, Path file) {
    rest.downloadShardSnapshot(collection, shardId, name, file);
  }

  @Override
  public void streamShardSnapshot(String collection, int shardId, Path file) {
    rest.streamShardSnapshot(collection, shardId, file);
  }

  private <T> T read(String verb, Function<PointsFutureStub, ListenableFuture<T>> invoke) {
    return calls.call(CallKind.READ, verb, deadline, client.points(), invoke);
  }

  private static Points.WithPayloadSelector payload(boolean enable) {
    return Points.WithPayloadSelector.newBuilder().setEnable(enable).build();
  }

  private static Points.WithVectorsSelector vectors(boolean enable) {
    return Points.WithVectorsSelector.newBuilder().setEnable(enable).build();
  }
}
