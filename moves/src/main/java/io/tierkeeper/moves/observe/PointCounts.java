package io.tierkeeper.moves.observe;

import io.tierkeeper.qdrant.QdrantException;

/**
 * Exact counts of a move's points. Qdrant reads every point of the tenant for one of them, so a count is made only where a
 * decision depends on it, and once in an observation.
 */
public interface PointCounts {

  /**
   * The tenant's points in the fallback.
   *
   * @throws QdrantException where the count fails, as each of these methods
   */
  long inFallback();

  /** How many of them this move has marked as its copies. */
  long marked();

  /**
   * Points of the tenant in the fallback that belong to other tenants as well; none between the pre-copy scan of a promotion and
   * its verification.
   */
  PointSample shared();

  /** Points of the dedicated key, or of its frozen content, that are not the tenant's alone; none where neither can be read. */
  PointSample foreign();

  /** Whether the tenant field has an index. */
  boolean tenantIndexed();
}
