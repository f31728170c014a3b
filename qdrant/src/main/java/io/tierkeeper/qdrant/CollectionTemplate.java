package io.tierkeeper.qdrant;

import io.tierkeeper.qdrant.settings.CollectionSettings;
import io.tierkeeper.qdrant.settings.CollectionSettings.DenseVector;
import io.tierkeeper.qdrant.settings.CollectionSettings.SparseVector;
import io.tierkeeper.qdrant.settings.Distance;
import io.tierkeeper.qdrant.settings.Options;
import io.tierkeeper.qdrant.settings.Quantization;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How to create a tiered collection: custom sharding, one shard a key.
 *
 * @param metadata texts that are stored with the collection
 */
public record CollectionTemplate(
    String name, CollectionSettings settings, Map<String, String> metadata) {

  /**
   * Vectors and graph settings; everything else is Qdrant's default.
   *
   * @param vectors by name; the unnamed vector has the empty name
   */
  public CollectionTemplate(
      String name,
      Map<String, VectorTemplate> vectors,
      int replicationFactor,
      int globalM,
      int payloadM) {
    this(name, settings(vectors, replicationFactor, globalM, payloadM), Map.of());
  }

  /** The types of payload index with which a tenant field works. */
  public enum TenantIndex {
    /** Text, with {@code is_tenant}. */
    KEYWORD,
    /** UUIDs, with {@code is_tenant}; it matches any spelling of one. */
    UUID,
    /** Integers, with {@code lookup} and without {@code range}. */
    INTEGER
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

  private static CollectionSettings settings(
      Map<String, VectorTemplate> vectors, int replicationFactor, int globalM, int payloadM) {
    SortedMap<String, DenseVector> dense = new TreeMap<>();
    SortedMap<String, SparseVector> sparse = new TreeMap<>();
    vectors.forEach((name, vector) -> {
      switch (vector) {
        case VectorTemplate.Dense(int size, Distance distance) ->
          dense.put(name, DenseVector.of(size, distance, false));
        case VectorTemplate.MultiDense(int size, Distance distance) ->
          dense.put(name, DenseVector.of(size, distance, true));
        case VectorTemplate.Sparse() -> sparse.put(name, SparseVector.PLAIN);
      }
    });
    return new CollectionSettings(
        dense,
        sparse,
        Options.of(Map.of("m", globalM, "payload_m", payloadM)),
        Quantization.NONE,
        Options.NONE,
        Options.of(Map.of("replication_factor", replicationFactor)),
        Options.NONE);
  }
}
