package io.tierkeeper.qdrant;

import io.tierkeeper.qdrant.settings.CollectionSettings;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What the operator must know of a collection's configuration.
 *
 * @param customSharding whether sharding_method is custom
 * @param indexedFields payload fields with an index, each with its type
 * @param points the engine's own estimate over all shards
 * @param indexedVectors the engine's own estimate of the vectors that are in an HNSW index
 * @param strictMode which calls the collection refuses
 * @param vectorBytes the bytes of one point's dense vectors; empty where it has none
 * @param settings as Qdrant shows them
 * @param metadata texts that are stored with the collection
 * @param updateQueue the updates that are acknowledged and not applied yet
 */
public record CollectionDescription(
    String name,
    boolean customSharding,
    int replicationFactor,
    int shardNumber,
    Map<String, IndexedField> indexedFields,
    long points,
    long indexedVectors,
    StrictMode strictMode,
    OptionalLong vectorBytes,
    CollectionSettings settings,
    Map<String, String> metadata,
    UpdateQueue updateQueue) {

  /** A collection without an HNSW index whose settings are unknown. */
  public CollectionDescription(
      String name,
      boolean customSharding,
      int replicationFactor,
      int shardNumber,
      Map<String, IndexedField> indexedFields,
      long points,
      StrictMode strictMode) {
    this(
        name,
        customSharding,
        replicationFactor,
        shardNumber,
        indexedFields,
        points,
        0,
        strictMode,
        OptionalLong.empty(),
        CollectionSettings.NONE,
        Map.of(),
        UpdateQueue.NONE);
  }

  /** A collection without strict mode. */
  public CollectionDescription(
      String name,
      boolean customSharding,
      int replicationFactor,
      int shardNumber,
      Map<String, IndexedField> indexedFields,
      long points) {
    this(
        name,
        customSharding,
        replicationFactor,
        shardNumber,
        indexedFields,
        points,
        StrictMode.OFF);
  }

  /** The kind of tenants that the index on this field finds; keywords where it has none. */
  public TenantId.Kind tenantKind(@Nullable String tenantField) {
    IndexedField index = indexedFields.get(tenantField);
    return index != null && index.type().equals(TenantId.Kind.INTEGER.word())
        ? TenantId.Kind.INTEGER
        : TenantId.Kind.KEYWORD;
  }

  /**
   * An index on a payload field.
   *
   * @param type Qdrant's word for it in lower case, as {@code keyword} or {@code integer}
   * @param tenant whether it was declared with is_tenant
   * @param lookup whether it finds exact values, as filters and facets need; false for an integer index that was declared
   *     with {@code lookup: false}
   */
  public record IndexedField(String type, boolean tenant, boolean lookup) {

    /** An index that finds exact values. */
    public IndexedField(String type, boolean tenant) {
      this(type, tenant, true);
    }
  }

  /**
   * The updates that the engine has acknowledged and not applied, over all shards.
   *
   * @param length number of update calls; zero where the server does not report it
   * @param deferredPoints points that wait for the optimizer before they can be read; zero where the server does not
   *     report it
   */
  public record UpdateQueue(long length, long deferredPoints) {

    /** Nothing waits. */
    public static final UpdateQueue NONE = new UpdateQueue(0, 0);
  }
}
