package io.tierkeeper.migrate;

import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.qdrant.CollectionTemplate.TenantIndex;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import java.util.Optional;

/**
 * What is migrated, and how.
 *
 * @param source a collection, or the pattern of one collection per tenant, as in docs_{tenant}
 * @param target the tiered collection
 * @param tenantField the payload field of the tenant in the target, with dots between the members of nested objects
 * @param tenantIndex the type of the index on it
 * @param fallback the shard key of the target that gets all points
 * @param sourceFallback the shard key that small tenants share in a source with custom sharding
 * @param ids what happens to the ids of the points
 * @param idField the payload field that keeps the id of a source whose ids are derived
 */
public record MigrationSpec(
    String source,
    String target,
    String tenantField,
    TenantIndex tenantIndex,
    ShardKey fallback,
    ShardKey sourceFallback,
    Ids ids,
    String idField) {

  /** Stands in a pattern for the tenant. */
  public static final String TENANT = "{tenant}";

  /** What happens to the ids of the points. */
  public enum Ids {
    /** A point keeps its id, which must be unique in all sources together. */
    KEEP,
    /** A point gets a UUID that is computed from its tenant and its id; the payload keeps the id. For a pattern only. */
    DERIVE
  }

  /** @throws UsageException if the names do not fit together */
  public MigrationSpec {
    if (source.isEmpty() || source.indexOf(TENANT) != source.lastIndexOf(TENANT)) {
      throw new UsageException(
          "SOURCE '" + source + "' is not allowed; allowed: a collection, or a pattern with "
              + TENANT + " once, as in docs_" + TENANT);
    }
    if (source.equals(target)) {
      throw new UsageException("--to '" + target + "' is the source; allowed: another collection");
    }
    if (!source.contains(TENANT) && ids == Ids.DERIVE) {
      throw new UsageException(
          "--ids derive is not allowed for one source; allowed: keep, since ids are unique in a collection");
    }
    if (tenantField.isEmpty() || tenantField.contains("[") || tenantField.contains("\"")) {
      throw new UsageException(
          "--tenant-key '" + tenantField
              + "' is not allowed; allowed: a payload field, with dots between the members of nested objects");
    }
    if (ReservedNames.isWorkingKey(fallback)) {
      throw new UsageException("--fallback-key '" + fallback
          + "' is reserved; allowed: names without " + ReservedNames.PREFIX);
    }
  }

  /** Whether each tenant has a collection of its own. */
  public boolean isPattern() {
    return source.contains(TENANT);
  }

  /** The tenant whose collection this is; empty where the name does not match the pattern. */
  Optional<String> tenantOf(String collection) {
    int at = source.indexOf(TENANT);
    String before = source.substring(0, at);
    String after = source.substring(at + TENANT.length());
    boolean matches = collection.length() > before.length() + after.length()
        && collection.startsWith(before)
        && collection.endsWith(after);
    return matches
        ? Optional.of(collection.substring(before.length(), collection.length() - after.length()))
        : Optional.empty();
  }

  /** The collection of a tenant. */
  String collectionOf(TenantId tenant) {
    return source.replace(TENANT, tenant.toString());
  }

  /**
   * The tenant as the index of the target finds it.
   *
   * @throws MigrationException if the name of a collection holds no such tenant
   */
  TenantId tenant(String text) {
    if (tenantIndex != TenantIndex.INTEGER) {
      return TenantId.of(text);
    }
    if (!TenantId.CANONICAL_NUMBER.matcher(text).matches()) {
      throw new MigrationException(
          "tenant '" + text + "' of collection " + source.replace(TENANT, text)
              + " is not an integer, which --tenant-type integer requires");
    }
    return TenantId.of(Long.parseLong(text));
  }
}
