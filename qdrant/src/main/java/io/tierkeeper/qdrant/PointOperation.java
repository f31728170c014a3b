package io.tierkeeper.qdrant;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One operation of {@link QdrantWrites#updateBatch}: all of Qdrant's writes of points. */
public sealed interface PointOperation {

  /** Writes whole points. */
  record UpsertPoints(List<Point> points) implements PointOperation {}

  /** Sets these fields of the points that match; null removes a field. */
  record SetPayload(Map<String, @Nullable Object> payload, Filter filter)
      implements PointOperation {}

  /** Replaces the whole payload of the points that match. */
  record OverwritePayload(Map<String, Object> payload, Filter filter) implements PointOperation {}

  /** Removes these fields from the points that match. */
  record DeletePayload(Set<String> fields, Filter filter) implements PointOperation {}

  /** Removes the whole payload of the points that match, the tenant field included. */
  record ClearPayload(Filter filter) implements PointOperation {}

  /** Sets these vectors of one point, which must exist, and leaves its others. */
  record UpdateVectors(PointId id, Map<String, PointVector> vectors) implements PointOperation {}

  /** Removes these vectors from the points that match. */
  record DeleteVectors(Set<String> names, Filter filter) implements PointOperation {}

  /** Deletes the points that match. */
  record Delete(Filter filter) implements PointOperation {}
}
