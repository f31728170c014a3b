package io.tierkeeper.moves.content;

import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointVector;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * In what one version of a point differs from another, copy marks included.
 *
 * @param payload the fields that differ, with their new values; null where the field is removed
 * @param vectors the vectors that differ or are new
 * @param removedVectors the vectors that are removed
 * @param setsNull a field is to hold null, which only a write of the whole point can express
 */
public record PointDelta(
    Map<String, @Nullable Object> payload,
    Map<String, PointVector> vectors,
    Set<String> removedVectors,
    boolean setsNull) {

  public static PointDelta between(Point from, Point to) {
    Map<String, @Nullable Object> payload = new LinkedHashMap<>();
    boolean setsNull = false;
    for (Map.Entry<String, Object> field : to.payload().entrySet()) {
      String name = field.getKey();
      boolean same = from.payload().containsKey(name)
          && Objects.equals(from.payload().get(name), field.getValue());
      if (!same) {
        payload.put(name, field.getValue());
        setsNull |= field.getValue() == null;
      }
    }
    from.payload().keySet().stream()
        .filter(name -> !to.payload().containsKey(name))
        .forEach(name -> payload.put(name, null));
    Map<String, PointVector> vectors = new LinkedHashMap<>();
    to.vectors().forEach((name, vector) -> {
      PointVector before = from.vectors().get(name);
      if (before == null || !PointContent.sameVector(before, vector)) {
        vectors.put(name, vector);
      }
    });
    Set<String> removedVectors = new HashSet<>(from.vectors().keySet());
    removedVectors.removeAll(to.vectors().keySet());
    return new PointDelta(payload, vectors, removedVectors, setsNull);
  }

  public boolean isEmpty() {
    return payload.isEmpty() && vectors.isEmpty() && removedVectors.isEmpty();
  }

  /** Whether one call writes all of it: only fields, only new vectors, or only removed ones. */
  public boolean inOneCall() {
    int calls = (payload.isEmpty() ? 0 : 1)
        + (vectors.isEmpty() ? 0 : 1)
        + (removedVectors.isEmpty() ? 0 : 1);
    return calls <= 1 && !setsNull;
  }
}
