package io.tierkeeper.client;

import java.util.Map;

/**
 * How to create a collection for tenants.
 *
 * @param vectors by name; the unnamed vector has the empty name
 * @param replicationFactor of the fallback, at least 1
 * @param tenantIndex the type of the tenants' values
 */
public record CollectionSpec(
    Map<String, VectorSpec> vectors, int replicationFactor, TenantIndex tenantIndex) {

  /** The types of payload index with which a tenant field works. */
  public enum TenantIndex {
    /** Texts, with {@code is_tenant}. */
    KEYWORD,
    /** UUIDs, with {@code is_tenant}. All writers spell a tenant alike: shard keys are compared as text. */
    UUID,
    /** Numbers, with {@code lookup}. */
    INTEGER
  }

  /** A kind of vector. */
  public sealed interface VectorSpec {

    /** A dense vector. */
    record Dense(int size, Distance distance) implements VectorSpec {}

    /** A multivector of rows of this size, compared by MaxSim. */
    record Multi(int size, Distance distance) implements VectorSpec {}

    /** A sparse vector; it must have a name. */
    record Sparse() implements VectorSpec {}
  }

  /** @throws TenantClientException.InvalidRequest if there is no vector, a sparse one has no name, or the factor is below 1 */
  public CollectionSpec {
    vectors = Map.copyOf(vectors);
    if (vectors.isEmpty() || vectors.get(Point.UNNAMED) instanceof VectorSpec.Sparse) {
      throw new TenantClientException.InvalidRequest(
          "vectors is " + vectors + ", allowed: at least one; a sparse one has a name", null);
    }
    if (replicationFactor < 1) {
      throw new TenantClientException.InvalidRequest(
          "replicationFactor is " + replicationFactor + ", allowed: 1 and more", null);
    }
  }

  /** One unnamed dense vector, one replica, tenants that are texts. */
  public static CollectionSpec of(int size, Distance distance) {
    return new CollectionSpec(
        Map.of(Point.UNNAMED, new VectorSpec.Dense(size, distance)), 1, TenantIndex.KEYWORD);
  }

  public CollectionSpec withVectors(Map<String, VectorSpec> named) {
    return new CollectionSpec(named, replicationFactor, tenantIndex);
  }

  public CollectionSpec withReplicationFactor(int replicas) {
    return new CollectionSpec(vectors, replicas, tenantIndex);
  }

  public CollectionSpec withTenantIndex(TenantIndex type) {
    return new CollectionSpec(vectors, replicationFactor, type);
  }
}
