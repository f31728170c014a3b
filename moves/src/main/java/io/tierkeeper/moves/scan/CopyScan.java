package io.tierkeeper.moves.scan;

import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.content.Baseline;
import io.tierkeeper.moves.content.CopyMark;
import io.tierkeeper.moves.content.PointContent;
import io.tierkeeper.moves.content.UnsteadyVectors;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.UpsertMode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One scan of the copy loop: makes the fallback hold what the dedicated key holds, each point marked. While every peer
 * routes the tenant to the dedicated key, no client writes its points in the fallback; what a client has written there
 * all the same was accepted in an outage of the dedicated key. The scan neither overwrites nor deletes that, and ends.
 */
public final class CopyScan implements ResumableScan {

  /** The point that makes the demotion impossible, and why. */
  public record Obstacle(StallReason reason, PointId point, String message) {}

  /**
   * What is known of the fallback from before.
   *
   * @param sourceWins unmarked points of the tenant are old copies that the dedicated key overrules
   * @param copiedOnce a whole copy scan has left no point of the tenant without a mark
   * @param copied what that scan saw, if it was this process's and none of its copies was deleted since; else null
   * @param source whether a point is one of these old copies as it was verified; empty where that is not known
   */
  public record Known(
      boolean sourceWins,
      boolean copiedOnce,
      @Nullable Baseline copied,
      Function<Point, Optional<Boolean>> source) {}

  /** Who wrote a point of the fallback. */
  private enum Origin {
    /** This move; no client has changed it. */
    COPY,
    /** An earlier copy that the dedicated key overrules. */
    OLD_COPY,
    /** A client, while the dedicated key was out of service. */
    CLIENT,
    UNKNOWN
  }

  private final TenantReads reads;
  private final QdrantWrites writes;
  private final Move move;
  private final Known known;
  private final IdStream dedicated;
  private final IdStream fallback;
  private final Baseline copied = new Baseline();
  private final List<Point> fresh = new ArrayList<>();
  private final List<Point> changed = new ArrayList<>();
  private final List<Point> gone = new ArrayList<>();
  /** Copied before and unchanged since: a client has deleted these copies, if it has written to the fallback at all. */
  private final Deque<PointId> missing = new ArrayDeque<>();

  private final List<PointId> leftovers = new ArrayList<>();
  private final Map<PointId, String> changedForeign = new TreeMap<>();
  private Optional<Obstacle> obstacle = Optional.empty();
  private boolean clientWrote;
  private boolean deleted;
  private long changes;
  private long bytes;

  public CopyScan(TenantReads reads, QdrantWrites writes, Known known) {
    this.reads = reads;
    this.writes = writes;
    this.move = reads.move();
    this.known = known;
    this.dedicated = reads.in(move.dedicated(), null);
    this.fallback = reads.inFallback(null);
  }

  @Override
  public boolean run(ScanBudget budget) {
    while (budget.left() && !halted()) {
      Point original = dedicated.peek();
      if (fallback.isBefore(original == null ? null : original.id())) {
        gone.add(fallback.next());
      } else if (original == null) {
        flush();
        return halted() || copyMissing(budget);
      } else {
        dedicated.next();
        compare(original);
      }
      budget.spend();
      if (fresh.size() + changed.size() + gone.size() >= reads.page()
          || bytes >= PointSize.TARGET_BYTES) {
        flush();
      }
    }
    if (!halted()) {
      flush();
    }
    return halted();
  }

  /** Nothing else shows an outage, and another tenant may have taken an id and given it up: the points are copied again. */
  private boolean copyMissing(ScanBudget budget) {
    while (!missing.isEmpty() && !halted()) {
      if (!budget.left()) {
        return false;
      }
      List<PointId> ids = new ArrayList<>();
      while (ids.size() < reads.page() && !missing.isEmpty()) {
        ids.add(missing.remove());
        budget.spend();
      }
      fresh.addAll(reads.mine(move.dedicated(), ids).values());
      flush();
    }
    return true;
  }

  private boolean halted() {
    return obstacle.isPresent() || clientWrote;
  }

  private void compare(Point original) {
    if (CopyMark.reservedFieldInUse(original)) {
      obstacle = Optional.of(new Obstacle(
          StallReason.MARKER_FIELD_IN_USE,
          original.id(),
          "Point " + original.id() + " of the dedicated key " + move.dedicated()
              + " has a payload field " + CopyMark.MOVE_FIELD + " or " + CopyMark.BASE_FIELD
              + ", which are reserved for moves. Remove these fields from the tenant's points."));
      return;
    }
    Optional<String> unsteady = UnsteadyVectors.find(original);
    if (unsteady.isPresent()) {
      obstacle = Optional.of(
          new Obstacle(
              StallReason.VECTOR_NOT_FINITE,
              original.id(),
              "Point " + original.id() + " of the dedicated key " + move.dedicated()
                  + ": the components of "
                  + UnsteadyVectors.named(unsteady.get())
                  + " are NaN and 0, as Qdrant makes of an infinite component with cosine distance, and "
                  + "each copy of it is another one. Write a vector with finite components, or delete it."));
      return;
    }
    copied.add(original);
    Point copy = fallback.nextIf(original.id());
    if (copy == null) {
      if (known.copied() != null && known.copied().matches(original)) {
        missing.add(original.id());
      } else {
        fresh.add(original);
        bytes += PointSize.of(original);
      }
      return;
    }
    boolean same = PointContent.same(original, copy);
    if (same ? !current(original, copy) : overruled(copy, original.id())) {
      changed.add(original);
      bytes += PointSize.of(original);
    }
  }

  private boolean current(Point original, Point copy) {
    return CopyMark.marked(copy, move.uid())
        && CopyMark.base(copy).map(base -> base.unchanged(original)).orElse(false);
  }

  /** Whether the dedicated key's version is the newer one; if not, what differs is recorded. */
  private boolean overruled(Point copy, PointId id) {
    return switch (origin(copy)) {
      case COPY, OLD_COPY -> true;
      case CLIENT, UNKNOWN -> {
        Point now = reads.now(move.dedicated(), id);
        yield now == null || PointContent.same(now, copy) || keep(copy);
      }
    };
  }

  /** Leaves a point as it is that may be newer than the dedicated key's. */
  private boolean keep(Point copy) {
    if (origin(copy) == Origin.CLIENT) {
      clientWrote = true;
    } else if (CopyMark.foreignMark(copy, move.uid()).isPresent() && !CopyMark.untouched(copy)) {
      if (changedForeign.size() < VerificationScan.MAX_NAMED) {
        CopyMark.foreignMark(copy, move.uid())
            .ifPresent(mark -> changedForeign.put(copy.id(), mark));
      }
    } else if (leftovers.size() < VerificationScan.MAX_NAMED) {
      leftovers.add(copy.id());
    }
    return false;
  }

  private Origin origin(Point copy) {
    if (CopyMark.marked(copy, move.uid())) {
      return CopyMark.untouched(copy) ? Origin.COPY : Origin.CLIENT;
    }
    if (known.copiedOnce()) {
      return Origin.CLIENT;
    }
    if (CopyMark.foreignMark(copy, move.uid()).isPresent()) {
      return CopyMark.untouched(copy) ? Origin.OLD_COPY : Origin.UNKNOWN;
    }
    if (!known.sourceWins()) {
      return Origin.UNKNOWN;
    }
    // With nothing known of them, it is taken for granted that no outage came between.
    return known.source().apply(copy).orElse(true) ? Origin.OLD_COPY : Origin.CLIENT;
  }

  private void flush() {
    // The pages may be old: what is written must rest on what is there now.
    Map<PointId, Point> now = reads.now(
        move.fallback(),
        Stream.of(fresh, changed, gone).flatMap(List::stream).map(Point::id).toList());
    refuseForeignIds(now);
    if (obstacle.isPresent()) {
      return;
    }
    List<Point> missing =
        fresh.stream().filter(point -> !now.containsKey(point.id())).toList();
    clientWrote |= missing.size() < fresh.size();
    List<Point> outdated = changed.stream()
        .filter(point -> stillOverruled(point, now.get(point.id())))
        .toList();
    upsert(missing, UpsertMode.INSERT_ONLY);
    upsert(outdated, UpsertMode.UPDATE_ONLY);
    deleteGone(now);
    bytes = 0;
    fresh.clear();
    changed.clear();
    gone.clear();
  }

  private boolean stillOverruled(Point original, @Nullable Point copy) {
    return copy != null && (PointContent.same(original, copy) || overruled(copy, original.id()));
  }

  private void upsert(List<Point> points, UpsertMode mode) {
    // Never over another tenant's point, whatever happens between the check and the write.
    Halving.each(
        points,
        part -> writes.upsert(Upsert.of(
                move.collection(),
                ShardSelector.key(move.fallback()),
                part.stream().map(point -> CopyMark.mark(point, move.uid())).toList())
            .mode(mode)
            .onlyWhere(move.tenantFilter())));
    changes += points.size();
  }

  private void refuseForeignIds(Map<PointId, Point> now) {
    Set<PointId> held = new TreeSet<>(fresh.stream().map(Point::id).toList());
    held.retainAll(now.keySet());
    held.removeAll(reads.mine(move.fallback(), held).keySet());
    held.stream()
        .findFirst()
        .ifPresent(id -> obstacle = Optional.of(
            new Obstacle(StallReason.ID_HELD_BY_ANOTHER_TENANT, id, heldByAnother(move, id))));
  }

  /** What stops a demotion: one key can hold only one point of an id. */
  public static String heldByAnother(Move move, PointId id) {
    return "Id " + id + " of tenant " + move.tenant() + " is in the fallback " + move.fallback()
        + " the id of a point that is not the tenant's: of another tenant, or without the tenant field; "
        + "ids must be unique in the collection";
  }

  private void deleteGone(Map<PointId, Point> now) {
    List<PointId> ids = gone.stream().map(Point::id).toList();
    Map<PointId, Point> back = reads.mine(move.dedicated(), ids);
    List<PointId> dead = new ArrayList<>();
    for (PointId id : ids) {
      Point copy = now.get(id);
      if (copy != null && !back.containsKey(id) && (deletable(copy) || keep(copy))) {
        dead.add(id);
      }
    }
    if (!dead.isEmpty()) {
      writes.delete(move.collection(), ShardSelector.key(move.fallback()), Filter.ids(dead), true);
      deleted = true;
      changes += dead.size();
    }
  }

  /** A copy of another move may be the last one where the dedicated key lacks the point. */
  private boolean deletable(Point copy) {
    Origin origin = origin(copy);
    return origin == Origin.COPY
        || (origin == Origin.OLD_COPY && CopyMark.foreignMark(copy, move.uid()).isEmpty());
  }

  /** Points written or deleted in this scan. */
  public long changes() {
    return changes;
  }

  /** Whether this scan has deleted copies. */
  public boolean deleted() {
    return deleted;
  }

  /** What the dedicated key held, as far as this scan has read it. */
  public Baseline copied() {
    return copied;
  }

  /** What forbids the demotion; empty where nothing does. */
  public Optional<Obstacle> obstacle() {
    return obstacle;
  }

  /** Whether the scan has ended at a change that a client made in the fallback. */
  public boolean clientWrote() {
    return clientWrote;
  }

  /** Copies of other moves that a client has changed in the fallback, each with the uid of its move. */
  public Map<PointId, String> changedForeign() {
    return changedForeign;
  }

  /** Points of the tenant in the fallback that the dedicated key lacks or has otherwise, and that this move did not copy. */
  public List<PointId> leftovers() {
    return leftovers;
  }
}
