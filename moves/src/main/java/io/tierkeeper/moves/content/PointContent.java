package io.tierkeeper.moves.content;

import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a point holds, compared and hashed without the fields that a move adds for itself. */
public final class PointContent {

  /** Cosine vectors are normalised again on arrival, which may change the last bits of their components. */
  public static final double VECTOR_TOLERANCE = 1e-6;

  private PointContent() {}

  /**
   * What stands for a point where it is not at hand.
   *
   * @param exact hash of the payload and of all that is exact of the vectors
   * @param vectors the sketch of all vectors
   */
  record Digest(long exact, VectorSketch vectors) {

    /** 64 bits over all of it. */
    long content() {
      return exact * 31 + vectors.sums();
    }
  }

  static Digest digest(Point point) {
    VectorSketch vectors = VectorSketch.of(point.vectors());
    return new Digest(payloadHash(point) * 31 + vectors.exact(), vectors);
  }

  /** Whether both points hold the same: payload exactly, vectors as {@link #sameVector} compares them. */
  public static boolean same(Point a, Point b) {
    return payload(a).equals(payload(b)) && sameVectors(a, b);
  }

  public static boolean sameVectors(Point a, Point b) {
    if (!a.vectors().keySet().equals(b.vectors().keySet())) {
      return false;
    }
    return a.vectors().entrySet().stream()
        .allMatch(entry ->
            sameVector(entry.getValue(), Objects.requireNonNull(b.vectors().get(entry.getKey()))));
  }

  /**
   * Whether two vectors are the same: value by value, and rows of length 1 within {@link #VECTOR_TOLERANCE}. A component
   * that is not a number is the same as itself.
   */
  public static boolean sameVector(PointVector a, PointVector b) {
    return switch (a) {
      case PointVector.Dense x ->
        b instanceof PointVector.Dense y && sameRow(x.values(), y.values());
      case PointVector.Sparse x ->
        b instanceof PointVector.Sparse y && components(x).equals(components(y));
      case PointVector.MultiDense x -> {
        if (!(b instanceof PointVector.MultiDense y) || x.rows().length != y.rows().length) {
          yield false;
        }
        for (int i = 0; i < x.rows().length; i++) {
          if (!sameRow(x.rows()[i], y.rows()[i])) {
            yield false;
          }
        }
        yield true;
      }
    };
  }

  private static boolean sameRow(float[] a, float[] b) {
    if (a.length != b.length) {
      return false;
    }
    double tolerance = VectorSketch.unit(a) && VectorSketch.unit(b) ? VECTOR_TOLERANCE : 0;
    for (int i = 0; i < a.length; i++) {
      boolean same = Math.abs((double) a[i] - b[i]) <= tolerance
          || Float.floatToIntBits(a[i]) == Float.floatToIntBits(b[i]);
      if (!same) {
        return false;
      }
    }
    return true;
  }

  private static Map<Integer, Float> components(PointVector.Sparse vector) {
    Map<Integer, Float> components = new HashMap<>();
    for (int i = 0; i < vector.indices().length; i++) {
      components.put(vector.indices()[i], vector.values()[i] + 0.0f);
    }
    return components;
  }

  /** The payload without a move's own fields. */
  public static Map<String, Object> payload(Point point) {
    Map<String, Object> own = new TreeMap<>(point.payload());
    own.keySet().removeAll(CopyMark.FIELDS);
    return own;
  }

  /** 64 bits of SHA-256 over the payload. */
  private static long payloadHash(Point point) {
    StringBuilder text = new StringBuilder();
    append(text, payload(point));
    return ByteBuffer.wrap(sha256().digest(text.toString().getBytes(StandardCharsets.UTF_8)))
        .getLong();
  }

  /** A hash over payload and vectors, exact to the last bit of the vectors' sketch. */
  public static long hash(Point point) {
    return digest(point).content();
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
