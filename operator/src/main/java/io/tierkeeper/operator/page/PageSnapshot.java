package io.tierkeeper.operator.page;

import java.util.List;
import java.util.Locale;

/**
 * Everything that the page can show at one time, without histories; equal to another one if the page would show the same.
 *
 * @param tenants all, the biggest first
 */
record PageSnapshot(
    PageState.Replica replica,
    List<PageState.OfCollection> collections,
    List<PageState.OfTenant> tenants,
    List<PageState.OfMove> moves,
    List<PageState.TrailEntry> trail) {

  /** The rows of the table of tenants. */
  static final int MAX_ROWS = 200;

  static final int MAX_COLLECTIONS = 200;
  static final int MAX_MOVES = 50;

  /** A replica that does not lead knows nothing. */
  static PageSnapshot empty(PageState.Replica replica) {
    return new PageSnapshot(replica, List.of(), List.of(), List.of(), List.of());
  }

  /**
   * The state with the rows that match.
   *
   * @param filter part of a tenant, tier, or of {@code namespace/collection}, whatever the case; empty for all
   */
  PageState state(long version, String filter, MassHistory history) {
    String wanted = filter.strip().toLowerCase(Locale.ROOT);
    List<PageState.OfTenant> matching = wanted.isEmpty()
        ? tenants
        : tenants.stream().filter(tenant -> matches(tenant, wanted)).toList();
    return new PageState(
        version,
        replica,
        collections,
        new PageState.Tenants(
            matching.stream()
                .limit(MAX_ROWS)
                .map(row -> row.with(history.of(key(row))))
                .toList(),
            matching.size(),
            tenants.size(),
            Math.max(
                tenants.size(),
                collections.stream()
                    .mapToLong(each -> each.tenants() == null ? 0 : each.tenants())
                    .sum())),
        moves,
        trail);
  }

  private static boolean matches(PageState.OfTenant tenant, String wanted) {
    return contains(tenant.tenant(), wanted)
        || contains(tenant.tier() == null ? "" : tenant.tier(), wanted)
        || contains(tenant.namespace() + "/" + tenant.collection(), wanted);
  }

  private static boolean contains(String text, String wanted) {
    return text.toLowerCase(Locale.ROOT).contains(wanted);
  }

  /** What {@link MassHistory} knows a tenant by. */
  static String key(PageState.OfTenant tenant) {
    return tenant.namespace() + "/" + tenant.collection() + "/" + tenant.tenant();
  }
}
