package io.tierkeeper.moves.scan;

import io.tierkeeper.moves.Move;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads of one tenant's points in one key, always by explicit key and, in the fallback, by tenant. */
public record TenantReads(Move move, QdrantReads port) {

  public static final int PAGE = 256;

  /** The tenant's points in the fallback, whole, as all its replicas have them. */
  public IdStream inFallback(@Nullable PointId from) {
    return new IdStream(
        port,
        new ScrollRequest(
            move.collection(),
            ShardSelector.key(move.fallback()),
            move.tenantFilter(),
            from,
            PAGE,
            true,
            true,
            true));
  }

  /** All points of one of the move's keys. */
  public IdStream in(ShardKey key, @Nullable PointId from) {
    return new IdStream(
        port,
        ScrollRequest.whole(move.collection(), ShardSelector.key(key), null, PAGE)
            .startingAt(from));
  }

  /** A fresh look at one point; null where it is not there. */
  @Nullable
  public Point now(ShardKey key, PointId id) {
    List<Point> points = port.retrieve(move.collection(), ShardSelector.key(key), List.of(id));
    return points.isEmpty() ? null : points.get(0);
  }

  /** A fresh look at these points; those that are not there are missing from the map. */
  public Map<PointId, Point> now(ShardKey key, List<PointId> ids) {
    Map<PointId, Point> found = new HashMap<>();
    if (!ids.isEmpty()) {
      port.retrieve(move.collection(), ShardSelector.key(key), ids)
          .forEach(point -> found.put(point.id(), point));
    }
    return found;
  }

  /** Whether the point belongs to this tenant. */
  public boolean mine(Point point) {
    Object tenant = point.payload().get(move.tenantField());
    Object wanted = switch (move.tenant()) {
      case ShardKey.Keyword keyword -> keyword.value();
      case ShardKey.Number number -> number.value();
    };
    return Objects.equals(tenant, wanted)
        || (tenant instanceof List<?> several && several.contains(wanted));
  }
}
