package io.tierkeeper.evaluation;

import io.tierkeeper.governance.decision.Thresholds;
import io.tierkeeper.qdrant.FacetHit;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.TenantId;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * Counts the tenants of a collection: one facet on the fallback, exact counts where a decision hangs on them. Every
 * point is in the total, whether or not it belongs to a tenant.
 */
public final class MeasurementObserver {

  /** Tenants beyond so many in the fallback are measured together. */
  public static final int FACET_LIMIT = 100_000;

  /** A facet's counts are estimates; within this fraction of a threshold they are counted exactly. */
  private static final double NEAR = 0.2;

  /** Tenants of the fallback that are counted exactly: those closest to the thresholds of promotion. */
  static final int MAX_EXACT = 50;

  /** A part of the fallback that no value of the facet explains is ignored below this: clients write meanwhile. */
  private static final double IN_FLIGHT = 0.001;

  /** TenantTiers that the facet does not reach and that are counted one by one. */
  private static final int MAX_COUNTED = 1_000;

  /** The biggest tenants, whose points are examined. */
  private static final int MAX_EXAMINED = 10;

  private static final Comparator<ShardKey> BY_NAME = Comparator.<ShardKey, String>comparing(
          ShardKey::toString)
      .thenComparing(key -> key instanceof ShardKey.Number);

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
    return new Run(port, request).measure();
  }

  /** One measurement. */
  private final class Run {
    private final QdrantReads port;
    private final MeasurementRequest request;
    private final ShardSelector inFallback;
    private final TenantSpelling spelling;
    private final Map<TenantId, TenantCount> counts = new HashMap<>();
    private final Map<ShardKey, Long> foreignKeys = new TreeMap<>(BY_NAME);
    private final Map<ShardKey, Long> strayPoints = new TreeMap<>(BY_NAME);
    private final Set<TenantId> foreign = new HashSet<>();
    private final Set<TenantId> mistyped = new HashSet<>();
    private final Set<TenantId> uncounted = new HashSet<>();
    /** Points that are in no tenant's row. */
    private long others;

    Run(QdrantReads port, MeasurementRequest request) {
      this.port = port;
      this.request = request;
      inFallback = ShardSelector.key(request.fallback());
      spelling = TenantSpelling.of(request.index());
    }

    Measurement measure() {
      request.keys().forEach(this::key);
      long fallbackPoints = port.count(request.collection(), inFallback, null);
      long withoutTenant = port.count(
          request.collection(),
          inFallback,
          new Filter(List.of(new Filter.IsEmpty(request.tenantField())), List.of()));
      List<FacetHit> facet =
          port.facet(request.collection(), inFallback, request.tenantField(), request.facetLimit());
      boolean complete = facet.size() < request.facetLimit();
      Map<TenantId, TenantId> known = spelling.known(request.declared(), counts.keySet());
      long listed = 0;
      long unusable = 0;
      for (FacetHit hit : facet) {
        listed += hit.count();
        if (hit.tenant() == null) {
          unusable += hit.count();
        } else {
          inFallback(known.getOrDefault(hit.tenant(), hit.tenant()), hit.count());
        }
      }
      long unexplained = fallbackPoints - withoutTenant - listed;
      unexplained -= absent(complete, unexplained);
      if (!complete) {
        others += Math.max(0, unexplained);
      } else if (unexplained > fallbackPoints * IN_FLIGHT) {
        unusable += unexplained;
      }
      others += withoutTenant + unusable;
      exactly();
      if (others > 0) {
        counts.put(ReservedNames.OTHERS, new TenantCount(others, false, true));
      }
      return new Measurement(
          clock.instant(),
          counts,
          fallbackPoints,
          new Anomalies(
              foreignKeys,
              strayPoints,
              withoutTenant,
              unusable,
              listed > fallbackPoints - withoutTenant ? shared() : Map.of(),
              spellings(),
              mistyped,
              uncounted));
    }

    /** Whose points an Active key holds: a key that has a tenant's name need not be the tenant's. */
    private void key(ShardKey key) {
      ShardSelector inKey = ShardSelector.key(key);
      TenantId tenant = key.tenant();
      long all = port.count(request.collection(), inKey, null);
      long own =
          port.count(request.collection(), inKey, Filter.tenant(request.tenantField(), tenant));
      long stray = 0;
      if (own == 0) {
        stray = all;
      } else if (own < all) {
        // Both counts are of different instants, and the tenant's clients delete points between
        // them.
        stray =
            port.count(request.collection(), inKey, Filter.notOf(request.tenantField(), tenant));
      }
      if (stray > own) {
        foreignKeys.put(key, own + stray);
        foreign.add(tenant);
        others += own + stray;
        return;
      }
      if (stray > 0) {
        strayPoints.put(key, stray);
        others += stray;
      }
      counts.put(tenant, new TenantCount(own, true, true));
    }

    private void inFallback(TenantId tenant, long points) {
      TenantCount count = counts.get(tenant);
      if (count != null && count.dedicated()) {
        // Retained by a move.
        return;
      }
      if (foreign.contains(tenant) || !request.discover() && !request.declared().contains(tenant)) {
        others += points;
      } else {
        counts.put(tenant, new TenantCount(points, false, false));
      }
    }

    /** Counts declared tenants that the facet does not list, and returns how many points they have. */
    private long absent(boolean complete, long unlisted) {
      long points = 0;
      int counted = 0;
      for (TenantId tenant : request.declared()) {
        if (counts.containsKey(tenant) || foreign.contains(tenant)) {
          continue;
        }
        boolean fits = spelling.fits(tenant);
        if (fits && (complete || counted == MAX_COUNTED)) {
          counts.put(tenant, new TenantCount(0, false, complete));
          continue;
        }
        OptionalLong known;
        if (fits) {
          counted++;
          known = OptionalLong.of(countInFallback(tenant));
        } else {
          known = request.unindexed().of(tenant, unlisted, () -> countUnindexed(tenant));
          if (known.isEmpty()) {
            uncounted.add(tenant);
          } else if (known.getAsLong() == 0) {
            mistyped.add(tenant);
          }
        }
        // A tenant whose points are unknown has none that could be moved.
        counts.put(tenant, new TenantCount(known.orElse(0), false, known.isPresent()));
        points += known.orElse(0);
      }
      return points;
    }

    private void exactly() {
      long total = Math.max(
          1, others + counts.values().stream().mapToLong(TenantCount::points).sum());
      // Dedicated keys are counted anyway, so only a promotion may depend on an estimate.
      Thresholds thresholds = request.policy().promote();
      List<TenantId> near = counts.entrySet().stream()
          .filter(entry -> !entry.getValue().exact() && !uncounted.contains(entry.getKey()))
          .filter(entry -> relative(entry.getValue().points(), total, thresholds) >= 1 - NEAR)
          .sorted(Comparator.<Map.Entry<TenantId, TenantCount>>comparingDouble(
                  entry -> Math.abs(relative(entry.getValue().points(), total, thresholds) - 1))
              .thenComparing(entry -> entry.getKey().toString()))
          .limit(MAX_EXACT)
          .map(Map.Entry::getKey)
          .toList();
      near.forEach(
          tenant -> counts.put(tenant, new TenantCount(countInFallback(tenant), false, true)));
    }

    /** Strict mode may refuse a filter that the index does not serve. */
    private OptionalLong countUnindexed(TenantId tenant) {
      try {
        return OptionalLong.of(countInFallback(tenant));
      } catch (QdrantException.Rejected refused) {
        return OptionalLong.empty();
      }
    }

    private long countInFallback(TenantId tenant) {
      return port.count(
          request.collection(), inFallback, Filter.tenant(request.tenantField(), tenant));
    }

    /** The facet counts a point once for each of its tenants, so more than there are points means shared points. */
    private Map<TenantId, Long> shared() {
      Map<TenantId, Long> shared = new LinkedHashMap<>();
      for (TenantId tenant : biggestInFallback()) {
        long points = port.count(
            request.collection(), inFallback, Filter.sharedPoints(request.tenantField(), tenant));
        if (points > 0) {
          shared.put(tenant, points);
        }
      }
      return shared;
    }

    private Map<TenantId, SortedSet<String>> spellings() {
      if (!spelling.varies()) {
        return Map.of();
      }
      Set<TenantId> examined = new HashSet<>(biggestInFallback());
      counts.forEach((tenant, count) -> {
        if (!count.dedicated() && count.points() > 0 && request.declared().contains(tenant)) {
          examined.add(tenant);
        }
      });
      Map<TenantId, SortedSet<String>> spellings = new HashMap<>();
      for (TenantId tenant : examined) {
        SortedSet<String> found =
            spelling.sample(port, request.collection(), inFallback, request.tenantField(), tenant);
        if (!found.isEmpty() && !found.equals(Set.of(tenant.toString()))) {
          spellings.put(tenant, found);
        }
      }
      return spellings;
    }

    private List<TenantId> biggestInFallback() {
      return counts.entrySet().stream()
          .filter(entry -> !entry.getValue().dedicated()
              && entry.getValue().points() > 0
              && !ReservedNames.OTHERS.equals(entry.getKey()))
          .sorted(Comparator.<Map.Entry<TenantId, TenantCount>>comparingLong(
                  entry -> -entry.getValue().points())
              .thenComparing(entry -> entry.getKey().toString()))
          .limit(MAX_EXAMINED)
          .map(Map.Entry::getKey)
          .toList();
    }
  }

  /** How big a tenant is relative to the threshold that it is closest to reach, from 0. */
  private static double relative(long points, long total, Thresholds thresholds) {
    double share = (double) points / total;
    double byShare = thresholds.share().isPresent() ? share / thresholds.share().getAsDouble() : 0;
    double byPoints = thresholds.points().isPresent()
        ? points / (double) Math.max(1, thresholds.points().getAsLong())
        : 0;
    return Math.max(byShare, byPoints);
  }
}
