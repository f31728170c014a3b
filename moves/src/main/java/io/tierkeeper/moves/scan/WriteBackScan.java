package io.tierkeeper.moves.scan;

import io.tierkeeper.moves.CopyEvidence;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.content.CopyMark;
import io.tierkeeper.moves.content.Fingerprint;
import io.tierkeeper.moves.content.LastCopy;
import io.tierkeeper.moves.content.PointContent;
import io.tierkeeper.moves.content.ThreeWayMerge;
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
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * After a freeze from which the dedicated key has come back: what clients wrote into the fallback meanwhile is applied
 * to the dedicated key, and the fallback's point becomes a marked copy again. What clients have written into the
 * dedicated key since it is back is newer still: it shows against the frozen content, or, where there is none, against
 * the last copy.
 */
public final class WriteBackScan implements ResumableScan {

  /** A point as the scan saw it. */
  private record Seen(PointId id, long content) {}

  private final TenantReads reads;
  private final QdrantWrites writes;
  private final Move move;
  private final LastCopy lastCopy;
  private final PointUpdate inDedicated;
  private final PointUpdate inFallback;
  private final @Nullable IdStream frozen;
  private final IdStream dedicated;
  private final IdStream fallback;
  private final Fingerprint reference = new Fingerprint();
  /** What the dedicated key holds of the points that the fallback holds, too. */
  private final Fingerprint inBoth = new Fingerprint();

  /** What the fallback holds, without marks. */
  private final Fingerprint copies = new Fingerprint();

  private final Deque<Seen> written = new ArrayDeque<>();
  private final Deque<Seen> missing = new ArrayDeque<>();
  private final List<PointId> conflicts = new ArrayList<>();
  private final List<PointId> undecided = new ArrayList<>();
  private final List<PointId> unattributed = new ArrayList<>();
  private final Known known;
  private final boolean concludes;
  private boolean scanned;
  private long changes;

  /**
   * What is known of the fallback from before.
   *
   * @param lastCopy what the dedicated key held when it was last copied
   * @param source whether a point without a mark is an old copy that the dedicated key overrules; empty where that is not known
   * @param thawed whether the frozen key holds what the dedicated key held at the freeze
   * @param copiedOnce whether the fallback has held a whole copy, even if it is not known of which points: what it lacks a
   *     client has deleted
   * @param attributable whether a point without a mark was certainly written by a client after this move had begun to copy
   * @param newer whether such a point is newer than the dedicated key's where nothing is known of that one
   */
  public record Known(
      LastCopy lastCopy,
      Function<Point, Optional<Boolean>> source,
      boolean thawed,
      boolean copiedOnce,
      boolean attributable,
      boolean newer) {}

  /** @param concludes whether the fallback is in order again once this scan finds nothing */
  public WriteBackScan(TenantReads reads, QdrantWrites writes, Known known, boolean concludes) {
    this.reads = reads;
    this.writes = writes;
    this.move = reads.move();
    this.known = known;
    this.lastCopy = known.lastCopy();
    this.inDedicated = new PointUpdate(reads, writes, move.dedicated(), move.tenantFilter());
    this.inFallback = new PointUpdate(reads, writes, move.fallback(), move.tenantFilter());
    this.concludes = concludes;
    this.frozen = known.thawed() ? reads.in(move.thawedCopyKey(), null) : null;
    this.dedicated = reads.in(move.dedicated(), null);
    this.fallback = reads.inFallback(null);
  }

  @Override
  public boolean run(ScanBudget budget) {
    while (!scanned) {
      if (!budget.left()) {
        return false;
      }
      step();
      budget.spend();
    }
    return budget.drain(written, this::writeBack) && budget.drain(missing, this::deletedByClient);
  }

  private void step() {
    Point copy = fallback.peek();
    if (dedicated.isBefore(copy == null ? null : copy.id())) {
      Point original = dedicated.next();
      refer(original);
      if (known.copiedOnce()) {
        missing.add(seen(original));
      }
    } else if (copy == null) {
      while (frozen != null && frozen.peek() != null) {
        reference.add(frozen.next());
      }
      scanned = true;
      lastCopy.compareWith(reference);
      lastCopy.compareWithCopies(copies);
    } else {
      fallback.next();
      copies.add(CopyMark.unmarked(copy));
      Point original = dedicated.nextIf(copy.id());
      if (original != null) {
        refer(original);
        inBoth.add(original);
      }
      if (!untouched(copy)) {
        written.add(
            original == null ? new Seen(copy.id(), PointContent.hash(copy)) : seen(original));
      }
    }
  }

  private void refer(Point original) {
    if (frozen == null) {
      reference.add(original);
    }
  }

  private static Seen seen(Point original) {
    return new Seen(original.id(), PointContent.hash(original));
  }

  private boolean untouched(Point copy) {
    return CopyMark.marked(copy, move.uid())
        ? CopyMark.untouched(copy)
        : known.source().apply(copy).orElse(false);
  }

  private void writeBack(Seen seen) {
    Point copy = reads.mine(move.fallback(), seen.id());
    if (copy == null || untouched(copy)) {
      return;
    }
    Point last = frozen == null ? null : reads.now(move.thawedCopyKey(), seen.id());
    // Last of all, since clients write here.
    Point current = reads.now(move.dedicated(), seen.id());
    if (current != null && PointContent.same(copy, current)) {
      markAgain(copy, current);
    } else if (frozen != null) {
      writeBackWithFrozen(copy, current, last);
    } else {
      writeBackWithoutFrozen(copy, current, seen);
    }
  }

  private void writeBackWithFrozen(Point copy, @Nullable Point current, @Nullable Point last) {
    boolean wholly = !CopyMark.marked(copy, move.uid());
    if (last == null) {
      if (current != null) {
        markAgain(copy, current);
      } else if (wholly) {
        insert(copy);
      } else {
        drop(copy);
      }
      return;
    }
    if (current == null) {
      // Deleted since the key is back, or the frozen content would lack it.
      drop(copy);
      return;
    }
    Point then = CopyMark.unmarked(copy);
    if (!wholly) {
      Optional<CopyMark.Base> base = base(copy, last);
      if (base.isEmpty()) {
        conflicts.add(copy.id());
        return;
      }
      then = ThreeWayMerge.merge(base.get(), last, then);
    }
    // In steps: what is written already is a change since the freeze, and wins when this is
    // repeated.
    apply(
        copy,
        current,
        PointContent.same(last, current)
            ? then
            : ThreeWayMerge.merge(CopyMark.baseOf(last), then, current),
        true);
  }

  /** What was copied to this point, of which the mark may be damaged; empty where that is not known. */
  private Optional<CopyMark.Base> base(Point copy, Point last) {
    return CopyMark.base(copy)
        .or(() -> lastCopy.unchanged(last).filter(same -> same).map(same -> CopyMark.baseOf(last)));
  }

  private void writeBackWithoutFrozen(Point copy, @Nullable Point current, Seen seen) {
    boolean wholly = !CopyMark.marked(copy, move.uid());
    if (wholly && !known.attributable()) {
      unattributed.add(copy.id());
      return;
    }
    if (current == null) {
      if (!wholly) {
        drop(copy);
      } else if (lastCopy.lost(copy.id()).orElse(lastCopy.recorded())) {
        conflicts.add(copy.id());
      } else {
        insert(copy);
      }
      return;
    }
    Optional<CopyMark.Base> base = CopyMark.base(copy).filter(marked -> !wholly);
    // What is as in the copy already was written by an earlier attempt, or is the same change.
    boolean ours = base.map(copied -> copied.noneElsewhere(current, copy))
        // With nothing known the fallback's is taken for the newer one, if a client wrote it as a
        // whole: it was written while the key was away.
        .orElseGet(() -> unchanged(current, seen).orElse(wholly && known.newer()));
    if (ours) {
      // Without a base, an earlier attempt that wrote a part of it could not be told from a client.
      apply(copy, current, CopyMark.unmarked(copy), base.isPresent());
    } else {
      conflicts.add(copy.id());
    }
  }

  /** Whether the dedicated key's point is as it was copied, and has been so since the scan. */
  private Optional<Boolean> unchanged(Point current, Seen seen) {
    return lastCopy
        .unchanged(current)
        .map(same -> same && PointContent.hash(current) == seen.content());
  }

  private void insert(Point copy) {
    Point result = CopyMark.unmarked(copy);
    writes.upsert(Upsert.of(move.collection(), ShardSelector.key(move.dedicated()), List.of(result))
        .mode(UpsertMode.INSERT_ONLY));
    conclude(copy, result);
  }

  private void apply(Point copy, Point current, Point result, boolean inSteps) {
    if (!PointContent.same(result, current)) {
      if (inSteps) {
        inDedicated.inSteps(current, result);
      } else {
        inDedicated.atOnce(current, result);
      }
    }
    conclude(copy, result);
  }

  private void conclude(Point copy, Point result) {
    Point now = reads.now(move.dedicated(), copy.id());
    if (now != null && PointContent.same(now, result)) {
      markAgain(copy, now);
    } else {
      // A client was faster; the next scan sees what it wrote.
      changes++;
    }
  }

  private void markAgain(Point copy, Point original) {
    if (inFallback.isStill(copy)) {
      inFallback.inSteps(copy, CopyMark.mark(original, move.uid()));
    }
    changes++;
  }

  private void drop(Point copy) {
    if (inFallback.isStill(copy)) {
      inFallback.delete(copy);
    }
    changes++;
  }

  private void deletedByClient(Seen seen) {
    Point last = frozen == null ? null : reads.now(move.thawedCopyKey(), seen.id());
    if (reads.now(move.fallback(), seen.id()) != null) {
      return;
    }
    // Last of all, since clients write here.
    Point current = reads.now(move.dedicated(), seen.id());
    if (current == null || PointContent.hash(current) != seen.content()) {
      return;
    }
    Optional<Boolean> deleted;
    if (frozen == null) {
      deleted = Optional.of(lastCopy.unchangedWithoutCopy(current).orElse(false));
    } else {
      deleted = last != null && PointContent.same(last, current)
          ? lastCopy.copied(last)
          : Optional.of(false);
    }
    if (deleted.isEmpty()) {
      undecided.add(seen.id());
    } else if (deleted.get()) {
      inDedicated.delete(current);
      changes++;
    }
  }

  /** Whether the fallback is in order again, if this scan has found nothing. */
  public boolean concludes() {
    return concludes;
  }

  /** Points written to or deleted from either key. */
  public long changes() {
    return changes;
  }

  /** Points of the frozen content that are either new in it or were deleted by a client since; it is not known which. */
  public List<PointId> undecided() {
    return undecided;
  }

  /** Points that this move did not copy, of which it is not known when they were written. */
  public List<PointId> unattributed() {
    return unattributed;
  }

  /** Of what the dedicated key holds of the points that the fallback holds: what is only there was never copied. */
  public CopyEvidence evidence() {
    return new CopyEvidence(inBoth.text(), inBoth.table().text());
  }

  /** Points that were changed in both keys; it is not known in which first. */
  public List<PointId> conflicts() {
    return conflicts;
  }
}
