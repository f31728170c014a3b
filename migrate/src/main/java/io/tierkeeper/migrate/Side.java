package io.tierkeeper.migrate;

import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The source or the target of a migration. Its points are shown as the target has them: with the id of the target, with the tenant
 * in the payload, and without the mark of the migration. So both sides can be compared, and copied in either direction.
 */
interface Side {

  /** Points in one call, at most. */
  int PAGE = 256;

  /**
   * A point of this side.
   *
   * @param ours whether the migration wrote it and may therefore overwrite or delete it
   */
  record Shown(Point point, boolean ours) {}

  /** How the side is called in messages. */
  String name();

  /** Qdrant's estimate of the number of points, for progress. */
  long estimate();

  /**
   * All points, page by page.
   *
   * @param vectors whether they are read too
   */
  void scan(boolean vectors, Consumer<List<Shown>> page);

  /** Those points of this side that have the ids of these points of the other. */
  Map<PointId, Shown> read(List<Point> points);

  /** Of these points of the other side, the ids of those that are there; payloads and vectors are not compared. */
  Set<PointId> present(List<Point> points);

  /** Writes whole points and waits. */
  void write(List<Point> points);

  /** Deletes points that {@link #scan} has shown as ours, and waits. */
  void delete(List<Point> points);

  /** Whether all acknowledged writes are applied, so that a scan shows them. */
  boolean isApplied();
}
