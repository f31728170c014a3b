package io.tierkeeper.evaluation.history;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** All tenants' ways through the tiers. */
final class CollectionHistory {

  private final Map<String, TenantHistory> tenants = new TreeMap<>();
  private int peakDedicated;

  /** Begins the way of those that have not been seen before. */
  void meet(Iterable<String> seen, Predicate<String> dedicated) {
    seen.forEach(
        tenant -> tenants.computeIfAbsent(tenant, name -> new TenantHistory(dedicated.test(name))));
    peak();
  }

  /** Everybody stays where they are for a while. */
  void stay(ToDoubleFunction<String> relativeSize, Duration held) {
    if (!held.isZero()) {
      tenants.forEach((tenant, history) -> history.stays(relativeSize.applyAsDouble(tenant), held));
    }
  }

  /** One of them is in this tier from now on; nothing where it is there already. */
  void place(String tenant, boolean dedicated, Instant at, long points) {
    TenantHistory history = tenants.computeIfAbsent(tenant, name -> new TenantHistory(dedicated));
    if (history.dedicated() != dedicated) {
      history.moves(at, points);
      peak();
    }
  }

  private void peak() {
    peakDedicated = Math.max(peakDedicated, (int)
        tenants.values().stream().filter(TenantHistory::dedicated).count());
  }

  int peakDedicated() {
    return peakDedicated;
  }

  Map<String, HistoryFigures> figures() {
    Map<String, HistoryFigures> figures = new TreeMap<>();
    tenants.forEach((tenant, history) -> figures.put(tenant, history.figures()));
    return figures;
  }
}
