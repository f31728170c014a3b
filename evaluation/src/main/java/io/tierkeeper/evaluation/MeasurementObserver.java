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
import java.nio.charset.StandardCharsets;
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
import org.jspecify.annotations.Nullable;

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

  /** TenantTiers that the facet does not reach and that are counted one by one, where a facet over them is refused. */
  static final int MAX_COUNTED = 1_000;

  /** TenantTiers that the facet does not reach and that are counted together, and how often. */
  private static final int TOGETHER = 1_000;

  private static final int MAX_FACETS = 10;

  /** Dedicated keys that are counted one by one in each measurement; of more, so many are counted in turn. */
  static final int MAX_KEYS_COUNTED = 20;

  /** The biggest tenants, whose points are examined. */
  private static final int MAX_EXAMINED = 10;

  /**
   * A tenant with more bytes is counted among the others: a TenantTier has at most 255, and its name must fit into a line of
   * the audit trail.
   */
  private static final int LONGEST_NAME = 1_024;

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
      keys();
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

    /**
     * All keys are counted where they are few; of many, some in turn, and one facet has the others' points. What is new in a
     * key and not its tenant's is found when the key has its turn.
     */
    private void keys() {
      Map<TenantId, Long> listed =
          request.keys().size() > MAX_KEYS_COUNTED ? inAllKeys() : Map.of();
      if (listed.isEmpty()) {
        request.keys().forEach(key -> key(key, count(key, 0)));
        return;
      }
      Set<ShardKey> due = request.keyCounts().due(request.keys(), MAX_KEYS_COUNTED);
      Map<ShardKey, KeyCounts.Known> now = new LinkedHashMap<>();
      for (ShardKey key : due) {
        KeyCounts.Known counted =
            count(key, listed.getOrDefault(spelling.listed(key.tenant()), 0L));
        request.keyCounts().counted(key, counted);
        now.put(key, counted);
      }
      boolean anyStray = request.keyCounts().anyStray();
      for (ShardKey key : request.keys()) {
        long points = listed.getOrDefault(spelling.listed(key.tenant()), 0L);
        key(
            key,
            now.getOrDefault(
                key,
                request
                    .keyCounts()
                    .known(key)
                    .filter(known -> anyStray)
                    .map(known -> new KeyCounts.Known(
                        Math.max(0, points - known.elsewhere()), known.stray(), points))
                    .orElseGet(() -> new KeyCounts.Known(points, 0, points))));
      }
    }

    /** The points of each tenant in all dedicated keys together; empty where Qdrant refuses that, or there are too many tenants. */
    private Map<TenantId, Long> inAllKeys() {
      List<FacetHit> hits;
      try {
        hits = port.exactFacet(
            request.collection(),
            new ShardSelector.Keys(List.copyOf(request.keys())),
            request.tenantField(),
            null,
            request.facetLimit());
      } catch (QdrantException.Rejected refused) {
        return Map.of();
      }
      Map<TenantId, Long> listed = new HashMap<>();
      if (hits.size() < request.facetLimit()) {
        for (FacetHit hit : hits) {
          if (hit.tenant() != null) {
            listed.merge(hit.tenant(), hit.count(), Long::sum);
          }
        }
      }
      return listed;
    }

    private KeyCounts.Known count(ShardKey key, long listed) {
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
      return new KeyCounts.Known(own, stray, listed);
    }

    /** Whose points an Active key holds: a key that has a tenant's name need not be the tenant's. */
    private void key(ShardKey key, KeyCounts.Known held) {
      TenantId tenant = key.tenant();
      if (held.stray() > held.own() || tooLong(tenant)) {
        foreignKeys.put(key, held.own() + held.stray());
        foreign.add(tenant);
        others += held.own() + held.stray();
        return;
      }
      if (held.stray() > 0) {
        strayPoints.put(key, held.stray());
        others += held.stray();
      }
      counts.put(tenant, new TenantCount(held.own(), true, true));
    }

    private void inFallback(TenantId tenant, long points) {
      TenantCount count = counts.get(tenant);
      if (count != null && count.dedicated()) {
        // Retained by a move.
        return;
      }
      boolean wanted =
          request.declared().contains(tenant) || request.discover() && !tooLong(tenant);
      if (foreign.contains(tenant) || !wanted) {
        others += points;
      } else {
        counts.put(tenant, new TenantCount(points, false, false));
      }
    }

    /** Counts declared tenants that the facet does not list, and returns how many points they have. */
    private long absent(boolean complete, long unlisted) {
      long points = 0;
      int counted = 0;
      Map<TenantId, Long> together = complete ? Map.of() : together();
      for (TenantId tenant : request.declared()) {
        if (counts.containsKey(tenant) || foreign.contains(tenant)) {
          continue;
        }
        boolean fits = spelling.fits(tenant);
        @Nullable Long facet = together.get(tenant);
        if (facet != null) {
          counts.put(tenant, new TenantCount(facet, false, true));
          points += facet;
          continue;
        }
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

    /** Declared tenants that the facet does not reach, counted by facets over them alone; without those that are left out by it. */
    private Map<TenantId, Long> together() {
      List<TenantId> missing = request.declared().stream()
          .filter(tenant -> !counts.containsKey(tenant) && !foreign.contains(tenant))
          // A uuid index lists one tenant in another spelling than that which is looked for.
          .filter(tenant -> spelling.fits(tenant) && !spelling.varies())
          .sorted(Comparator.comparing(TenantId::toString))
          .limit((long) TOGETHER * MAX_FACETS)
          .toList();
      int size = Math.min(TOGETHER, request.facetLimit());
      Map<TenantId, Long> found = new HashMap<>();
      for (int from = 0; from < missing.size() && from / size < MAX_FACETS; from += size) {
        List<TenantId> some = missing.subList(from, Math.min(missing.size(), from + size));
        List<FacetHit> hits;
        try {
          hits = port.exactFacet(
              request.collection(),
              inFallback,
              request.tenantField(),
              Filter.tenants(request.tenantField(), some),
              request.facetLimit());
        } catch (QdrantException.Rejected refused) {
          return found;
        }
        if (hits.size() == request.facetLimit() && hits.size() > some.size()) {
          // Points of several tenants: others may be among those listed.
          return found;
        }
        some.forEach(tenant -> found.put(tenant, 0L));
        for (FacetHit hit : hits) {
          if (hit.tenant() != null) {
            found.computeIfPresent(hit.tenant(), (tenant, zero) -> hit.count());
          }
        }
      }
      return found;
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

  private static boolean tooLong(TenantId tenant) {
    String name = tenant.toString();
    return name.length() > LONGEST_NAME / 4
        && name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME;
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
