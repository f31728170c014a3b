package io.tierkeeper.moves.scan;

import io.tierkeeper.moves.content.PointContent;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.ScrollPage;
import io.tierkeeper.qdrant.ScrollRequest;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The points of one key in id order, read page by page from each of its replicas; holds one page of each. */
public final class IdStream {

  private final List<Pages> replicas;
  private boolean differs;
  private boolean lacking;

  /**
   * @param ports that together read every replica; a point that only one of them shows is there as well, and of one that
   *     they show differently, since a write is in flight, the first port's version is taken
   */
  public IdStream(List<QdrantReads> ports, ScrollRequest request) {
    this.replicas = ports.stream().map(port -> new Pages(port, request)).toList();
  }

  /** The next point without taking it; null at the end. */
  @Nullable
  public Point peek() {
    Point first = null;
    for (Pages replica : replicas) {
      Point point = replica.peek();
      if (point != null && (first == null || point.id().compareTo(first.id()) < 0)) {
        first = point;
      }
    }
    return first;
  }

  public Point next() {
    Point point = peek();
    if (point == null) {
      throw new NoSuchElementException("the stream has ended");
    }
    differs = replicas.stream().map(Pages::peek).anyMatch(shown -> differ(shown, point));
    lacking = replicas.stream()
        .map(Pages::peek)
        .anyMatch(shown -> shown == null || !shown.id().equals(point.id()));
    replicas.forEach(replica -> replica.skip(point.id()));
    return point;
  }

  /** Whether some replica lacks the point that was taken last. */
  public boolean lacking() {
    return lacking;
  }

  /** Whether the replicas show the point that was taken last in different versions; one that lacks it does not count. */
  public boolean differs() {
    return differs;
  }

  private static boolean differ(@Nullable Point one, Point other) {
    return one != null
        && one != other
        && one.id().equals(other.id())
        && !PointContent.same(one, other);
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

  /** The pages of one replica. */
  private static final class Pages {
    private final QdrantReads port;
    private ScrollRequest request;
    private Iterator<Point> page = List.<Point>of().iterator();
    private @Nullable Point head;
    private boolean more = true;

    Pages(QdrantReads port, ScrollRequest request) {
      this.port = port;
      this.request = request;
    }

    @Nullable
    Point peek() {
      while (head == null && (page.hasNext() || more)) {
        if (page.hasNext()) {
          head = page.next();
        } else {
          ScrollPage answer = scroll();
          page = answer.points().iterator();
          PointId next = answer.next();
          more = next != null;
          request = request.startingAt(next);
        }
      }
      return head;
    }

    /** The next page, of fewer points where the server refuses so many or where they are large. */
    private ScrollPage scroll() {
      while (true) {
        try {
          ScrollPage answer = port.scroll(request);
          long bytes = PointSize.of(answer.points());
          if (bytes > PointSize.TARGET_BYTES) {
            long fitting = answer.points().size() * PointSize.TARGET_BYTES / bytes;
            request = request.limitedTo((int) Math.max(1, Math.min(request.limit(), fitting)));
          }
          return answer;
        } catch (QdrantException.Rejected e) {
          if (request.limit() == 1) {
            throw e;
          }
          request = request.limitedTo(request.limit() / 2);
        }
      }
    }

    void skip(PointId id) {
      Point point = head;
      if (point != null && point.id().equals(id)) {
        head = null;
      }
    }
  }
}
