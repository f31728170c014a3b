package io.tierkeeper.evaluation;

import io.tierkeeper.qdrant.TenantId;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Counts of tenants whose value the index does not contain. Qdrant reads the payload of every point of the shared shard for one of
 * them, so they are remembered from one measurement to the next. Not thread-safe.
 */
public final class UnindexedCounts {

  private record Known(OptionalLong points, long unlisted) {}

  private final Map<TenantId, Known> known = new HashMap<>();
  private Map<TenantId, Long> generations = Map.of();

  /** Forgets tenants that are not among these, or whose TenantTier has another generation than before. */
  public void keep(Map<TenantId, Long> current) {
    known
        .keySet()
        .removeIf(tenant -> !Objects.equals(current.get(tenant), generations.get(tenant)));
    generations = Map.copyOf(current);
  }

  /**
   * The points of a tenant. A tenant without points, or whose count was refused, is not counted again; one with points only
   * where the number of points that the index does not list has changed.
   *
   * @param unlisted how many points the index does not list
   * @param count empty where Qdrant refuses it
   * @return empty where the number is unknown
   */
  OptionalLong of(TenantId tenant, long unlisted, Supplier<OptionalLong> count) {
    Known before = known.get(tenant);
    if (before != null && (before.points().orElse(0) == 0 || before.unlisted() == unlisted)) {
      return before.points();
    }
    OptionalLong points = count.get();
    known.put(tenant, new Known(points, unlisted));
    return points;
  }
}
