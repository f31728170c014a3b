package io.tierkeeper.client;

import io.qdrant.client.ConditionFactory;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.DeletePayloadPoints;
import io.qdrant.client.grpc.Points.DeletePointVectors;
import io.qdrant.client.grpc.Points.DeletePoints;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointVectors;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.PrefetchQuery;
import io.qdrant.client.grpc.Points.QuantizationSearchParams;
import io.qdrant.client.grpc.Points.Query;
import io.qdrant.client.grpc.Points.QueryBatchPoints;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.SearchParams;
import io.qdrant.client.grpc.Points.SetPayloadPoints;
import io.qdrant.client.grpc.Points.UpdatePointVectors;
import io.qdrant.client.grpc.Points.UpsertPoints;
import io.qdrant.client.grpc.Points.VectorsSelector;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds every request about points. Each has the tenant's selector and the tenant's filter; a tenant's points are in no other class
 * of this module asked for or written.
 */
final class TenantRequests {

  private final TenantScope tenant;
  private final ClientConfig config;
  private final long timeoutSeconds;

  TenantRequests(TenantScope tenant, ClientConfig config) {
    this.tenant = tenant;
    this.config = config;
    this.timeoutSeconds = config.retry().serverTimeoutSeconds();
  }

  // ---- writing

  /** Creates the points, and replaces those of the tenant; a point of another tenant that has one of the ids stays as it is. */
  UpsertPoints upsert(Collection<Point> points, boolean wait) {
    UpsertPoints.Builder request = UpsertPoints.newBuilder()
        .setCollectionName(tenant.collection())
        .setWait(wait)
        .setTimeout(timeoutSeconds)
        .setShardKeySelector(tenant.selector())
        .setUpdateFilter(tenant.filter());
    points.forEach(point -> request.addPoints(struct(point)));
    return request.build();
  }

  private PointStruct struct(Point point) {
    return PointStruct.newBuilder()
        .setId(tenant.id(point.id()))
        .setVectors(Vectors.of(point.vectors()))
        .putAllPayload(tenant.stored(point.id(), point.payload()))
        .build();
  }

  DeletePoints delete(Filter filter) {
    return DeletePoints.newBuilder()
        .setCollectionName(tenant.collection())
        .setWait(true)
        .setTimeout(timeoutSeconds)
        .setShardKeySelector(tenant.selector())
        .setPoints(selected(filter))
        .build();
  }

  SetPayloadPoints setPayload(Filter filter, Map<String, ?> payload) {
    tenant.requireOwnFields(payload.keySet());
    Map<String, Value> values = Values.of(payload);
    return SetPayloadPoints.newBuilder()
        .setCollectionName(tenant.collection())
        .setWait(true)
        .setTimeout(timeoutSeconds)
        .setShardKeySelector(tenant.selector())
        .setPointsSelector(selected(filter))
        .putAllPayload(values)
        .build();
  }

  DeletePayloadPoints deletePayload(Filter filter, Collection<String> fields) {
    tenant.requireOwnFields(fields);
    return DeletePayloadPoints.newBuilder()
        .setCollectionName(tenant.collection())
        .setWait(true)
        .setTimeout(timeoutSeconds)
        .setShardKeySelector(tenant.selector())
        .setPointsSelector(selected(filter))
        .addAllKeys(fields)
        .build();
  }

  UpdatePointVectors updateVectors(Map<? extends PointId, Map<String, VectorData>> vectors) {
    UpdatePointVectors.Builder request = UpdatePointVectors.newBuilder()
        .setCollectionName(tenant.collection())
        .setWait(true)
        .setTimeout(timeoutSeconds)
        .setShardKeySelector(tenant.selector())
        .setUpdateFilter(tenant.filter());
    vectors.forEach((id, named) -> request.addPoints(
        PointVectors.newBuilder().setId(tenant.id(id)).setVectors(Vectors.of(named))));
    return request.build();
  }

  DeletePointVectors deleteVectors(Filter filter, Collection<String> names) {
    return DeletePointVectors.newBuilder()
        .setCollectionName(tenant.collection())
        .setWait(true)
        .setTimeout(timeoutSeconds)
        .setShardKeySelector(tenant.selector())
        .setPointsSelector(selected(filter))
        .setVectors(VectorsSelector.newBuilder().addAllNames(names))
        .build();
  }

  private static PointsSelector selected(Filter filter) {
    return PointsSelector.newBuilder().setFilter(filter).build();
  }

  // ---- reading

  CountPoints count(Filter filter, boolean exact) {
    return CountPoints.newBuilder()
        .setCollectionName(tenant.collection())
        .setTimeout(timeoutSeconds)
        .setShardKeySelector(tenant.selector())
        .setFilter(filter)
        .setExact(exact)
        .build();
  }

  ScrollPoints scroll(Filter filter, @Nullable PointId from, int limit, Shown shown) {
    ScrollPoints.Builder request = ScrollPoints.newBuilder()
        .setCollectionName(tenant.collection())
        .setTimeout(timeoutSeconds)
        .setShardKeySelector(tenant.selector())
        .setFilter(filter)
        .setLimit(limit)
        .setWithPayload(shown.payloadSelector())
        .setWithVectors(shown.vectorsSelector());
    if (from != null) {
      request.setOffset(tenant.id(from));
    }
    return request.build();
  }

  QueryBatchPoints queries(List<Search> searches) {
    QueryBatchPoints.Builder batch = QueryBatchPoints.newBuilder()
        .setCollectionName(tenant.collection())
        .setTimeout(timeoutSeconds);
    searches.forEach(search -> batch.addQueryPoints(query(search)));
    return batch.build();
  }

  QueryPoints query(Search search) {
    QueryPoints.Builder request = QueryPoints.newBuilder()
        .setCollectionName(tenant.collection())
        .setTimeout(timeoutSeconds)
        .setShardKeySelector(tenant.selector())
        .setFilter(tenant.filter(search.filter()))
        .setLimit(search.limitOr(config.searchLimit()))
        .setOffset(search.offset())
        .setWithPayload(search.shown().payloadSelector())
        .setWithVectors(search.shown().vectorsSelector());
    Float threshold = search.scoreThreshold();
    if (search.fusion != null) {
      request.setQuery(Query.newBuilder().setFusion(fusion(search.fusion)));
      search.parts.forEach(part -> request.addPrefetch(part(search, part)));
    } else {
      request.setQuery(nearest(search)).setParams(params(search.params()));
      if (!search.using().isEmpty()) {
        request.setUsing(search.using());
      }
      threshold = threshold == null ? config.scoreThreshold() : threshold;
    }
    if (threshold != null) {
      request.setScoreThreshold(threshold);
    }
    return request.build();
  }

  /** What the whole search leaves out, each part leaves out as well, so that its limit counts only what can be found. */
  private PrefetchQuery part(Search whole, Search part) {
    Filter filter = tenant.filter(part.filter());
    if (whole.filter() != null) {
      filter =
          filter.toBuilder().addMust(ConditionFactory.filter(whole.filter())).build();
    }
    PrefetchQuery.Builder prefetch = PrefetchQuery.newBuilder()
        .setQuery(nearest(part))
        .setFilter(filter)
        .setParams(params(part.params()))
        .setLimit(part.limitOr(config.searchLimit()));
    if (!part.using().isEmpty()) {
      prefetch.setUsing(part.using());
    }
    if (part.scoreThreshold() != null) {
      prefetch.setScoreThreshold(part.scoreThreshold());
    }
    return prefetch.build();
  }

  private static Query nearest(Search search) {
    if (search.vector == null) {
      throw new IllegalStateException("the vector of " + search.like + " has not been read");
    }
    return Query.newBuilder().setNearest(Vectors.input(search.vector)).build();
  }

  private static io.qdrant.client.grpc.Points.Fusion fusion(Search.Fusion fusion) {
    return fusion == Search.Fusion.RRF
        ? io.qdrant.client.grpc.Points.Fusion.RRF
        : io.qdrant.client.grpc.Points.Fusion.DBSF;
  }

  private static SearchParams params(Search.Params params) {
    SearchParams.Builder built = SearchParams.newBuilder();
    if (params.hnswEf() != null) {
      built.setHnswEf(params.hnswEf());
    }
    if (params.exact() != null) {
      built.setExact(params.exact());
    }
    if (params.indexedOnly() != null) {
      built.setIndexedOnly(params.indexedOnly());
    }
    QuantizationSearchParams.Builder quantization = QuantizationSearchParams.newBuilder();
    if (params.rescore() != null) {
      quantization.setRescore(params.rescore());
    }
    if (params.oversampling() != null) {
      quantization.setOversampling(params.oversampling());
    }
    if (params.rescore() != null || params.oversampling() != null) {
      built.setQuantization(quantization);
    }
    return built.build();
  }
}
