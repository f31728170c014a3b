package io.tierkeeper.moves.scan;

import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.ScrollPage;
import io.tierkeeper.qdrant.ScrollRequest;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The points of one key in id order, read page by page; holds one page. */
public final class IdStream {

  private final QdrantReads port;
  private ScrollRequest request;
  private Iterator<Point> page = List.<Point>of().iterator();
  private @Nullable Point head;
  private boolean more = true;

  public IdStream(QdrantReads port, ScrollRequest request) {
    this.port = port;
    this.request = request;
  }

  /** The next point without taking it; null at the end. */
  @Nullable
  public Point peek() {
    while (head == null && (page.hasNext() || more)) {
      if (page.hasNext()) {
        head = page.next();
      } else {
        ScrollPage answer = port.scroll(request);
        page = answer.points().iterator();
        PointId next = answer.next();
        more = next != null;
        request = request.startingAt(next);
      }
    }
    return head;
  }

  public Point next() {
    Point point = peek();
    if (point == null) {
      throw new NoSuchElementException("the stream has ended");
    }
    head = null;
    return point;
  }

  /** Takes the next point if it has this id, else null. */
  @Nullable
  public Point nextIf(PointId id) {
    Point point = peek();
    return point != null && point.id().equals(id) ? next() : null;
  }

  /** Whether the next point comes before this id; false at the end. */
  public boolean isBefore(@Nullable PointId id) {
    Point point = peek();
    return point != null && (id == null || point.id().compareTo(id) < 0);
  }
}
