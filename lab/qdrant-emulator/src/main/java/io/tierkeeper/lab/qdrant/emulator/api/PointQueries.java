package io.tierkeeper.lab.qdrant.emulator.api;

import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Points.BatchResult;
import io.qdrant.client.grpc.Points.DenseVector;
import io.qdrant.client.grpc.Points.Fusion;
import io.qdrant.client.grpc.Points.PrefetchQuery;
import io.qdrant.client.grpc.Points.Query;
import io.qdrant.client.grpc.Points.QueryBatchResponse;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.QueryResponse;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.SearchBatchResponse;
import io.qdrant.client.grpc.Points.SearchPoints;
import io.qdrant.client.grpc.Points.SearchResponse;
import io.qdrant.client.grpc.Points.SparseVector;
import io.qdrant.client.grpc.Points.Vector;
import io.qdrant.client.grpc.Points.VectorInput;
import io.qdrant.client.grpc.PointsGrpc;
import io.tierkeeper.lab.qdrant.emulator.api.PointReader.Scope;
import io.tierkeeper.lab.qdrant.emulator.cluster.PeerNode;
import io.tierkeeper.lab.qdrant.emulator.points.PointKey;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import io.tierkeeper.lab.qdrant.emulator.points.Scoring;
import io.tierkeeper.lab.qdrant.emulator.points.VectorSchema;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The nearest-neighbour queries of one peer: universal query and search. */
final class PointQueries {

  private static final int DEFAULT_LIMIT = 10;

  /** The constant of reciprocal rank fusion where a query sets none. */
  private static final int RANKING_CONSTANT = 2;

  private final PeerNode node;
  private final PointReader reader;

  PointQueries(PeerNode node, PointReader reader) {
    this.node = node;
    this.reader = reader;
  }

  /** Adds the methods of this part of the points API. */
  void addTo(Operations operations) {
    operations.read(
        PointsGrpc.getQueryMethod(),
        "query",
        request -> QueryResponse.newBuilder().addAllResult(query(request)).build());
    operations.read(
        PointsGrpc.getQueryBatchMethod(),
        "query_batch",
        request -> QueryBatchResponse.newBuilder()
            .addAllResult(batch(request.getQueryPointsList().stream()))
            .build());
    operations.read(
        PointsGrpc.getSearchMethod(),
        "search",
        request ->
            SearchResponse.newBuilder().addAllResult(query(universal(request))).build());
    operations.read(
        PointsGrpc.getSearchBatchMethod(),
        "search_batch",
        request -> SearchBatchResponse.newBuilder()
            .addAllResult(
                batch(request.getSearchPointsList().stream().map(PointQueries::universal)))
            .build());
  }

  private List<BatchResult> batch(Stream<QueryPoints> requests) {
    return requests
        .map(request -> BatchResult.newBuilder().addAllResult(query(request)).build())
        .toList();
  }

  private List<ScoredPoint> query(QueryPoints request) {
    if (request.hasLookupFrom()) {
      throw QdrantError.unimplemented("queries with lookup_from");
    }
    Scope scope = Scope.of(request);
    int limit = request.hasLimit() ? (int) request.getLimit() : DEFAULT_LIMIT;
    StrictRules.checkQuery(node.collection(scope.collection()), request, limit);
    int offset = (int) request.getOffset();
    List<PointReader.Hit> hits = request.getPrefetchCount() > 0
        ? fused(request, offset + limit)
        : hits(request, offset + limit);
    return hits.stream()
        .skip(offset)
        .map(hit -> PointAnswers.scored(hit, request.getWithPayload(), request.getWithVectors()))
        .toList();
  }

  private List<PointReader.Hit> hits(QueryPoints request, int limit) {
    Scope scope = Scope.of(request);
    if (!request.hasQuery()) {
      return reader.scroll(scope, null, limit).stream()
          .map(hit -> new PointReader.Hit(hit.point(), hit.key(), 1))
          .toList();
    }
    VectorInput input = nearest(request.getQuery());
    Scoring scoring = new Scoring(
        VectorSchema.of(node.collection(scope.collection()).config()),
        request.getUsing(),
        vector(scope, input, request.getUsing()));
    return reader.nearest(
        scope,
        scoring,
        input.hasId() ? Set.of(PointKey.of(input.getId())) : Set.of(),
        request.hasScoreThreshold() ? (Float) request.getScoreThreshold() : null,
        limit);
  }

  /** Reciprocal rank fusion: each result of a part adds {@code 1 / (2 + position)}, with positions from 0. */
  private List<PointReader.Hit> fused(QueryPoints request, int limit) {
    if (!request.getQuery().hasFusion() || request.getQuery().getFusion() != Fusion.RRF) {
      throw QdrantError.unimplemented("prefetch queries other than reciprocal rank fusion");
    }
    Map<PointKey, PointReader.Hit> sums = new LinkedHashMap<>();
    for (PrefetchQuery part : request.getPrefetchList()) {
      if (part.getPrefetchCount() > 0 || part.hasLookupFrom()) {
        throw QdrantError.unimplemented("prefetch within prefetch, or with lookup_from");
      }
      int position = 0;
      int partLimit = part.hasLimit() ? (int) part.getLimit() : DEFAULT_LIMIT;
      for (PointReader.Hit hit : hits(whole(request, part), partLimit)) {
        sums.merge(
            hit.point().key(),
            new PointReader.Hit(hit.point(), hit.key(), 1f / (RANKING_CONSTANT + position)),
            (one, other) ->
                new PointReader.Hit(one.point(), one.key(), one.score() + other.score()));
        position++;
      }
    }
    float threshold =
        request.hasScoreThreshold() ? request.getScoreThreshold() : Float.NEGATIVE_INFINITY;
    return sums.values().stream()
        .filter(hit -> hit.score() >= threshold)
        .sorted(Comparator.comparingDouble(PointReader.Hit::score)
            .reversed()
            .thenComparing(hit -> hit.point().key()))
        .limit(limit)
        .toList();
  }

  /** A part as a query of its own: with the shards of the whole, and with its filter in addition. */
  private static QueryPoints whole(QueryPoints request, PrefetchQuery part) {
    QueryPoints.Builder query = Requests.copy(part, QueryPoints.newBuilder())
        .setCollectionName(request.getCollectionName());
    if (request.hasShardKeySelector()) {
      query.setShardKeySelector(request.getShardKeySelector());
    }
    if (request.hasReadConsistency()) {
      query.setReadConsistency(request.getReadConsistency());
    }
    if (request.hasFilter()) {
      query.setFilter(Filter.newBuilder()
          .addMust(Condition.newBuilder().setFilter(request.getFilter()))
          .addMust(Condition.newBuilder().setFilter(part.getFilter())));
    }
    return query.build();
  }

  /** A search as the universal query that means the same. */
  private static QueryPoints universal(SearchPoints request) {
    VectorInput.Builder vector = VectorInput.newBuilder();
    if (request.hasSparseIndices()) {
      vector.setSparse(SparseVector.newBuilder()
          .addAllValues(request.getVectorList())
          .addAllIndices(request.getSparseIndices().getDataList()));
    } else {
      vector.setDense(DenseVector.newBuilder().addAllData(request.getVectorList()));
    }
    return Requests.copy(request, QueryPoints.newBuilder())
        .setQuery(Query.newBuilder().setNearest(vector))
        .setUsing(request.getVectorName())
        .setLimit(request.getLimit())
        .build();
  }

  private static VectorInput nearest(Query query) {
    return switch (query.getVariantCase()) {
      case NEAREST -> query.getNearest();
      case RECOMMEND,
          DISCOVER,
          CONTEXT,
          ORDER_BY,
          FUSION,
          SAMPLE,
          FORMULA,
          NEAREST_WITH_MMR,
          RRF,
          RELEVANCE_FEEDBACK ->
        throw QdrantError.unimplemented("queries of kind " + query.getVariantCase());
      case VARIANT_NOT_SET -> throw QdrantError.badInput("Query variant is missing");
    };
  }

  private Vector vector(Scope scope, VectorInput input, String using) {
    return switch (input.getVariantCase()) {
      case DENSE -> Vector.newBuilder().setDense(input.getDense()).build();
      case SPARSE -> Vector.newBuilder().setSparse(input.getSparse()).build();
      case MULTI_DENSE ->
        Vector.newBuilder().setMultiDense(input.getMultiDense()).build();
      case ID -> stored(scope, input.getId(), using);
      case DOCUMENT, IMAGE, OBJECT -> throw QdrantError.unimplemented("inference of vectors");
      case VARIANT_NOT_SET -> throw QdrantError.badInput("VectorInput variant is missing");
    };
  }

  private Vector stored(Scope scope, PointId id, String using) {
    List<PointReader.Hit> found = reader.retrieve(scope, List.of(PointKey.of(id)));
    if (found.isEmpty()) {
      throw QdrantError.notFound("No point with id " + PointKey.of(id) + " found");
    }
    Vector vector = found.getFirst().point().vectors().get(using);
    if (vector == null) {
      throw VectorSchema.unknown(using);
    }
    return vector;
  }
}
