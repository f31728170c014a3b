package io.tierkeeper.load.mapping;

import io.tierkeeper.load.source.RowException;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Refuses payload that Qdrant would change or that a move could not copy. */
final class PayloadCheck {
  /** The marks of a demotion's copies; a point that has one of its own keeps its tenant from being demoted. */
  private static final List<String> RESERVED = List.of("tierkeeper_move", "tierkeeper_base");

  private static final int OBJECT_BYTES = 16;

  private PayloadCheck() {}

  /** The size of the payload in a request, about. */
  static int check(long row, Map<String, @Nullable Object> payload) throws RowException {
    for (String field : RESERVED) {
      if (payload.containsKey(field)) {
        throw new RowException(
            row, field, payload.get(field), "any other name: Tierkeeper reserves this field");
      }
    }
    return value(row, "", payload);
  }

  private static int value(long row, String path, @Nullable Object value) throws RowException {
    switch (value) {
      case null -> {
        return OBJECT_BYTES;
      }
      case Map<?, ?> map -> {
        int bytes = OBJECT_BYTES;
        for (Map.Entry<?, ?> member : map.entrySet()) {
          String name = String.valueOf(member.getKey());
          bytes += name.length()
              + value(row, path.isEmpty() ? name : path + "." + name, member.getValue());
        }
        return bytes;
      }
      case List<?> list -> {
        int bytes = OBJECT_BYTES;
        for (int i = 0; i < list.size(); i++) {
          bytes += value(row, path + "[" + i + "]", list.get(i));
        }
        return bytes;
      }
      case String text -> {
        return text.length() + OBJECT_BYTES;
      }
      case BigInteger number ->
        throw new RowException(
            row, path, number, "an integer from " + Long.MIN_VALUE + " to " + Long.MAX_VALUE);
      case Double number -> {
        if (!Double.isFinite(number)) {
          throw new RowException(row, path, number, "a finite number");
        }
        return OBJECT_BYTES;
      }
      case Long number -> {
        return OBJECT_BYTES;
      }
      case Boolean flag -> {
        return OBJECT_BYTES;
      }
      default ->
        throw new RowException(
            row, path, value, "text, a number, true, false, null, a list or an object");
    }
  }
}
