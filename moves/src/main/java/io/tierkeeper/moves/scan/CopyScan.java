package io.tierkeeper.moves.scan;

import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.content.Baseline;
import io.tierkeeper.moves.content.CopyMark;
import io.tierkeeper.moves.content.PointContent;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One scan of the copy loop: makes the fallback hold what the dedicated key holds, each point marked. Safe only while
 * every peer routes the tenant to the dedicated key, since then no client writes its points in the fallback.
 */
public final class CopyScan implements ResumableScan {

  /** Why the demotion is not possible; the reason is PascalCase. */
  public record Obstacle(String reason, String message) {}

  private static final int BATCH = 256;

  private final TenantReads reads;
  private final QdrantWrites writes;
  private final Move move;
  private final boolean sourceWins;
  private final IdStream dedicated;
  private final IdStream fallback;
  private final Baseline copied = new Baseline();
  private final List<Point> fresh = new ArrayList<>();
  private final List<Point> changed = new ArrayList<>();
  private final List<Point> gone = new ArrayList<>();
  private final List<PointId> leftovers = new ArrayList<>();
  private Optional<Obstacle> obstacle = Optional.empty();
  private long changes;
  private long bytes;

  /**
   * @param sourceWins unmarked points of the tenant in the fallback are old copies that the dedicated key overrules
   */
  public CopyScan(TenantReads reads, QdrantWrites writes, boolean sourceWins) {
    this.reads = reads;
    this.writes = writes;
    this.move = reads.move();
    this.sourceWins = sourceWins;
    this.dedicated = reads.in(move.dedicated(), null);
    this.fallback = reads.inFallback(null);
  }

  @Override
  public boolean run(ScanBudget budget) {
    while (budget.left() && obstacle.isEmpty()) {
      Point original = dedicated.peek();
      if (fallback.isBefore(original == null ? null : original.id())) {
        gone.add(fallback.next());
      } else if (original == null) {
        flush();
        return true;
      } else {
        dedicated.next();
        compare(original);
      }
      budget.spend();
      if (fresh.size() + changed.size() + gone.size() >= BATCH || bytes >= PointSize.TARGET_BYTES) {
        flush();
      }
    }
    if (obstacle.isEmpty()) {
      flush();
    }
    return obstacle.isPresent();
  }

  private void compare(Point original) {
    if (original.payload().containsKey(CopyMark.MOVE_FIELD)) {
      obstacle = Optional.of(new Obstacle(
          "MarkerFieldInUse",
          "Point " + original.id() + " of the dedicated key " + move.dedicated()
              + " has a payload field " + CopyMark.MOVE_FIELD
              + ", which is reserved for moves. Remove the field from the tenant's points."));
      return;
    }
    copied.add(original);
    Point copy = fallback.nextIf(original.id());
    if (copy == null) {
      fresh.add(original);
      bytes += PointSize.of(original);
      return;
    }
    if (unattributed(original, copy)) {
      leftover(original.id());
      return;
    }
    boolean current = CopyMark.marked(copy, move.uid())
        && PointContent.same(original, copy)
        && CopyMark.base(copy).map(base -> base.unchanged(original)).orElse(false);
    if (!current) {
      changed.add(original);
      bytes += PointSize.of(original);
    }
  }

  /** Whether it is not known who wrote the fallback's point, and when: it may be newer than the dedicated key's. */
  private boolean unattributed(Point original, Point copy) {
    if (sourceWins
        || copy.payload().containsKey(CopyMark.MOVE_FIELD)
        || PointContent.same(original, copy)) {
      return false;
    }
    Point now = reads.now(move.dedicated(), original.id());
    return now != null && !PointContent.same(now, copy);
  }

  private void leftover(PointId id) {
    if (leftovers.size() < VerificationScan.MAX_NAMED) {
      leftovers.add(id);
    }
  }

  private void flush() {
    refuseForeignIds();
    if (obstacle.isPresent()) {
      return;
    }
    List<Point> points = new ArrayList<>(fresh);
    points.addAll(changed);
    // Never over another tenant's point, whatever happens between the check and the write.
    Halving.each(
        points,
        part -> writes.upsert(Upsert.of(
                move.collection(),
                ShardSelector.key(move.fallback()),
                part.stream().map(point -> CopyMark.mark(point, move.uid())).toList())
            .onlyWhere(move.tenantFilter())));
    changes += points.size();
    deleteGone();
    bytes = 0;
    fresh.clear();
    changed.clear();
    gone.clear();
  }

  private void refuseForeignIds() {
    Set<PointId> held = new TreeSet<>(
        reads.now(move.fallback(), fresh.stream().map(Point::id).toList()).keySet());
    held.removeAll(reads.mine(move.fallback(), held).keySet());
    held.stream()
        .findFirst()
        .ifPresent(id -> obstacle = Optional.of(new Obstacle(
            "IdHeldByAnotherTenant",
            "Id " + id + " of tenant " + move.tenant()
                + " belongs to another tenant in the fallback " + move.fallback()
                + "; ids must be unique in the collection")));
  }

  private void deleteGone() {
    List<PointId> ids = gone.stream().map(Point::id).toList();
    Map<PointId, Point> back = reads.mine(move.dedicated(), ids);
    List<PointId> dead = new ArrayList<>();
    for (Point point : gone) {
      if (!back.containsKey(point.id())) {
        boolean copy = point.payload().containsKey(CopyMark.MOVE_FIELD);
        if (copy || sourceWins) {
          dead.add(point.id());
        } else {
          leftover(point.id());
        }
      }
    }
    if (!dead.isEmpty()) {
      writes.delete(move.collection(), ShardSelector.key(move.fallback()), Filter.ids(dead), true);
      changes += dead.size();
    }
  }

  /** Points written or deleted in this scan. */
  public long changes() {
    return changes;
  }

  /** What the dedicated key held, as far as this scan has read it. */
  public Baseline copied() {
    return copied;
  }

  /** What forbids the demotion; empty where nothing does. */
  public Optional<Obstacle> obstacle() {
    return obstacle;
  }

  /** Unmarked points of the tenant in the fallback that the dedicated key lacks or has otherwise. */
  public List<PointId> leftovers() {
    return leftovers;
  }
}
