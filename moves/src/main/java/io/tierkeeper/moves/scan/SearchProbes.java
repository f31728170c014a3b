package io.tierkeeper.moves.scan;

import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.content.PointContent;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.ScoredPoint;
import io.tierkeeper.qdrant.ShardSelector;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Searches both keys with the tenant's own vectors: whatever the source finds, the dedicated key must find. */
public final class SearchProbes {

  private static final int TOP = 10;
  // Newer points in the target may stand before those that the source knows.
  private static final int ROOM = 40;

  private SearchProbes() {}

  /**
   * The mean share of the source's hits that the target finds too, over hits that clients have not changed since.
   *
   * @return 1 where there is nothing to probe with
   */
  public static double overlap(TenantReads reads, List<Point> samples, int probes) {
    List<Point> usable = samples.stream().filter(SearchProbes::hasDense).toList();
    if (probes == 0 || usable.isEmpty()) {
      return 1;
    }
    int step = Math.max(1, usable.size() / probes);
    double sum = 0;
    int made = 0;
    for (int i = 0; i < usable.size() && made < probes; i += step) {
      sum += probe(reads, usable.get(i));
      made++;
    }
    return sum / made;
  }

  private static double probe(TenantReads reads, Point sample) {
    Move move = reads.move();
    Map.Entry<String, PointVector.Dense> vector = dense(sample);
    List<ScoredPoint> wanted = reads
        .port()
        .search(
            move.collection(),
            ShardSelector.key(move.fallback()),
            vector.getKey(),
            vector.getValue().values(),
            move.tenantFilter(),
            TOP,
            true);
    List<ScoredPoint> hits = reads
        .port()
        .search(
            move.collection(),
            ShardSelector.key(move.dedicated()),
            vector.getKey(),
            vector.getValue().values(),
            move.tenantFilter(),
            TOP + ROOM,
            true);
    Set<PointId> found = hits.stream().map(ScoredPoint::id).collect(Collectors.toSet());
    List<PointId> absent = wanted.stream()
        .filter(hit -> !found.contains(hit.id()) && !pushedOut(hit, hits))
        .map(ScoredPoint::id)
        .toList();
    Map<PointId, Point> source = reads.now(move.fallback(), absent);
    Map<PointId, Point> target = reads.now(move.dedicated(), absent);
    long unexplained = absent.stream()
        .filter(id -> source.containsKey(id) && target.containsKey(id))
        .filter(id -> PointContent.same(
            java.util.Objects.requireNonNull(source.get(id)),
            java.util.Objects.requireNonNull(target.get(id))))
        .count();
    return wanted.isEmpty() ? 1 : 1 - (double) unexplained / wanted.size();
  }

  /** Whether points that have come since are all nearer than it. */
  private static boolean pushedOut(ScoredPoint hit, List<ScoredPoint> hits) {
    if (hits.size() < TOP + ROOM) {
      return false;
    }
    double best = hits.getFirst().score();
    double worst = hits.getLast().score();
    // Of a distance less is nearer, of a similarity more.
    return best >= worst ? hit.score() <= worst : hit.score() >= worst;
  }

  /** What a search needs of a point: one dense vector; empty where it has none. */
  static Optional<Point> sample(Point point) {
    return hasDense(point)
        ? Optional.of(new Point(point.id(), Map.of(), Map.ofEntries(dense(point))))
        : Optional.empty();
  }

  private static boolean hasDense(Point point) {
    return point.vectors().values().stream().anyMatch(PointVector.Dense.class::isInstance);
  }

  private static Map.Entry<String, PointVector.Dense> dense(Point point) {
    return point.vectors().entrySet().stream()
        .filter(entry -> entry.getValue() instanceof PointVector.Dense)
        .map(entry -> Map.entry(entry.getKey(), (PointVector.Dense) entry.getValue()))
        .min(Map.Entry.comparingByKey())
        .orElseThrow();
  }
}
