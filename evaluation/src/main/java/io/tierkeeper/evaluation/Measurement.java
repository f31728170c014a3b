package io.tierkeeper.evaluation;

import io.tierkeeper.qdrant.TenantId;
import java.time.Instant;
import java.util.Map;

/**
 * How many points each tenant had at an instant.
 *
 * @param at when it was taken
 * @param tenants one row for each tenant with points, and for each with a shard key of its own;
 *     {@link io.tierkeeper.qdrant.ReservedNames#OTHERS} for all tenants beyond the facet's limit
 * @param fallbackPoints points in the fallback, retained copies included
 */
public record Measurement(Instant at, Map<TenantId, TenantCount> tenants, long fallbackPoints) {

  public Measurement {
    tenants = Map.copyOf(tenants);
  }
}
