package io.tierkeeper.moves.observe;

import io.tierkeeper.qdrant.PointId;
import java.util.List;

/**
 * Points of one kind.
 *
 * @param count exact, >= 0
 * @param ids of the first few
 */
public record PointSample(long count, List<PointId> ids) {

  /** So many ids are named. */
  static final int MAX_NAMED = 5;

  public static final PointSample NONE = new PointSample(0, List.of());

  public boolean any() {
    return count > 0;
  }

  @Override
  public String toString() {
    return count + (count == 1 ? " point" : " points") + " (first ids " + ids + ")";
  }
}
