package io.tierkeeper.moves.content;

import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts the points with a vector that changes with each copy. Where a collection uses cosine distance, Qdrant divides a vector
 * that arrives by its length: an infinite component becomes NaN and the others 0, and of that each copy makes NaN alone. Other
 * vectors whose components are not finite are copied as they are.
 */
public final class UnsteadyVectors {

  private long points;
  private @Nullable PointId first;
  private @Nullable String name;

  /** Examines a point. */
  public void add(Point point) {
    find(point).ifPresent(found -> {
      points++;
      if (first == null) {
        first = point.id();
        name = found;
      }
    });
  }

  /** How many points have one, the first id and its vector; empty where there is none. */
  public Optional<String> found() {
    return points == 0
        ? Optional.empty()
        : Optional.of(points + (points == 1 ? " point has" : " points have")
            + " such a vector (first id " + first + ", " + named(String.valueOf(name)) + ")");
  }

  /** The name of the first such vector of a point; empty where it has none. */
  public static Optional<String> find(Point point) {
    for (Map.Entry<String, PointVector> vector : new TreeMap<>(point.vectors()).entrySet()) {
      boolean unsteady = switch (vector.getValue()) {
        case PointVector.Dense dense -> unsteady(dense.values());
        case PointVector.MultiDense multi -> {
          boolean any = false;
          for (float[] row : multi.rows()) {
            any |= unsteady(row);
          }
          yield any;
        }
        case PointVector.Sparse sparse -> false;
      };
      if (unsteady) {
        return Optional.of(vector.getKey());
      }
    }
    return Optional.empty();
  }

  /** A vector's name in words. */
  public static String named(String name) {
    return name.isEmpty() ? "the unnamed vector" : "vector " + name;
  }

  private static boolean unsteady(float[] row) {
    int zeros = 0;
    for (float value : row) {
      if (value == 0) {
        zeros++;
      } else if (!Float.isNaN(value)) {
        return false;
      }
    }
    return zeros > 0 && zeros < row.length;
  }
}
