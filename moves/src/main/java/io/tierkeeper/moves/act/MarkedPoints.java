package io.tierkeeper.moves.act;

import io.tierkeeper.moves.scan.IdStream;
import io.tierkeeper.moves.scan.ScanBudget;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A scan of the fallback's points that bear this move's mark, in batches. It continues at its place: a scan from the
 * beginning would read all those again that bear the mark no more.
 */
final class MarkedPoints {

  private final IdStream points;
  private final int batch;
  private long handled;

  MarkedPoints(IdStream points, int batch) {
    this.points = points;
    this.batch = batch;
  }

  /**
   * Continues the scan.
   *
   * @param takes whether a point belongs into a batch
   * @param handler gets the ids of each batch, of one point at least
   * @return whether the scan has ended
   */
  boolean run(ScanBudget budget, Predicate<Point> takes, Consumer<List<PointId>> handler) {
    while (budget.left() && points.peek() != null) {
      List<PointId> ids = new ArrayList<>();
      while (ids.size() < batch && points.peek() != null) {
        Point point = points.next();
        budget.spend();
        if (takes.test(point)) {
          ids.add(point.id());
        }
      }
      if (!ids.isEmpty()) {
        handler.accept(ids);
        handled += ids.size();
      }
    }
    return points.peek() == null;
  }

  /** How many points the handler has got. */
  long handled() {
    return handled;
  }
}
