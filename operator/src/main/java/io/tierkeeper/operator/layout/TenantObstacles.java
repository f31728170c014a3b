package io.tierkeeper.operator.layout;

import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.evaluation.Anomalies;
import io.tierkeeper.evaluation.policy.TenantIntents.Obstacle;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.qdrant.CollectionDescription.IndexedField;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/** Why single tenants of a valid collection cannot be moved, in the reasons and words of their TenantTiers; pure. */
public final class TenantObstacles {

  private final TieredCollectionSpec spec;
  private final IndexedField index;
  private final ClusterLayout layout;
  private final Anomalies anomalies;

  private TenantObstacles(
      TieredCollectionSpec spec, IndexedField index, ClusterLayout layout, Anomalies anomalies) {
    this.spec = spec;
    this.index = index;
    this.layout = layout;
    this.anomalies = anomalies;
  }

  /**
   * The obstacles of these tenants.
   *
   * @param index on the tenant field
   * @param anomalies of the last measurement
   */
  public static Map<TenantId, Obstacle> of(
      Collection<TenantId> tenants,
      TieredCollectionSpec spec,
      IndexedField index,
      ClusterLayout layout,
      Anomalies anomalies) {
    TenantObstacles obstacles = new TenantObstacles(spec, index, layout, anomalies);
    Map<TenantId, Obstacle> found = new HashMap<>();
    tenants.forEach(
        tenant -> obstacles.of(tenant).ifPresent(obstacle -> found.put(tenant, obstacle)));
    return found;
  }

  private Optional<Obstacle> of(TenantId tenant) {
    Long foreign = anomalies.foreignKeys().get(ShardKey.of(tenant));
    if (foreign != null) {
      return found(
          Reasons.SHARD_KEY_HOLDS_OTHERS,
          "spec.tenant: shard key " + tenant + " exists, and most of its " + foreign
              + " points do not belong to this tenant; a dedicated shard key has its tenant's name."
              + " Move these points to a shard key of another name and delete the shard key, or delete"
              + " this TenantTier");
    }
    long shards = layout.shards(ShardKey.of(tenant));
    if (shards > 1) {
      return found(
          Reasons.DEDICATED_KEY_HAS_SEVERAL_SHARDS,
          "spec.tenant: shard key " + tenant + " has " + shards
              + " shards; allowed: exactly one. Create it anew with shards_number 1");
    }
    SortedSet<String> spellings = anomalies.spellings().get(tenant);
    if (spellings != null) {
      return found(
          Reasons.TENANT_SPELLING_DIFFERS,
          "spec.tenant: " + tenant + " is spelled " + String.join(", ", spellings) + " in field "
              + spec.tenantKey()
              + "; shard keys are compared as text, so clients would not address the dedicated one. Use one"
              + " spelling in payload, shard key selectors and TenantTier");
    }
    if (anomalies.uncounted().contains(tenant)) {
      return found(
          Reasons.TENANT_TYPE_DIFFERS,
          mistyped(
              tenant,
              "strict mode refuses to count the points that have this value"
                  + " (unindexed_filtering_retrieve is false)"));
    }
    return anomalies.mistyped().contains(tenant)
        ? found(Reasons.TENANT_TYPE_DIFFERS, mistyped(tenant, "no point has this value"))
        : Optional.empty();
  }

  private String mistyped(TenantId tenant, String points) {
    String index = "the index on " + spec.tenantKey() + " is of type " + this.index.type();
    return switch (tenant) {
      case TenantId.Keyword keyword ->
        "spec.tenant: \"" + keyword + "\" is text, " + index + ", and " + points + "; "
            + (this.index.type().equals(TenantId.Kind.INTEGER.word())
                ? "set spec.tenantInteger instead"
                : "required: a value of this type");
      case TenantId.Number number ->
        "spec.tenantInteger: " + number + " is a number, " + index + ", and " + points
            + "; set spec.tenant instead";
    };
  }

  private static Optional<Obstacle> found(String reason, String message) {
    return Optional.of(new Obstacle(reason, message));
  }
}
