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
import org.jspecify.annotations.Nullable;

/**
 * Self-verifying points: the payload carries the version {@code v} of the last write of the point, {@code k}, which names
 * the point, and {@code h}, a hash of id, version and tenant; each vector and each further field tell the version of the
 * write that set them. So a reader can verify without further state that each part of a point was written as it is.
 *
 * @param tenantField the payload field that holds the tenant; dots lead into nested objects
 * @param shape what the points consist of
 */
public record CheckedPoints(String tenantField, PointShape shape) {

  private static final String VERSION = "v";
  private static final String NAME = "k";
  private static final String HASH = "h";

  /**
   * A verified point.
   *
   * @param version from its payload
   * @param fault what is wrong with it; null when it is valid
   * @param registers the version of each {@link PointRegister}, by its ordinal
   */
  public record Reading(long id, long version, @Nullable String fault, long[] registers) {}

  /** Whether clients change fields and vectors one by one. */
  boolean manyFields() {
    return shape.manyFields();
  }

  /** The vectors that a point may have. */
  CheckedVectors vectors() {
    return new CheckedVectors(shape);
  }

  /** The fields that a point may have, apart from those that each has. */
  Set<PointRegister> fields() {
    return manyFields()
        ? EnumSet.copyOf(PointRegister.FIELDS)
        : EnumSet.noneOf(PointRegister.class);
  }

  /** The point of this id as version {@code version} writes it, with all vectors and fields. */
  public Point point(ShardKey tenant, long id, long version) {
    return point(tenant, id, version, fields(), vectors().registers());
  }

  /** The point with these fields and these vectors. */
  Point point(
      ShardKey tenant,
      long id,
      long version,
      Set<PointRegister> fields,
      Set<PointRegister> vectors) {
    return new Point(
        PointId.of(id), payload(tenant, id, version, fields), vectors().of(id, version, vectors));
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
    Map<String, PointVector> vectors = new LinkedHashMap<>();
    for (PointRegister register : vectors().registers()) {
      long version = versions[register.ordinal()];
      if (version >= 0) {
        vectors.put(vectors().name(register), vectors().vector(register, id, version));
      }
    }
    return new Point(PointId.of(id), payload, vectors);
  }

  /** All vectors of a point, as a version writes them. */
  public Map<String, PointVector> vectors(long id, long version) {
    return vectors().of(id, version, vectors().registers());
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

  /** The name of the vector that clients search. */
  String searched() {
    return vectors().name(PointRegister.VECTOR);
  }

  /** The vector that clients search, of an id and version; the same arguments give the same vector. */
  public float[] vector(long id, long version) {
    return vectors().dense(PointRegister.VECTOR, id, version);
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
    for (PointRegister register : vectorsRead ? vectors().registers() : Set.<PointRegister>of()) {
      String vector = vectors().name(register);
      OptionalLong its = vectors().version(register, point.vectors().get(vector), id, version);
      if (its.isEmpty()) {
        String fault = "vector " + vector + " matches no version";
        return Optional.of(new Reading(id, version, fault, registers));
      }
      registers[register.ordinal()] = its.getAsLong();
    }
    return Optional.of(new Reading(id, version, null, registers));
  }

  private static long hash(ShardKey tenant, long id, long version) {
    return CheckedVectors.mix(CheckedVectors.mix(tenant.hashCode(), id), version) >>> 1;
  }
}
