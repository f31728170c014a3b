package io.tierkeeper.client;

import java.util.Map;

/**
 * A point of a tenant: to be written, or as it was read. The tenant's field is not part of the payload that an application sees or
 * gives: the client writes it and takes it away.
 *
 * @param vectors by name; the unnamed vector has the empty name. As read: those that were asked for
 * @param payload fields as {@code String}, {@code Long}, {@code Double}, {@code Boolean}, {@code List}, {@code Map} or null;
 *     written are also {@code Integer}, {@code Short}, {@code Byte} and {@code Float}
 */
public record Point(PointId id, Map<String, VectorData> vectors, Map<String, ?> payload) {

  /** The name of the vector of a collection with one unnamed vector. */
  public static final String UNNAMED = "";

  /** A point of a collection with one unnamed vector. */
  public static Point of(PointId id, float[] vector, Map<String, ?> payload) {
    return new Point(id, Map.of(UNNAMED, VectorData.dense(vector)), payload);
  }

  /** A point with named vectors. */
  public static Point named(PointId id, Map<String, VectorData> vectors, Map<String, ?> payload) {
    return new Point(id, vectors, payload);
  }
}
