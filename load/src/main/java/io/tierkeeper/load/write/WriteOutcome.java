package io.tierkeeper.load.write;

import io.tierkeeper.load.mapping.LoadPoint;
import io.tierkeeper.load.source.RowException;
import io.tierkeeper.qdrant.TenantId;
import java.util.List;

/** What became of points; called by several threads. */
public interface WriteOutcome {

  /**
   * The server has acknowledged points.
   *
   * @param nanos how long the answer took
   */
  void written(TenantId tenant, List<LoadPoint> points, long nanos);

  /** A point cannot be written. */
  void refused(LoadPoint point, RowException reason);

  /** A call failed and is repeated. */
  void retried();
}
