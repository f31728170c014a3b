package io.tierkeeper.moves.content;

import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a point holds, compared and hashed without the fields that a move adds for itself. */
public final class PointContent {

  /** Cosine vectors are normalised again on arrival, which may change their last bits. */
  public static final double VECTOR_TOLERANCE = 1e-6;

  private static final int GUARDED_FIELDS = 8;

  private PointContent() {}

  /** Whether both points hold the same: payload exactly, vectors within {@link #VECTOR_TOLERANCE}. */
  public static boolean same(Point a, Point b) {
    return payload(a).equals(payload(b)) && sameVectors(a, b);
  }

  public static boolean sameVectors(Point a, Point b) {
    if (!a.vectors().keySet().equals(b.vectors().keySet())) {
      return false;
    }
    return a.vectors().entrySet().stream()
        .allMatch(entry ->
            near(entry.getValue(), Objects.requireNonNull(b.vectors().get(entry.getKey()))));
  }

  /** The payload without a move's own fields. */
  public static Map<String, Object> payload(Point point) {
    Map<String, Object> own = new TreeMap<>(point.payload());
    own.keySet().removeAll(CopyMark.FIELDS);
    return own;
  }

  /** 64 bits of SHA-256 over the payload. */
  public static long payloadHash(Point point) {
    StringBuilder text = new StringBuilder();
    append(text, payload(point));
    return ByteBuffer.wrap(sha256().digest(text.toString().getBytes(StandardCharsets.UTF_8)))
        .getLong();
  }

  /** A hash over payload and vectors, exact to the last bit of the vectors' sketch. */
  public static long hash(Point point) {
    return payloadHash(point) * 31 + Double.doubleToLongBits(sketch(point));
  }

  /** The hash of one payload value, 16 hexadecimal digits. */
  public static String valueHash(@Nullable Object value) {
    StringBuilder text = new StringBuilder();
    append(text, value);
    byte[] digest = sha256().digest(text.toString().getBytes(StandardCharsets.UTF_8));
    return "%016x".formatted(ByteBuffer.wrap(digest).getLong());
  }

  /** 64 bits that depend on the id. */
  public static long hash(PointId id) {
    return ByteBuffer.wrap(sha256().digest(id.toString().getBytes(StandardCharsets.UTF_8)))
        .getLong();
  }

  /**
   * A linear sketch of all vectors: a weighted sum that a change in the last bits moves only in its last bits, so that
   * it can stand for the vectors where they are not at hand.
   */
  public static double sketch(Point point) {
    double sum = 0;
    for (Map.Entry<String, PointVector> entry : new TreeMap<>(point.vectors()).entrySet()) {
      int at = entry.getKey().hashCode();
      switch (entry.getValue()) {
        case PointVector.Dense dense -> {
          for (float value : dense.values()) {
            sum += weight(at++) * value;
          }
        }
        case PointVector.Sparse sparse -> {
          for (int i = 0; i < sparse.values().length; i++) {
            sum += weight(at + sparse.indices()[i]) * sparse.values()[i];
          }
        }
        case PointVector.MultiDense multi -> {
          for (float[] row : multi.rows()) {
            for (float value : row) {
              sum += weight(at++) * value;
            }
          }
        }
      }
    }
    return sum;
  }

  /** Whether two sketches can be those of the same vectors. */
  public static boolean sameSketch(double a, double b) {
    return Math.abs(a - b) <= 1e-5 * Math.max(1, Math.max(Math.abs(a), Math.abs(b)));
  }

  /** Matches the point only while the simple values that were read are still there. */
  public static Filter asRead(Point point) {
    List<Filter.Condition> conditions = new ArrayList<>();
    point.payload().forEach((field, value) -> {
      boolean simple = value instanceof Long || value instanceof Boolean || value instanceof String;
      if (simple && conditions.size() < GUARDED_FIELDS && field.matches("[A-Za-z0-9_-]+")) {
        conditions.add(new Filter.Matches(field, value));
      }
    });
    return new Filter(List.copyOf(conditions), List.of());
  }

  private static double weight(int index) {
    int mixed = (index + 1) * 0x9E3779B1;
    mixed ^= mixed >>> 15;
    mixed *= 0x85EBCA77;
    mixed ^= mixed >>> 13;
    return (mixed & 0xFFFF) / 65536.0 + 0.5;
  }

  private static boolean near(PointVector a, PointVector b) {
    return switch (a) {
      case PointVector.Dense x -> b instanceof PointVector.Dense y && near(x.values(), y.values());
      case PointVector.Sparse x ->
        b instanceof PointVector.Sparse y
            && java.util.Arrays.equals(x.indices(), y.indices())
            && near(x.values(), y.values());
      case PointVector.MultiDense x -> {
        if (!(b instanceof PointVector.MultiDense y) || x.rows().length != y.rows().length) {
          yield false;
        }
        for (int i = 0; i < x.rows().length; i++) {
          if (!near(x.rows()[i], y.rows()[i])) {
            yield false;
          }
        }
        yield true;
      }
    };
  }

  private static boolean near(float[] a, float[] b) {
    if (a.length != b.length) {
      return false;
    }
    for (int i = 0; i < a.length; i++) {
      double scale = Math.max(1, Math.max(Math.abs(a[i]), Math.abs(b[i])));
      if (!(Math.abs(a[i] - b[i]) <= VECTOR_TOLERANCE * scale)) {
        return false;
      }
    }
    return true;
  }

  private static void append(StringBuilder out, @Nullable Object value) {
    switch (value) {
      case null -> out.append("n;");
      case String text -> out.append('s').append(text.length()).append(':').append(text);
      case Map<?, ?> map -> {
        out.append('{');
        Map<String, @Nullable Object> sorted = new TreeMap<>();
        map.forEach((key, member) -> sorted.put(String.valueOf(key), member));
        sorted.forEach((key, member) -> {
          append(out, key);
          append(out, member);
        });
        out.append('}');
      }
      case List<?> list -> {
        out.append('[');
        list.forEach(element -> append(out, element));
        out.append(']');
      }
      default -> out.append(value.getClass().getSimpleName()).append(value).append(';');
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
