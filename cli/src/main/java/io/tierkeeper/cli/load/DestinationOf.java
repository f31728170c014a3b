package io.tierkeeper.cli.load;

import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.load.mapping.Destination;
import io.tierkeeper.load.mapping.Destination.TenantType;
import io.tierkeeper.load.mapping.Destination.VectorField;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.CollectionDescription.IndexedField;
import io.tierkeeper.qdrant.PeerView;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.qdrant.ShardKey;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds in a collection what a load must know of it, and refuses collections that are not tiered. */
record DestinationOf(CollectionDescription description) {

  /**
   * @param tenantKey the tenant field; null for the one that is indexed with is_tenant
   * @param view the shard keys; null where there is none
   */
  Destination with(@Nullable String tenantKey, String fallbackKey, @Nullable PeerView view) {
    if (!description.customSharding()) {
      throw refused("is not tiered: its sharding_method is auto; allowed: custom");
    }
    if (ReservedNames.isWorkingKey(ShardKey.of(fallbackKey))) {
      throw new UsageException("--fallback-key '" + fallbackKey
          + "' is a working shard key of a move; allowed: the key that small tenants share");
    }
    if (view == null
        || view.replicas().stream()
            .noneMatch(replica -> replica.key().equals(ShardKey.of(fallbackKey)))) {
      throw new UsageException("--fallback-key '" + fallbackKey + "': collection '"
          + description.name() + "' has no such shard key; it has " + keys(view));
    }
    String field = tenantKey == null ? indexed() : tenantKey;
    if (field.contains("[") || field.contains("\"")) {
      throw new UsageException("--tenant-key '" + field
          + "': a tenant in a list cannot be loaded; allowed: names with dots between them");
    }
    return new Destination(
        description.name(),
        ShardKey.of(fallbackKey),
        field,
        type(field),
        VectorField.of(description.settings()));
  }

  private String indexed() {
    List<String> fields = description.indexedFields().entrySet().stream()
        .filter(entry -> entry.getValue().tenant())
        .map(Map.Entry::getKey)
        .toList();
    if (fields.size() != 1) {
      throw refused("has " + (fields.isEmpty() ? "no index" : "several indexes") + " with is_tenant"
          + (fields.isEmpty() ? "" : " (" + String.join(", ", fields) + ")")
          + "; give the tenant field with --tenant-key");
    }
    return fields.getFirst();
  }

  private TenantType type(String field) {
    IndexedField index = description.indexedFields().get(field);
    if (index == null || !index.lookup()) {
      throw new UsageException("--tenant-key '" + field + "': collection '" + description.name()
          + "' has no index on this field that finds exact values; it has indexes on "
          + description.indexedFields().keySet());
    }
    return switch (index.type()) {
      case "keyword" -> TenantType.KEYWORD;
      case "uuid" -> TenantType.UUID;
      case "integer" -> TenantType.INTEGER;
      default ->
        throw new UsageException("--tenant-key '" + field + "': its index is of type "
            + index.type() + "; allowed: keyword, uuid, integer");
    };
  }

  private static String keys(@Nullable PeerView view) {
    String keys = view == null
        ? ""
        : view.replicas().stream()
            .map(replica -> replica.key().toString())
            .distinct()
            .limit(10)
            .collect(Collectors.joining(", "));
    return keys.isEmpty() ? "none" : keys;
  }

  private UsageException refused(String why) {
    return new UsageException("--collection '" + description.name() + "' " + why);
  }
}
