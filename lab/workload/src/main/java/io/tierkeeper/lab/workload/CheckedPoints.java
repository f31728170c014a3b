package io.tierkeeper.lab.workload;

import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.ShardKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Self-verifying points: the payload carries the version {@code v} of the last write, the version {@code w} of the
 * last write of the vector, and {@code h}, a hash of id, versions and tenant; the vector is derived from id and
 * {@code w}. So a reader can verify without further state that a point was written in the state that it has.
 *
 * @param tenantField the payload field that holds the tenant
 * @param dimensions of the one unnamed cosine vector
 */
public record CheckedPoints(String tenantField, int dimensions) {

  private static final String VERSION = "v";
  private static final String VECTOR_VERSION = "w";
  private static final String HASH = "h";

  /**
   * A verified point.
   *
   * @param version from its payload
   * @param fault what is wrong with it; null when it is valid
   * @param otherVector whether the only fault is a vector of another version
   */
  public record Reading(long id, long version, @Nullable String fault, boolean otherVector) {}

  /** A vector that a merge writes before its fields is newer by fewer versions than this. */
  private static final long NEWER_VERSIONS = 100;

  /** The point of this id as version {@code version} writes it, vector included. */
  public Point point(ShardKey tenant, long id, long version) {
    return new Point(
        PointId.of(id),
        payload(tenant, id, version, version),
        Map.of("", new PointVector.Dense(vector(id, version))));
  }

  /** The complete payload of a point whose vector was last written as {@code vectorVersion}. */
  public Map<String, Object> payload(ShardKey tenant, long id, long version, long vectorVersion) {
    Map<String, Object> payload = new LinkedHashMap<>();
    payload.put(
        tenantField,
        switch (tenant) {
          case ShardKey.Keyword keyword -> keyword.value();
          case ShardKey.Number number -> number.value();
        });
    payload.put(VERSION, version);
    payload.put(VECTOR_VERSION, vectorVersion);
    payload.put(HASH, hash(tenant, id, version, vectorVersion));
    return payload;
  }

  /** The unit vector of an id and version; the same arguments give the same vector. */
  public float[] vector(long id, long version) {
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
        || !(point.payload().get(VERSION) instanceof Long version)
        || !(point.payload().get(VECTOR_VERSION) instanceof Long vectorVersion)) {
      return Optional.empty();
    }
    if (!Long.valueOf(hash(tenant, id, version, vectorVersion))
        .equals(point.payload().get(HASH))) {
      return Optional.of(new Reading(id, version, "hash does not match version " + version, false));
    }
    if (!vectorsRead || holds(point, id, vectorVersion)) {
      return Optional.of(new Reading(id, version, null, false));
    }
    boolean other = LongStream.range(1, vectorVersion + NEWER_VERSIONS)
        .anyMatch(another -> holds(point, id, another));
    return Optional.of(
        new Reading(id, version, "vector does not match version " + vectorVersion, other));
  }

  /** The version of the vector that a point carries. */
  public static long vectorVersion(Point point) {
    return (Long) java.util.Objects.requireNonNull(point.payload().get(VECTOR_VERSION));
  }

  private boolean holds(Point point, long id, long vectorVersion) {
    if (!(point.vectors().get("") instanceof PointVector.Dense(float[] values))
        || values.length != dimensions) {
      return false;
    }
    float[] expected = vector(id, vectorVersion);
    for (int i = 0; i < dimensions; i++) {
      if (Math.abs(values[i] - expected[i]) > 1e-5) {
        return false;
      }
    }
    return true;
  }

  private static long hash(ShardKey tenant, long id, long version, long vectorVersion) {
    return mix(mix(mix(tenant.hashCode(), id), version), vectorVersion) >>> 1;
  }

  private static long mix(long a, long b) {
    long z = a * 0x9E3779B97F4A7C15L + b;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
