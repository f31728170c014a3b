package io.tierkeeper.moves.scan;

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
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One scan of the frozen content and the fallback: what the dedicated key took after the last copy is written to it, what
 * clients have written into the fallback since the freeze wins. What is in only one of both is judged at the end, when
 * it is known in what the frozen content differs from the last copy.
 */
public final class MergeScan implements ResumableScan {

  private final TenantReads reads;
  private final QdrantWrites writes;
  private final Move move;
  private final LastCopy lastCopy;
  private final PointUpdate update;
  private final Set<PointId> inserted;
  private final IdStream frozen;
  private final IdStream fallback;
  private final Fingerprint frozenText = new Fingerprint();
  private final Deque<PointId> onlyFrozen = new ArrayDeque<>();
  private final Deque<PointId> onlyInFallback = new ArrayDeque<>();
  private final List<PointId> undecided = new ArrayList<>();
  private boolean scanned;
  private long corrections;
  private Optional<PointId> collision = Optional.empty();

  /** @param inserted ids that earlier scans of this merge have inserted; grows */
  public MergeScan(
      TenantReads reads, QdrantWrites writes, LastCopy lastCopy, Set<PointId> inserted) {
    this.reads = reads;
    this.writes = writes;
    this.move = reads.move();
    this.lastCopy = lastCopy;
    this.update = new PointUpdate(reads, writes, move.fallback(), CopyMark.filter(move.uid()));
    this.inserted = inserted;
    this.frozen = reads.in(move.thawedCopyKey(), null);
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
    while (!onlyFrozen.isEmpty()) {
      if (!budget.left()) {
        return false;
      }
      List<PointId> batch = new ArrayList<>();
      while (batch.size() < reads.page() && !onlyFrozen.isEmpty()) {
        batch.add(onlyFrozen.remove());
        budget.spend();
      }
      insertMissing(batch);
    }
    return budget.drain(onlyInFallback, this::deletedBeforeTheFreeze);
  }

  private void step() {
    Point last = frozen.peek();
    if (fallback.isBefore(last == null ? null : last.id())) {
      Point copy = fallback.next();
      if (ours(copy)) {
        onlyInFallback.add(copy.id());
      }
    } else if (last == null) {
      scanned = true;
      lastCopy.compareWith(frozenText);
    } else {
      frozen.next();
      frozenText.add(last);
      Point copy = fallback.nextIf(last.id());
      if (copy == null) {
        onlyFrozen.add(last.id());
      } else {
        both(last, copy);
      }
    }
  }

  private void insertMissing(List<PointId> ids) {
    if (lastCopy.equal()) {
      // All were in the fallback at the freeze, so a client has deleted these since.
      return;
    }
    Map<PointId, Point> lasts = reads.now(move.thawedCopyKey(), ids);
    Set<PointId> held = reads.now(move.fallback(), ids).keySet();
    Set<PointId> mine = reads.mine(move.fallback(), held).keySet();
    for (PointId id : ids) {
      Point last = lasts.get(id);
      if (last == null || inserted.contains(id)) {
        continue;
      }
      if (held.contains(id)) {
        if (!mine.contains(id)) {
          collision = Optional.of(id);
        }
        continue;
      }
      Optional<Boolean> copied = lastCopy.copied(last);
      if (copied.isEmpty()) {
        undecided.add(id);
      } else if (!copied.get()) {
        insert(last);
      }
    }
  }

  private void insert(Point last) {
    writes.upsert(Upsert.of(
            move.collection(),
            ShardSelector.key(move.fallback()),
            List.of(CopyMark.mark(last, move.uid())))
        .mode(UpsertMode.INSERT_ONLY));
    inserted.add(last.id());
    corrections++;
  }

  private void both(Point last, Point scanned) {
    if (merged(last, scanned).isEmpty()) {
      return;
    }
    // The page may be old: what is written must rest on what is there now.
    Point copy = reads.now(move.fallback(), last.id());
    if (copy == null) {
      return;
    }
    merged(last, copy).ifPresent(merged -> {
      // In steps: where T's changes are in the copy already, merging once more leaves them there.
      update.inSteps(copy, CopyMark.mark(merged, last, move.uid()));
      corrections++;
    });
  }

  /**
   * What the fallback must hold: the frozen point with everything that a client has changed in the copy; empty where it does. A
   * copy without a mark was written as a whole by a client, who is newer, and so was one whose mark is damaged.
   */
  private Optional<Point> merged(Point last, Point copy) {
    CopyMark.Base base = CopyMark.base(copy).orElse(null);
    if (!CopyMark.marked(copy, move.uid()) || base == null) {
      return Optional.empty();
    }
    boolean untouched = base.unchanged(copy);
    Point merged = untouched ? last : ThreeWayMerge.merge(base, last, copy);
    return PointContent.same(merged, copy) && (untouched || base.unchanged(last))
        ? Optional.empty()
        : Optional.of(merged);
  }

  private boolean ours(Point copy) {
    return CopyMark.marked(copy, move.uid())
        && CopyMark.base(copy).map(base -> base.unchanged(copy)).orElse(false);
  }

  private void deletedBeforeTheFreeze(PointId id) {
    if (lastCopy.equal()) {
      return;
    }
    Point copy = reads.now(move.fallback(), id);
    if (copy != null && ours(copy)) {
      update.delete(copy);
      corrections++;
    }
  }

  /** Whether the dedicated key took nothing after the last copy: then nothing can have been lost. */
  public boolean nothingNew() {
    return lastCopy.equal();
  }

  /** How many points the dedicated key took after the last copy, as far as that is known. */
  public long difference() {
    return lastCopy.equal()
        ? 0
        : Math.max(corrections, lastCopy.differing().map(Integer::longValue).orElse(1L));
  }

  public long compared() {
    return frozenText.count();
  }

  /** Fingerprint of the frozen content. */
  public String frozenText() {
    return frozenText.text();
  }

  /** Points written or deleted in this scan. */
  public long corrections() {
    return corrections;
  }

  /** Points of the frozen content that are either new in it or were deleted by a client since; it is not known which. */
  public List<PointId> undecided() {
    return undecided;
  }

  /** An id of the tenant that meanwhile belongs to another tenant in the fallback. */
  public Optional<PointId> collision() {
    return collision;
  }
}
