package io.tierkeeper.operator.collection;

import io.tierkeeper.qdrant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** The discovered tenants whose TenantTier could not be created, and when it is tried again; used by one evaluation at a time. */
final class DiscoveryFailures {

  private static final Duration FIRST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofHours(6);

  private record Failure(Instant until, Duration rest) {}

  private final Map<TenantId, Failure> failures = new HashMap<>();

  /** Whether it is too early to try again. */
  boolean rests(TenantId tenant, Instant now) {
    Failure failure = failures.get(tenant);
    return failure != null && now.isBefore(failure.until());
  }

  /** Notes a failure; whether it is the first one. */
  boolean failed(TenantId tenant, Instant now) {
    Failure before = failures.get(tenant);
    Duration rest = before == null ? FIRST : before.rest().multipliedBy(2);
    Duration next = rest.compareTo(LONGEST) < 0 ? rest : LONGEST;
    failures.put(tenant, new Failure(now.plus(next), next));
    return before == null;
  }

  void forget(TenantId tenant) {
    failures.remove(tenant);
  }
}
