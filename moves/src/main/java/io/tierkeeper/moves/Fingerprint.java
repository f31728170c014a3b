package io.tierkeeper.moves;

import io.tierkeeper.qdrant.PointId;

/** A hash over a set of points that does not depend on their order: a count and the sum of the points' hashes. */
final class Fingerprint {

  private long count;
  private long sum;
  private long mixed;

  void add(PointId id, long contentHash) {
    long one = PointContent.hash(id) * 31 + contentHash;
    count++;
    sum += one;
    mixed += Long.rotateLeft(one, 29) * 0x9E3779B97F4A7C15L;
  }

  long count() {
    return count;
  }

  /** As it is stored in a journal. */
  String text() {
    return "%d:%016x%016x".formatted(count, sum, mixed);
  }
}
