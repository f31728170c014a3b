package io.tierkeeper.evaluation;

import io.tierkeeper.qdrant.TenantId;
import java.time.Instant;
import java.util.Map;

/**
 * How many points each tenant had at an instant.
 *
 * @param at when it was taken
 * @param tenants one row for each tenant with points, and for each with a shard key of its own;
 *     {@link io.tierkeeper.qdrant.ReservedNames#OTHERS} for all points that are in none of these rows
 * @param fallbackPoints points in the fallback, retained copies included
 * @param anomalies points that cannot be attributed to one tenant
 */
public record Measurement(
    Instant at, Map<TenantId, TenantCount> tenants, long fallbackPoints, Anomalies anomalies) {

  public Measurement {
    tenants = Map.copyOf(tenants);
  }

  /** A measurement in which each point belongs to one tenant. */
  public Measurement(Instant at, Map<TenantId, TenantCount> tenants, long fallbackPoints) {
    this(at, tenants, fallbackPoints, Anomalies.NONE);
  }
}
