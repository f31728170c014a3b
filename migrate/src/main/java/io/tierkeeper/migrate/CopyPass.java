package io.tierkeeper.migrate;

import io.tierkeeper.moves.content.PointContent;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Makes one side equal to the other, which is live: writes what is missing or different, and deletes what the migration wrote and
 * the live side has no longer. May end anywhere and be repeated. A pass that changes nothing has verified every point of both sides.
 */
final class CopyPass {
  private final Side live;
  private final Side other;
  private final LongConsumer progress;
  private ContentSum sum = ContentSum.EMPTY;
  private long written;
  private long deleted;
  private long foreign;

  /**
   * What a pass did.
   *
   * @param sum the content of the live side as the pass saw it
   * @param written points that were missing or different
   * @param deleted points that the live side has no longer
   * @param foreign points of the other side that the migration did not write and left alone
   */
  record Report(ContentSum sum, long written, long deleted, long foreign) {
    boolean changedNothing() {
      return written == 0 && deleted == 0;
    }
  }

  /** @param progress receives the number of points that were compared since the last call */
  CopyPass(Side live, Side other, LongConsumer progress) {
    this.live = live;
    this.other = other;
    this.progress = progress;
  }

  /**
   * @throws MigrationException where a point would be overwritten that the migration did not write
   */
  Report run() {
    live.scan(true, this::copy);
    other.scan(false, this::deleteGone);
    return new Report(sum, written, deleted, foreign);
  }

  /** The content of a side. */
  static ContentSum sum(Side side, LongConsumer progress) {
    ContentSum[] sum = {ContentSum.EMPTY};
    side.scan(true, page -> {
      page.forEach(shown -> sum[0] = sum[0].plus(shown.point()));
      progress.accept(page.size());
    });
    return sum[0];
  }

  private void copy(List<Side.Shown> page) {
    List<Point> points = page.stream().map(Side.Shown::point).toList();
    Map<PointId, Side.Shown> there = other.read(points);
    List<Point> different = new ArrayList<>();
    for (Point point : points) {
      sum = sum.plus(point);
      Side.Shown shown = there.get(point.id());
      if (shown != null && PointContent.same(point, shown.point())) {
        continue;
      }
      if (shown != null && !shown.ours()) {
        throw new MigrationException("point " + point.id() + " is in " + live.name()
            + " and, with other content, in " + other.name()
            + ", where another client wrote it; migrate into an empty collection");
      }
      different.add(point);
    }
    if (!different.isEmpty()) {
      other.write(different);
      written += different.size();
    }
    progress.accept(points.size());
  }

  private void deleteGone(List<Side.Shown> page) {
    List<Point> points = page.stream().map(Side.Shown::point).toList();
    Set<PointId> present = live.present(points);
    List<Point> gone = new ArrayList<>();
    for (Side.Shown shown : page) {
      if (!present.contains(shown.point().id())) {
        if (shown.ours()) {
          gone.add(shown.point());
        } else {
          foreign++;
        }
      }
    }
    if (!gone.isEmpty()) {
      other.delete(gone);
      deleted += gone.size();
    }
    progress.accept(points.size());
  }
}
