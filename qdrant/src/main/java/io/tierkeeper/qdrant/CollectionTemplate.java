package io.tierkeeper.qdrant;

import java.util.Map;

/**
 * How to create a tiered collection: custom sharding, one shard a key, HNSW without a global graph.
 *
 * @param vectors by name; the unnamed vector has the empty name
 */
public record CollectionTemplate(
    String name,
    Map<String, VectorTemplate> vectors,
    int replicationFactor,
    int globalM,
    int payloadM) {

  /** The types of payload index with which a tenant field works. */
  public enum TenantIndex {
    /** Text, with {@code is_tenant}. */
    KEYWORD,
    /** UUIDs, with {@code is_tenant}; it matches any spelling of one. */
    UUID,
    /** Integers, with {@code lookup} and without {@code range}. */
    INTEGER
  }

  /** Distances that Qdrant knows. */
  public enum Distance {
    COSINE,
    DOT,
    EUCLID,
    MANHATTAN
  }

  /** A kind of vector, as {@link PointVector} has them. */
  public sealed interface VectorTemplate {

    /** A dense vector's size and distance. */
    record Dense(int size, Distance distance) implements VectorTemplate {}

    /** The size and distance of each row of a multivector, which are compared by MaxSim. */
    record MultiDense(int size, Distance distance) implements VectorTemplate {}

    /** A sparse vector; it must have a name. */
    record Sparse() implements VectorTemplate {}
  }

  /** One unnamed cosine vector, one replica, m=0 and payload_m=16 as the multitenancy guide advises. */
  public static CollectionTemplate tiered(String name, int dimensions) {
    return new CollectionTemplate(
        name, Map.of("", new VectorTemplate.Dense(dimensions, Distance.COSINE)), 1, 0, 16);
  }
}
