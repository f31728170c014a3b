package io.tierkeeper.load.mapping;

import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.settings.CollectionSettings;
import java.util.Map;
import java.util.TreeMap;

/**
 * The collection that points go to, as far as a row can be wrong about it.
 *
 * @param collection its name
 * @param fallback the shard key that small tenants share
 * @param tenantField the payload field of the tenant, with dots between the members of nested objects
 * @param tenantType what the index on this field finds
 * @param vectors its vectors by name; the unnamed vector has the empty name
 */
public record Destination(
    String collection,
    ShardKey fallback,
    String tenantField,
    TenantType tenantType,
    Map<String, VectorField> vectors) {

  /** The values that the tenant index finds. */
  public enum TenantType {
    KEYWORD,
    UUID,
    INTEGER
  }

  /** The shapes of vectors that Qdrant stores. */
  public enum VectorKind {
    DENSE,
    MULTI_DENSE,
    SPARSE
  }

  /**
   * A vector of the collection's points.
   *
   * @param size the dimensions of a dense vector or of each row of a multivector; zero for a sparse one
   */
  public record VectorField(VectorKind kind, long size) {

    /** Those of a collection, by name. */
    public static Map<String, VectorField> of(CollectionSettings settings) {
      Map<String, VectorField> fields = new TreeMap<>();
      settings
          .vectors()
          .forEach((name, vector) -> fields.put(
              name,
              new VectorField(
                  vector.multivector() ? VectorKind.MULTI_DENSE : VectorKind.DENSE,
                  vector.size())));
      settings
          .sparseVectors()
          .keySet()
          .forEach(name -> fields.put(name, new VectorField(VectorKind.SPARSE, 0)));
      return fields;
    }
  }
}
