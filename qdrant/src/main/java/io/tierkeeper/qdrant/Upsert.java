package io.tierkeeper.qdrant;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes points. The answer does not say whether a conditional write wrote anything: read back where it matters.
 *
 * @param onlyWhere an existing point is written only where it matches (update_filter); a point that does not exist is
 *     created all the same unless the mode forbids it
 * @param waitForApply answer only when the write is applied
 */
public record Upsert(
    String collection,
    ShardSelector selector,
    List<Point> points,
    UpsertMode mode,
    @Nullable Filter onlyWhere,
    boolean waitForApply) {

  public static Upsert of(String collection, ShardSelector selector, List<Point> points) {
    return new Upsert(collection, selector, points, UpsertMode.UPSERT, null, true);
  }

  public Upsert mode(UpsertMode other) {
    return new Upsert(collection, selector, points, other, onlyWhere, waitForApply);
  }

  public Upsert onlyWhere(Filter filter) {
    return new Upsert(collection, selector, points, mode, filter, waitForApply);
  }

  public Upsert withoutWaiting() {
    return new Upsert(collection, selector, points, mode, onlyWhere, false);
  }
}
