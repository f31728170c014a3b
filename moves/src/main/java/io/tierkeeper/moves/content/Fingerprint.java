package io.tierkeeper.moves.content;

import io.tierkeeper.qdrant.Point;

/**
 * A hash over a set of points that does not depend on their order: a count and the sum of the points' hashes; and in
 * addition a table that shows in what two such sets differ, where that is not much.
 */
public final class Fingerprint {

  private final CopyTable table = new CopyTable();
  private long count;
  private long sum;
  private long mixed;

  public void add(Point point) {
    add(PointContent.hash(point.id()), PointContent.hash(point));
  }

  public void add(long id, long content) {
    long one = id * 31 + content;
    count++;
    sum += one;
    mixed += Long.rotateLeft(one, 29) * 0x9E3779B97F4A7C15L;
    table.add(id, content);
  }

  public long count() {
    return count;
  }

  public CopyTable table() {
    return table;
  }

  /** As it is stored in a journal. */
  public String text() {
    return "%d:%016x%016x".formatted(count, sum, mixed);
  }
}
