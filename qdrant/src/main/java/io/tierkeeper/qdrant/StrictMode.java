package io.tierkeeper.qdrant;

import java.util.OptionalLong;

/**
 * The options of a collection's strict mode that refuse calls of Tierkeeper; each is Qdrant's own option of the same name in
 * {@code strict_mode_config}. An empty limit is no limit.
 *
 * @param unindexedFilteringRetrieve whether reads may filter by fields without an index
 * @param unindexedFilteringUpdate whether updates may filter by fields without an index
 * @param searchAllowExact whether counts and searches may be exact
 * @param maxQueryLimit the largest {@code limit} of a scroll, search or facet
 * @param maxTimeout the longest time-out of a read or an update, in seconds
 * @param filterMaxConditions conditions of one filter
 * @param conditionMaxSize elements of one condition, as the ids of {@code has_id}
 * @param upsertMaxBatchsize points of one upsert
 * @param readRateLimit reads in a minute, for each replica
 * @param writeRateLimit writes in a minute, for each replica
 */
public record StrictMode(
    boolean unindexedFilteringRetrieve,
    boolean unindexedFilteringUpdate,
    boolean searchAllowExact,
    OptionalLong maxQueryLimit,
    OptionalLong maxTimeout,
    OptionalLong filterMaxConditions,
    OptionalLong conditionMaxSize,
    OptionalLong upsertMaxBatchsize,
    OptionalLong readRateLimit,
    OptionalLong writeRateLimit) {

  /** Nothing is refused. */
  public static final StrictMode OFF = new StrictMode(
      true,
      true,
      true,
      OptionalLong.empty(),
      OptionalLong.empty(),
      OptionalLong.empty(),
      OptionalLong.empty(),
      OptionalLong.empty(),
      OptionalLong.empty(),
      OptionalLong.empty());
}
