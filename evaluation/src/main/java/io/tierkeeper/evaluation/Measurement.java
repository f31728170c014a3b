package io.tierkeeper.evaluation;

import io.tierkeeper.qdrant.ShardKey;
import java.time.Instant;
import java.util.Map;

/**
 * How many points each tenant had at an instant.
 *
 * @param at when it was taken
 * @param tenants one row for each tenant with points, and for each with a shard key of its own
 * @param fallbackPoints points in the fallback, retained copies included
 */
public record Measurement(Instant at, Map<ShardKey, TenantCount> tenants, long fallbackPoints) {

  /** Stands for the points of all tenants beyond the facet's limit; no tenant may be called so. */
  public static final ShardKey OTHERS = ShardKey.of("tierkeeper/others");

  public Measurement {
    tenants = Map.copyOf(tenants);
  }
}
