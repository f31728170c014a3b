package io.tierkeeper.load.write;

import io.tierkeeper.qdrant.CollectionDescription.UpdateQueue;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.TenantId;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Where points go: one collection. All calls block, may be repeated, are safe for use by several threads, and fail with a
 * {@link io.tierkeeper.qdrant.QdrantException}.
 */
public interface PointSink {

  /**
   * Writes points of one tenant, to its dedicated key while that is usable, else to the fallback.
   *
   * @param ownOnly leave a point alone that exists in that key and is not the tenant's
   */
  void write(TenantId tenant, List<Point> points, boolean ownOnly);

  /** Those of the ids that exist where the tenant's reads go, as points of the tenant. */
  Set<PointId> present(TenantId tenant, Collection<PointId> ids);

  /** Those of the ids that exist in any key as a point that is not the tenant's. */
  Set<PointId> foreign(TenantId tenant, Collection<PointId> ids);

  /** What the engine has not applied yet. */
  UpdateQueue queue();
}
