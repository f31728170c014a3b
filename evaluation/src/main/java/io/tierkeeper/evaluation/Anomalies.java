package io.tierkeeper.evaluation;

import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;

/**
 * What a measurement cannot attribute to one tenant. All of these points are in the total of the collection.
 *
 * @param foreignKeys shard keys most of whose points do not belong to the tenant of their name, with all their points
 * @param strayPoints dedicated keys with the number of their points that do not belong to their tenant
 * @param withoutTenant points in the fallback whose tenant field is absent, null or empty
 * @param unusableValues points in the fallback whose value cannot name a shard key or is not of the index's type; an estimate
 * @param shared tenants with the number of their points in the fallback that belong to other tenants as well; only the
 *     biggest tenants are examined
 * @param spellings tenants whose points in the fallback spell them otherwise than their shard key would be, with the
 *     spellings found; only with a uuid index
 * @param mistyped tenants with a TenantTier and no point, whose value is not of the index's type
 * @param uncounted tenants with a TenantTier whose value is not of the index's type, and whose points Qdrant refuses to count
 */
public record Anomalies(
    Map<ShardKey, Long> foreignKeys,
    Map<ShardKey, Long> strayPoints,
    long withoutTenant,
    long unusableValues,
    Map<TenantId, Long> shared,
    Map<TenantId, SortedSet<String>> spellings,
    Set<TenantId> mistyped,
    Set<TenantId> uncounted) {

  /** Each point belongs to one tenant. */
  public static final Anomalies NONE =
      new Anomalies(Map.of(), Map.of(), 0, 0, Map.of(), Map.of(), Set.of(), Set.of());

  public Anomalies {
    foreignKeys = Collections.unmodifiableMap(new LinkedHashMap<>(foreignKeys));
    strayPoints = Collections.unmodifiableMap(new LinkedHashMap<>(strayPoints));
    shared = Collections.unmodifiableMap(new LinkedHashMap<>(shared));
    spellings = Map.copyOf(spellings);
    mistyped = Set.copyOf(mistyped);
    uncounted = Set.copyOf(uncounted);
  }

  /** Whether a shard key of the tenant's name exists that is not the tenant's. */
  public boolean isForeign(TenantId tenant) {
    return foreignKeys.containsKey(ShardKey.of(tenant));
  }
}
