package io.tierkeeper.migrate;

import io.tierkeeper.moves.content.PointContent;
import io.tierkeeper.qdrant.Point;

/**
 * What a set of points holds, in any order: their number and the sum of their hashes. Two sums differ where a point was
 * written, changed or deleted in between, but for a chance of 2^-64.
 */
record ContentSum(long points, long hashes) {

  static final ContentSum EMPTY = new ContentSum(0, 0);

  ContentSum plus(Point point) {
    long hash = 31 * PointContent.hash(point.id()) + PointContent.hash(point);
    // Mixed, so that changes of two points do not cancel each other.
    hash = (hash ^ (hash >>> 32)) * 0x9E3779B97F4A7C15L;
    return new ContentSum(points + 1, hashes + (hash ^ (hash >>> 29)));
  }

  @Override
  public String toString() {
    return points + ":" + Long.toHexString(hashes);
  }

  static ContentSum parse(String text) {
    int colon = text.indexOf(':');
    return new ContentSum(
        Long.parseLong(text.substring(0, colon)),
        Long.parseUnsignedLong(text.substring(colon + 1), 16));
  }
}
