package io.tierkeeper.moves.content;

import io.tierkeeper.qdrant.Point;

/**
 * A hash over a set of points that does not depend on their order: a count and the sum of the points' hashes; and in
 * addition a table that shows in what two such sets differ, where that is not much.
 */
public final class Fingerprint {

  private final CopyTable table;
  private long count;
  private long sum;
  private long mixed;

  public Fingerprint() {
    this(new CopyTable());
  }

  private Fingerprint(CopyTable table) {
    this.table = table;
  }

  /** An independent copy. */
  Fingerprint copy() {
    Fingerprint copy = new Fingerprint(table.copy());
    copy.count = count;
    copy.sum = sum;
    copy.mixed = mixed;
    return copy;
  }

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

  /** Takes out a point that was added with the same content. */
  public void remove(long id, long content) {
    long one = id * 31 + content;
    count--;
    sum -= one;
    mixed -= Long.rotateLeft(one, 29) * 0x9E3779B97F4A7C15L;
    table.remove(id, content);
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
