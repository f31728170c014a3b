package io.tierkeeper.lab.workload;

import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.ShardKey;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Self-verifying points: the payload carries the version {@code v} of the last write of the point, {@code k}, which names
 * the point, and {@code h}, a hash of id, version and tenant; the vector and each further field tell the version of the
 * write that set them. So a reader can verify without further state that each part of a point was written as it is.
 *
 * @param tenantField the payload field that holds the tenant; dots lead into nested objects
 * @param dimensions of the one unnamed vector
 * @param manyFields whether points have the fields of {@link PointRegister} as well
 * @param largeVectors whether vectors are compared by Euclid's distance, and have a first component that is much larger than
 *     what a new version changes; otherwise they are cosine vectors
 */
public record CheckedPoints(
    String tenantField, int dimensions, boolean manyFields, boolean largeVectors) {

  private static final String VERSION = "v";
  private static final String NAME = "k";
  private static final String HASH = "h";
  private static final float LARGE = 100_000;
  private static final float SMALL = 0.0625f;

  /** A vector may be newer than the version of its point by fewer versions than this. */
  private static final long NEWER_VERSIONS = 100;

  /** Points without further fields. */
  public CheckedPoints(String tenantField, int dimensions) {
    this(tenantField, dimensions, false, false);
  }

  /**
   * A verified point.
   *
   * @param version from its payload
   * @param fault what is wrong with it; null when it is valid
   * @param registers the version of each {@link PointRegister}, by its ordinal
   */
  public record Reading(long id, long version, @Nullable String fault, long[] registers) {}

  /** The fields that a point may have, apart from those that each has. */
  Set<PointRegister> fields() {
    return manyFields ? EnumSet.copyOf(PointRegister.FIELDS) : EnumSet.noneOf(PointRegister.class);
  }

  /** The point of this id as version {@code version} writes it, with all vectors and fields. */
  public Point point(ShardKey tenant, long id, long version) {
    return point(tenant, id, version, fields());
  }

  Point point(ShardKey tenant, long id, long version, Set<PointRegister> fields) {
    return new Point(PointId.of(id), payload(tenant, id, version, fields), vectors(id, version));
  }

  /** The point whose registers have these versions, by their ordinal. */
  Point point(ShardKey tenant, long id, long[] versions) {
    Map<String, Object> payload = payload(tenant, id, versions[0], Set.of());
    for (PointRegister field : fields()) {
      long version = versions[field.ordinal()];
      if (version >= 0) {
        payload.put(field.field(), field.value(version));
      }
    }
    return new Point(
        PointId.of(id), payload, vectors(id, versions[PointRegister.VECTOR.ordinal()]));
  }

  /** The vectors of a point, as a version writes them. */
  public Map<String, PointVector> vectors(long id, long version) {
    return Map.of("", new PointVector.Dense(vector(id, version)));
  }

  /** The payload of a point with these fields. */
  Map<String, Object> payload(ShardKey tenant, long id, long version, Set<PointRegister> fields) {
    Map<String, Object> payload = owned(
        switch (tenant) {
          case ShardKey.Keyword keyword -> keyword.value();
          case ShardKey.Number number -> number.value();
        },
        Map.of());
    payload.put(VERSION, version);
    payload.put(NAME, name(id));
    payload.put(HASH, hash(tenant, id, version));
    payload.putAll(values(version, fields));
    return payload;
  }

  /** A payload with this owner, or these, and these fields. */
  public Map<String, Object> owned(Object owner, Map<String, Object> fields) {
    Map<String, Object> payload = new LinkedHashMap<>();
    String[] path = tenantField.split("\\.");
    Object value = owner;
    for (int i = path.length - 1; i > 0; i--) {
      value = Map.of(path[i], value);
    }
    payload.put(path[0], value);
    payload.putAll(fields);
    return payload;
  }

  /** The text of a point's owner; "null" where it has none. */
  public String owner(Point point) {
    Object value = point.payload();
    for (String part : tenantField.split("\\.")) {
      value = value instanceof Map<?, ?> map ? map.get(part) : null;
    }
    return String.valueOf(value);
  }

  /** The fields alone, as a version writes them. */
  static Map<String, Object> values(long version, Set<PointRegister> fields) {
    Map<String, Object> values = new LinkedHashMap<>();
    fields.forEach(field -> values.put(field.field(), field.value(version)));
    return values;
  }

  /** A filter by content that matches a point in every version. */
  static Filter named(long id) {
    return Filter.matches(NAME, name(id));
  }

  private static String name(long id) {
    return "p" + Long.toUnsignedString(id);
  }

  /** The vector of an id and version; the same arguments give the same vector. */
  public float[] vector(long id, long version) {
    if (largeVectors) {
      float[] large = new float[dimensions];
      large[0] = LARGE;
      large[1] = version * SMALL;
      large[2] = (mix(id, 0) >>> 40) * SMALL;
      return large;
    }
    SplittableRandom random = new SplittableRandom(mix(id, version));
    double[] raw = new double[dimensions];
    double squares = 0;
    for (int i = 0; i < dimensions; i++) {
      raw[i] = random.nextDouble(-1, 1);
      squares += raw[i] * raw[i];
    }
    float[] unit = new float[dimensions];
    double norm = Math.sqrt(squares);
    for (int i = 0; i < dimensions; i++) {
      unit[i] = (float) (raw[i] / norm);
    }
    return unit;
  }

  /**
   * Verifies a point.
   *
   * @param vectorsRead whether the point was read with its vectors
   * @return empty when the point is not one of this class (no numeric id or no version)
   */
  public Optional<Reading> read(ShardKey tenant, Point point, boolean vectorsRead) {
    if (!(point.id() instanceof PointId.Num(long id))
        || !(point.payload().get(VERSION) instanceof Long version)) {
      return Optional.empty();
    }
    long[] registers = new long[PointRegister.COUNT];
    Arrays.fill(registers, PointRegister.NOT_READ);
    registers[PointRegister.POINT.ordinal()] = version;
    if (!Long.valueOf(hash(tenant, id, version)).equals(point.payload().get(HASH))
        || !name(id).equals(point.payload().get(NAME))) {
      return Optional.of(
          new Reading(id, version, "hash does not match version " + version, registers));
    }
    for (PointRegister field : fields()) {
      OptionalLong its = field.version(point.payload().get(field.field()));
      if (its.isEmpty()) {
        String fault = "field " + field.field() + " holds a value of no version: "
            + point.payload().get(field.field());
        return Optional.of(new Reading(id, version, fault, registers));
      }
      registers[field.ordinal()] = its.getAsLong();
    }
    if (vectorsRead) {
      OptionalLong its = vectorVersion(point, id, version);
      if (its.isEmpty()) {
        return Optional.of(new Reading(id, version, "vector matches no version", registers));
      }
      registers[PointRegister.VECTOR.ordinal()] = its.getAsLong();
    }
    return Optional.of(new Reading(id, version, null, registers));
  }

  private OptionalLong vectorVersion(Point point, long id, long version) {
    if (!(point.vectors().get("") instanceof PointVector.Dense(float[] values))
        || values.length != dimensions) {
      return OptionalLong.empty();
    }
    // The nearest versions first: most often it is the one of the point.
    for (long back = version; back >= 1; back--) {
      if (holds(values, id, back)) {
        return OptionalLong.of(back);
      }
    }
    for (long ahead = version + 1; ahead < version + NEWER_VERSIONS; ahead++) {
      if (holds(values, id, ahead)) {
        return OptionalLong.of(ahead);
      }
    }
    return OptionalLong.empty();
  }

  private boolean holds(float[] values, long id, long version) {
    float[] expected = vector(id, version);
    for (int i = 0; i < dimensions; i++) {
      if (Math.abs(values[i] - expected[i]) > 1e-5) {
        return false;
      }
    }
    return true;
  }

  private static long hash(ShardKey tenant, long id, long version) {
    return mix(mix(tenant.hashCode(), id), version) >>> 1;
  }

  private static long mix(long a, long b) {
    long z = a * 0x9E3779B97F4A7C15L + b;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
