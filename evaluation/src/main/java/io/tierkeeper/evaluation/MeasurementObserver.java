package io.tierkeeper.evaluation;

import io.tierkeeper.governance.decision.DecisionPolicy;
import io.tierkeeper.governance.decision.Thresholds;
import io.tierkeeper.qdrant.FacetHit;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.TenantId;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts the tenants of a collection: one facet on the fallback, exact counts where a decision hangs on them. */
public final class MeasurementObserver {

  /** Tenants beyond so many in the fallback are measured together. */
  static final int FACET_LIMIT = 100_000;

  /** A facet's counts are estimates; within this fraction of a threshold they are counted exactly. */
  private static final double NEAR = 0.2;

  private final InstantSource clock;

  public MeasurementObserver(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Measures through one peer.
   *
   * @throws io.tierkeeper.qdrant.QdrantException when a call fails; a measurement is whole or not at all
   */
  public Measurement measure(QdrantReads port, MeasurementRequest request) {
    ShardSelector inFallback = ShardSelector.key(request.fallback());
    Map<TenantId, TenantCount> counts = new HashMap<>();
    for (TenantId tenant : request.dedicated()) {
      long points = port.count(
          request.collection(),
          ShardSelector.key(ShardKey.of(tenant)),
          Filter.tenant(request.tenantField(), tenant));
      counts.put(tenant, new TenantCount(points, true, true));
    }
    long fallbackPoints = port.count(request.collection(), inFallback, null);
    List<FacetHit> facet =
        port.facet(request.collection(), inFallback, request.tenantField(), FACET_LIMIT);
    long retained = 0;
    for (FacetHit hit : facet) {
      boolean named = request.discover() || request.declared().contains(hit.tenant());
      if (request.dedicated().contains(hit.tenant())) {
        retained += hit.count();
      } else if (named) {
        counts.put(hit.tenant(), new TenantCount(hit.count(), false, false));
      }
    }
    for (TenantId tenant : request.declared()) {
      counts.putIfAbsent(tenant, new TenantCount(0, false, facet.size() < FACET_LIMIT));
    }
    long total =
        Math.max(1, counts.values().stream().mapToLong(TenantCount::points).sum());
    counts.replaceAll((tenant, count) ->
        count.exact() || !near(count.points(), total, request.policy())
            ? count
            : new TenantCount(
                port.count(
                    request.collection(), inFallback, Filter.tenant(request.tenantField(), tenant)),
                false,
                true));
    long known = counts.values().stream()
        .filter(count -> !count.dedicated())
        .mapToLong(TenantCount::points)
        .sum();
    long others = fallbackPoints - retained - known;
    if (others > 0 && (facet.size() == FACET_LIMIT || !request.discover())) {
      counts.put(ReservedNames.OTHERS, new TenantCount(others, false, true));
    }
    return new Measurement(clock.instant(), counts, fallbackPoints);
  }

  private static boolean near(long points, long total, DecisionPolicy policy) {
    return near(points, total, policy.promote()) || near(points, total, policy.demote());
  }

  private static boolean near(long points, long total, Thresholds thresholds) {
    double share = (double) points / total;
    return (thresholds.share().isPresent()
            && share >= thresholds.share().getAsDouble() * (1 - NEAR))
        || (thresholds.points().isPresent()
            && points >= thresholds.points().getAsLong() * (1 - NEAR));
  }
}
