package io.tierkeeper.moves.scan;

import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointVector;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** About how many bytes points take in a message, so that pages and batches have few of those that are large. */
final class PointSize {

  /** Of a page or a batch; the largest message that is read has 32 MiB. */
  static final long TARGET_BYTES = 8L << 20;

  private static final int OVERHEAD = 32;
  private static final int SCALAR = 10;

  private PointSize() {}

  static long of(Collection<Point> points) {
    return points.stream().mapToLong(PointSize::of).sum();
  }

  static long of(Point point) {
    long vectors = point.vectors().values().stream().mapToLong(PointSize::of).sum();
    return OVERHEAD + vectors + of((Object) point.payload());
  }

  private static long of(PointVector vector) {
    return switch (vector) {
      case PointVector.Dense(float[] values) -> 4L * values.length;
      case PointVector.Sparse(int[] indices, float[] values) -> 8L * values.length;
      case PointVector.MultiDense(float[][] rows) ->
        rows.length == 0 ? 0 : 4L * rows.length * rows[0].length;
    };
  }

  private static long of(@Nullable Object value) {
    return switch (value) {
      case String text -> SCALAR + text.length();
      case List<?> list -> SCALAR + list.stream().mapToLong(PointSize::of).sum();
      case Map<?, ?> map ->
        SCALAR
            + map.entrySet().stream()
                .mapToLong(entry -> of(entry.getKey()) + of(entry.getValue()))
                .sum();
      case null, default -> SCALAR;
    };
  }
}
