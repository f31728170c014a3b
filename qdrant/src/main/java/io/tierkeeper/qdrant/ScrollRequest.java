package io.tierkeeper.qdrant;

import org.jspecify.annotations.Nullable;

/**
 * Reads points in id order.
 *
 * @param from the id to begin at, inclusive; null for the beginning
 * @param limit points in a page, at least 1
 */
public record ScrollRequest(
    String collection,
    ShardSelector selector,
    @Nullable Filter filter,
    @Nullable PointId from,
    int limit,
    boolean withPayload,
    boolean withVectors) {

  /** Payload and vectors, from the beginning. */
  public static ScrollRequest whole(
      String collection, ShardSelector selector, @Nullable Filter filter, int limit) {
    return new ScrollRequest(collection, selector, filter, null, limit, true, true);
  }

  public ScrollRequest startingAt(@Nullable PointId id) {
    return new ScrollRequest(collection, selector, filter, id, limit, withPayload, withVectors);
  }

  /** With pages of at most so many points, at least 1. */
  public ScrollRequest limitedTo(int points) {
    return new ScrollRequest(collection, selector, filter, from, points, withPayload, withVectors);
  }

  public ScrollRequest idsOnly() {
    return new ScrollRequest(collection, selector, filter, from, limit, false, false);
  }
}
