package io.tierkeeper.moves.content;

import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Counts the points whose payload has an integer above 2^63 - 1. Qdrant stores such an integer exactly, and rounds it to a
 * double in each copy over gRPC, its own transfers included, so that both copies are equal afterwards and wrong. A read
 * shows the double, which cannot be told from a number that was written as one.
 */
public final class RoundedIntegers {

  private static final double LEAST = 0x1p63;
  private static final double MOST = 0x1p64;

  private long points;
  private @Nullable PointId first;
  private @Nullable String field;

  /** Examines a point. */
  public void add(Point point) {
    String found = find("", point.payload());
    if (found != null) {
      points++;
      if (first == null) {
        first = point.id();
        field = found;
      }
    }
  }

  /** How many points have one, the first id and its field; empty where there is none. */
  public Optional<String> found() {
    return points == 0
        ? Optional.empty()
        : Optional.of(points + (points == 1 ? " point" : " points") + " (first id " + first
            + ", payload field " + field + ")");
  }

  /** The path of the first such number; null where there is none. */
  private static @Nullable String find(String path, @Nullable Object value) {
    return switch (value) {
      case Double number -> number >= LEAST && number <= MOST ? path : null;
      case Map<?, ?> object -> {
        for (Map.Entry<?, ?> member : object.entrySet()) {
          String found =
              find((path.isEmpty() ? "" : path + ".") + member.getKey(), member.getValue());
          if (found != null) {
            yield found;
          }
        }
        yield null;
      }
      case Iterable<?> list -> {
        for (Object item : list) {
          String found = find(path + "[]", item);
          if (found != null) {
            yield found;
          }
        }
        yield null;
      }
      case null, default -> null;
    };
  }
}
