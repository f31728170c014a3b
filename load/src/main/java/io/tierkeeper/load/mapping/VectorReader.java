package io.tierkeeper.load.mapping;

import io.tierkeeper.load.mapping.Destination.VectorField;
import io.tierkeeper.load.source.JsonValues;
import io.tierkeeper.load.source.RowException;
import io.tierkeeper.qdrant.PointVector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one vector of a collection from a field. */
final class VectorReader {
  private final VectorField type;
  private final String field;
  private final String allowed;

  /** @param name of the vector; empty for the unnamed one */
  VectorReader(String name, VectorField type, String field) {
    this.type = type;
    this.field = field;
    String vector = name.isEmpty() ? "" : " of vector '" + name + "'";
    this.allowed = switch (type.kind()) {
      case DENSE -> type.size() + " finite numbers" + vector;
      case MULTI_DENSE -> "at least one list of " + type.size() + " finite numbers" + vector;
      case SPARSE ->
        "an object of indices (distinct integers from 0 to 4294967295) and as many finite values"
            + vector;
    };
  }

  /** The vector of a value as a {@link io.tierkeeper.load.source.Row} has it, or as JSON text. */
  PointVector read(long row, @Nullable Object value) throws RowException {
    Object read = value instanceof String text ? parsed(row, text) : value;
    PointVector vector = switch (type.kind()) {
      case DENSE -> dense(read);
      case MULTI_DENSE -> multi(read);
      case SPARSE -> sparse(read);
    };
    if (vector == null) {
      throw new RowException(row, field, value == null ? "missing" : shown(value), allowed);
    }
    return vector;
  }

  /** The vector of one value for each dimension. */
  PointVector read(long row, List<? extends @Nullable Object> columns, List<String> names)
      throws RowException {
    float[] numbers = new float[columns.size()];
    for (int i = 0; i < numbers.length; i++) {
      Float number = number(columns.get(i));
      if (number == null) {
        throw new RowException(
            row,
            names.get(i),
            columns.get(i) == null ? "missing" : columns.get(i),
            "a finite number");
      }
      numbers[i] = number;
    }
    return read(row, numbers);
  }

  private static Object shown(Object value) {
    if (value instanceof float[] numbers) {
      for (int i = 0; i < numbers.length; i++) {
        if (!Float.isFinite(numbers[i])) {
          return numbers.length + " numbers, number " + (i + 1) + " is " + numbers[i];
        }
      }
    }
    return value;
  }

  private @Nullable Object parsed(long row, String text) throws RowException {
    try {
      return JsonValues.parse(text, true);
    } catch (IOException e) {
      throw new RowException(row, field, text, allowed);
    }
  }

  private @Nullable PointVector dense(@Nullable Object value) {
    float[] numbers = floats(value);
    return numbers == null || numbers.length != type.size() ? null : new PointVector.Dense(numbers);
  }

  private @Nullable PointVector multi(@Nullable Object value) {
    if (!(value instanceof List<?> list) || list.isEmpty()) {
      return null;
    }
    List<float[]> rows = new ArrayList<>();
    for (Object each : list) {
      float[] numbers = floats(each);
      if (numbers == null || numbers.length != type.size()) {
        return null;
      }
      rows.add(numbers);
    }
    return new PointVector.MultiDense(rows.toArray(float[][]::new));
  }

  private static @Nullable PointVector sparse(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> object) || object.size() != 2) {
      return null;
    }
    float[] values = floats(object.get("values"));
    long[] indices = indices(object.get("indices"));
    if (values == null || indices == null || values.length != indices.length) {
      return null;
    }
    int[] wire = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      wire[i] = (int) indices[i];
    }
    return new PointVector.Sparse(wire, values);
  }

  private static long @Nullable [] indices(@Nullable Object value) {
    if (!(value instanceof List<?> list)) {
      return null;
    }
    long[] indices = new long[list.size()];
    for (int i = 0; i < indices.length; i++) {
      if (!(list.get(i) instanceof Long index) || index < 0 || index > 0xFFFF_FFFFL) {
        return null;
      }
      indices[i] = index;
    }
    return java.util.Arrays.stream(indices).distinct().count() == indices.length ? indices : null;
  }

  /** Finite numbers; null where the value is anything else. */
  private static float @Nullable [] floats(@Nullable Object value) {
    float[] numbers;
    if (value instanceof float[] already) {
      numbers = already;
    } else if (value instanceof List<?> list) {
      numbers = new float[list.size()];
      for (int i = 0; i < numbers.length; i++) {
        Float number = list.get(i) instanceof Number ? number(list.get(i)) : null;
        if (number == null) {
          return null;
        }
        numbers[i] = number;
      }
    } else {
      return null;
    }
    for (float number : numbers) {
      if (!Float.isFinite(number)) {
        return null;
      }
    }
    return numbers;
  }

  private static @Nullable Float number(@Nullable Object value) {
    Float number = switch (value) {
      case Number any -> any.floatValue();
      case String text -> parse(text.strip());
      case null, default -> null;
    };
    return number == null || !Float.isFinite(number) ? null : number;
  }

  private static @Nullable Float parse(String text) {
    // Java also reads hexadecimal numbers, suffixes and "NaN", which no other reader of CSV does.
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E') {
        return null;
      }
    }
    try {
      return Float.parseFloat(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
