package io.tierkeeper.cli.report;

import java.time.Instant;
import java.util.Set;

/**
 * What of a trail a report is about.
 *
 * @param since from this moment on
 * @param until before this moment
 * @param tenants none for all
 */
public record AuditScope(Instant since, Instant until, Set<String> tenants) {

  /** All of it. */
  public static final AuditScope ALL = new AuditScope(Instant.MIN, Instant.MAX, Set.of());

  boolean has(Instant time) {
    return !time.isBefore(since) && time.isBefore(until);
  }

  boolean has(String tenant) {
    return tenants.isEmpty() || tenants.contains(tenant);
  }

  /** In words; empty where it is everything. */
  String sentence() {
    return (since.equals(Instant.MIN) ? "" : " from " + Written.time(since))
        + (until.equals(Instant.MAX) ? "" : " until " + Written.time(until))
        + (tenants.isEmpty()
            ? ""
            : " of "
                + String.join(", ", tenants.stream().sorted().map(Written::text).toList()));
  }
}
