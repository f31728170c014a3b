package io.tierkeeper.examples.embedding;

import io.qdrant.client.ConditionFactory;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.Range;
import io.tierkeeper.client.Point;
import io.tierkeeper.client.PointId;
import io.tierkeeper.client.PointIds;
import io.tierkeeper.client.ScoredPoint;
import io.tierkeeper.client.Search;
import io.tierkeeper.client.TenantClient;
import io.tierkeeper.client.VectorData;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The segments of assets as points in Qdrant. Every call names the tenant; the client sends it with selector and filter. */
final class SegmentIndex {

  private static final String SOURCE = "source";
  private static final String ASSET = "asset";
  private static final String SEGMENT = "segment";
  private static final String TEXT = "text";

  /** Of the way in which texts become points. A change of it would give every point another id. */
  private static final String VERSION = "1";

  /** A segment that a search has found. */
  record Found(String id, float score, String asset, long segment, String text) {}

  private final TenantClient client;

  SegmentIndex(TenantClient client) {
    this.client = client;
  }

  /**
   * The id of a segment. Its fourth part is not the embedding model: a point has one named vector for each model, and keeps its id
   * when the model changes.
   */
  static PointId id(String tenant, String source, String asset, int segment) {
    return PointIds.of(tenant, asset, Integer.toString(segment), source, VERSION);
  }

  /** The ids of all segments. */
  static List<String> ids(Job job) {
    return IntStream.range(0, job.segments())
        .mapToObj(segment ->
            id(job.tenant(), job.kind().source(), job.asset(), segment).toString())
        .toList();
  }

  /**
   * Writes segments, each with its vectors by model.
   *
   * @param first number of the first segment
   */
  void upsert(Claim claim, int first, List<String> texts, Map<String, List<float[]>> vectors) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      points.add(Point.named(
          id(claim.tenant(), claim.kind().source(), claim.asset(), first + i),
          named(vectors, i),
          Map.of(
              SOURCE, claim.kind().source(),
              ASSET, claim.asset(),
              SEGMENT, first + i,
              TEXT, texts.get(i))));
    }
    client.forTenant(claim.tenant()).upsert(points);
  }

  /** Adds vectors to segments that are stored. */
  void addVectors(Claim claim, int first, int segments, Map<String, List<float[]>> vectors) {
    Map<PointId, Map<String, VectorData>> points = new LinkedHashMap<>();
    for (int i = 0; i < segments; i++) {
      points.put(
          id(claim.tenant(), claim.kind().source(), claim.asset(), first + i), named(vectors, i));
    }
    client.forTenant(claim.tenant()).updateVectors(points);
  }

  private static Map<String, VectorData> named(Map<String, List<float[]>> vectors, int segment) {
    Map<String, VectorData> named = new HashMap<>();
    vectors.forEach((model, all) -> named.put(model, VectorData.dense(all.get(segment))));
    return named;
  }

  /** Removes what an earlier, longer text has left. */
  void trim(Claim claim, int segments) {
    client
        .forTenant(claim.tenant())
        .deleteMatching(Filter.newBuilder()
            .addMust(ConditionFactory.matchKeyword(SOURCE, claim.kind().source()))
            .addMust(ConditionFactory.matchKeyword(ASSET, claim.asset()))
            .addMust(ConditionFactory.range(
                SEGMENT, Range.newBuilder().setGte(segments).build()))
            .build());
  }

  /** The tenant's segments nearest to a vector of this model; those without one are not found. */
  List<Found> search(String tenant, String model, float[] vector, int limit) {
    return client
        .forTenant(tenant)
        .search(Search.nearest(vector).using(model).limit(limit))
        .stream()
        .map(SegmentIndex::found)
        .toList();
  }

  private static Found found(ScoredPoint point) {
    Map<String, ?> payload = point.payload();
    return new Found(
        point.id().toString(),
        point.score(),
        String.valueOf(payload.get(ASSET)),
        payload.get(SEGMENT) instanceof Long segment ? segment : -1,
        String.valueOf(payload.get(TEXT)));
  }
}
