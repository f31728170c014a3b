package io.tierkeeper.evaluation.history;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** All tenants' ways through the tiers. */
final class CollectionCourse {

  private final Map<String, TenantCourse> tenants = new TreeMap<>();
  private int peakDedicated;

  /** Begins the way of those that have not been seen before. */
  void meet(Iterable<String> seen, Predicate<String> dedicated) {
    seen.forEach(
        tenant -> tenants.computeIfAbsent(tenant, name -> new TenantCourse(dedicated.test(name))));
    peak();
  }

  /** Everybody stays where they are for a while. */
  void stay(ToDoubleFunction<String> relativeSize, Duration held) {
    if (!held.isZero()) {
      tenants.forEach((tenant, course) -> course.stays(relativeSize.applyAsDouble(tenant), held));
    }
  }

  /** One of them is in this tier from now on; nothing where it is there already. */
  void place(String tenant, boolean dedicated, Instant at, long points) {
    TenantCourse course = tenants.computeIfAbsent(tenant, name -> new TenantCourse(dedicated));
    if (course.dedicated() != dedicated) {
      course.moves(at, points);
      peak();
    }
  }

  private void peak() {
    peakDedicated = Math.max(peakDedicated, (int)
        tenants.values().stream().filter(TenantCourse::dedicated).count());
  }

  int peakDedicated() {
    return peakDedicated;
  }

  Map<String, CourseFigures> figures() {
    Map<String, CourseFigures> figures = new TreeMap<>();
    tenants.forEach((tenant, course) -> figures.put(tenant, course.figures()));
    return figures;
  }
}
