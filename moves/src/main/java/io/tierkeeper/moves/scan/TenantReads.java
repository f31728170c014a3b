package io.tierkeeper.moves.scan;

import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.content.CopyMark;
import io.tierkeeper.moves.content.PointContent;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads of one tenant's points in one key, always by explicit key and by tenant.
 *
 * @param fallbackReplicas ports that together read every replica of the fallback
 * @param dedicatedReplicas ports that together read every replica of the dedicated key
 * @param page number of points that are read, and written, at once; at least 1
 */
public record TenantReads(
    Move move,
    QdrantReads port,
    List<QdrantReads> fallbackReplicas,
    List<QdrantReads> dedicatedReplicas,
    int page) {

  /** The number of points of a page by default. */
  public static final int PAGE = 256;

  /** The tenant's points in the fallback: whatever any of its replicas has. */
  public IdStream inFallback(@Nullable PointId from) {
    return new IdStream(fallbackReplicas, request(move.fallback(), move.tenantFilter(), from));
  }

  /** The copies in the fallback that bear this move's mark. */
  public IdStream copiesInFallback() {
    return new IdStream(
        fallbackReplicas,
        request(move.fallback(), move.tenantFilter().and(CopyMark.filter(move.uid())), null));
  }

  /** The ids of the points in the fallback that belong to no other tenant, which alone may be deleted after a promotion. */
  public IdStream idsOfMineAlone() {
    return new IdStream(
        fallbackReplicas, request(move.fallback(), mineAlone(), null).idsOnly());
  }

  /** A fresh look at these points in the fallback, if they belong to this tenant and no other. */
  public Map<PointId, Point> mineAlone(Collection<PointId> ids) {
    Map<PointId, Point> found = new TreeMap<>();
    for (QdrantReads replica : fallbackReplicas) {
      Halving.each(
          List.copyOf(ids),
          part -> replica
              .scroll(ScrollRequest.whole(
                  move.collection(),
                  ShardSelector.key(move.fallback()),
                  Filter.ids(part).and(mineAlone()),
                  part.size()))
              .points()
              .forEach(point -> found.putIfAbsent(point.id(), point)));
    }
    return found;
  }

  /**
   * Those of these points of which the replicas of the fallback show different versions, at two looks: a write that is in flight
   * between them has arrived at the second one. A replica that lacks a point does not count.
   */
  public Set<PointId> differing(Collection<PointId> ids) {
    Set<PointId> first = fallbackReplicas.size() < 2 ? Set.of() : differingNow(ids);
    return first.isEmpty() ? first : differingNow(first);
  }

  /** Whether each replica of the fallback has this point. */
  boolean inEveryReplica(PointId id) {
    return fallbackReplicas.stream()
        .noneMatch(replica -> replica
            .retrieve(move.collection(), ShardSelector.key(move.fallback()), List.of(id))
            .isEmpty());
  }

  private Set<PointId> differingNow(Collection<PointId> ids) {
    Set<PointId> differing = new TreeSet<>();
    Map<PointId, Point> first = new HashMap<>();
    for (QdrantReads replica : fallbackReplicas) {
      byId(
              ids,
              part -> replica.retrieve(move.collection(), ShardSelector.key(move.fallback()), part))
          .forEach((id, point) -> {
            Point other = first.putIfAbsent(id, point);
            if (other != null && !PointContent.same(point, other)) {
              differing.add(id);
            }
          });
    }
    return differing;
  }

  /**
   * Those of these points that some replica of the dedicated key lacks or shows in another version, and shows so at two looks in a
   * row: a write that is in flight has arrived somewhere else at the second one.
   */
  public Set<PointId> differingInDedicated(Collection<PointId> ids) {
    if (dedicatedReplicas.size() < 2 || ids.isEmpty()) {
      return Set.of();
    }
    Map<PointId, List<Optional<Point>>> before = versionsInDedicated(ids);
    Map<PointId, List<Optional<Point>>> now = versionsInDedicated(before.keySet());
    Set<PointId> differing = new TreeSet<>();
    now.forEach((id, versions) -> {
      List<Optional<Point>> earlier = before.getOrDefault(id, List.of());
      if (IntStream.range(0, versions.size())
          .allMatch(replica -> same(versions.get(replica), earlier.get(replica)))) {
        differing.add(id);
      }
    });
    return differing;
  }

  /** What each replica of the dedicated key holds of these points, empty where it lacks one; without those that are the same in all. */
  private Map<PointId, List<Optional<Point>>> versionsInDedicated(Collection<PointId> ids) {
    Map<PointId, List<Optional<Point>>> versions = new HashMap<>();
    for (QdrantReads replica : dedicatedReplicas) {
      Map<PointId, Point> its = byId(
          ids,
          part -> replica.retrieve(move.collection(), ShardSelector.key(move.dedicated()), part));
      ids.forEach(id -> versions
          .computeIfAbsent(id, one -> new ArrayList<>())
          .add(Optional.ofNullable(its.get(id))));
    }
    versions.values().removeIf(all -> all.stream().allMatch(each -> same(each, all.getFirst())));
    return versions;
  }

  private static boolean same(Optional<Point> one, Optional<Point> other) {
    return one.isPresent() && other.isPresent()
        ? PointContent.same(one.get(), other.get())
        : one.isEmpty() && other.isEmpty();
  }

  /** The points in the dedicated key, whosever they are: whatever any of its replicas has. */
  public IdStream inDedicated() {
    return new IdStream(
        dedicatedReplicas, request(move.dedicated(), new Filter(List.of(), List.of()), null));
  }

  private Filter mineAlone() {
    return new Filter(
        move.tenantFilter().must(),
        move.sharedPoints().must().stream()
            .filter(Filter.MatchesOther.class::isInstance)
            .toList());
  }

  /** The tenant's points in one of the move's keys; in the dedicated one whatever any of its replicas has. */
  public IdStream in(ShardKey key, @Nullable PointId from) {
    return new IdStream(
        key.equals(move.dedicated()) ? dedicatedReplicas : List.of(port),
        request(key, move.tenantFilter(), from));
  }

  private ScrollRequest request(ShardKey key, Filter filter, @Nullable PointId from) {
    return ScrollRequest.whole(move.collection(), ShardSelector.key(key), filter, page)
        .startingAt(from);
  }

  /** A fresh look at one point; null where it is not there. */
  @Nullable
  public Point now(ShardKey key, PointId id) {
    return now(key, List.of(id)).get(id);
  }

  /** A fresh look at these points; those that are not there are missing from the map. */
  public Map<PointId, Point> now(ShardKey key, Collection<PointId> ids) {
    return byId(ids, part -> port.retrieve(move.collection(), ShardSelector.key(key), part));
  }

  /** A fresh look at one point of the tenant; null where it is not there or belongs to another tenant. */
  @Nullable
  public Point mine(ShardKey key, PointId id) {
    return mine(key, List.of(id)).get(id);
  }

  /**
   * Those of these points that are there and belong to the tenant. Qdrant decides whose a point is: the tenant field may be a
   * path into nested objects and lists.
   */
  public Map<PointId, Point> mine(ShardKey key, Collection<PointId> ids) {
    return byId(
        ids,
        part -> port.scroll(ScrollRequest.whole(
                move.collection(),
                ShardSelector.key(key),
                Filter.ids(part).and(move.tenantFilter()),
                part.size()))
            .points());
  }

  private static Map<PointId, Point> byId(
      Collection<PointId> ids, Function<List<PointId>, List<Point>> read) {
    Map<PointId, Point> found = new HashMap<>();
    Halving.each(
        List.copyOf(ids), part -> read.apply(part).forEach(point -> found.put(point.id(), point)));
    return found;
  }
}
