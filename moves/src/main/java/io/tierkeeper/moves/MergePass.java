package io.tierkeeper.moves;

import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.UpsertMode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One pass over the frozen content and the fallback: what the dedicated key took after the last copy comes over, what
 * clients have written into the fallback since the freeze wins.
 */
final class MergePass implements Pass {

  private final TenantReads reads;
  private final Move move;
  private final @Nullable Baseline copied;
  private final @Nullable String copiedText;
  private final Set<PointId> inserted;
  private final IdStream counted;
  private final Fingerprint frozenText = new Fingerprint();
  private final IdStream frozen;
  private final IdStream fallback;
  private boolean summed;
  private boolean nothingNew;
  private long compared;
  private long corrections;
  private Optional<PointId> collision = Optional.empty();

  /**
   * @param copied what the last pass copied, if this process remembers
   * @param copiedText its fingerprint, if the journal does
   * @param inserted ids that earlier passes of this merge have inserted; grows
   */
  MergePass(
      TenantReads reads,
      @Nullable Baseline copied,
      @Nullable String copiedText,
      Set<PointId> inserted) {
    this.reads = reads;
    this.move = reads.move();
    this.copied = copied;
    this.copiedText = copiedText;
    this.inserted = inserted;
    this.counted = reads.in(move.frozenKey(), null);
    this.frozen = reads.in(move.frozenKey(), null);
    this.fallback = reads.inFallback(null);
  }

  @Override
  public boolean run(Budget budget) {
    while (!summed) {
      Point point = counted.peek();
      if (point == null) {
        summed = true;
        nothingNew = frozenText.text().equals(copiedText);
      } else if (!budget.left()) {
        return false;
      } else {
        counted.next();
        budget.spend();
        frozenText.add(point.id(), PointContent.hash(point));
      }
    }
    while (budget.left()) {
      Point last = frozen.peek();
      if (fallback.isBefore(last == null ? null : last.id())) {
        onlyInFallback(fallback.next());
      } else if (last == null) {
        return true;
      } else {
        frozen.next();
        compared++;
        Point copy = fallback.nextIf(last.id());
        if (copy == null) {
          onlyFrozen(last);
        } else {
          both(last, copy);
        }
      }
      budget.spend();
    }
    return false;
  }

  private void onlyFrozen(Point last) {
    boolean wasCopied =
        nothingNew || inserted.contains(last.id()) || (copied != null && copied.knows(last.id()));
    if (wasCopied) {
      // It was in the fallback at the freeze, so a client has deleted it since.
      return;
    }
    Point held = reads.now(move.fallback(), last.id());
    if (held != null) {
      if (!reads.mine(held)) {
        collision = Optional.of(last.id());
      }
      return;
    }
    reads
        .port()
        .upsert(Upsert.of(
                move.collection(),
                ShardSelector.key(move.fallback()),
                List.of(CopyMark.mark(last, move.uid())))
            .mode(UpsertMode.INSERT_ONLY));
    inserted.add(last.id());
    corrections++;
  }

  private void both(Point last, Point copy) {
    CopyMark.Base base = CopyMark.base(copy).orElse(null);
    if (!CopyMark.marked(copy, move.uid()) || base == null || base.unchanged(last)) {
      return;
    }
    Point merged = base.unchanged(copy) ? last : ThreeWay.merge(base, last, copy);
    reads
        .port()
        .upsert(Upsert.of(
                move.collection(),
                ShardSelector.key(move.fallback()),
                List.of(CopyMark.mark(merged, last, move.uid())))
            .mode(UpsertMode.UPDATE_ONLY)
            .onlyWhere(CopyMark.filter(move.uid()).and(PointContent.asRead(copy))));
    corrections++;
  }

  private void onlyInFallback(Point copy) {
    boolean ours = CopyMark.marked(copy, move.uid())
        && CopyMark.base(copy).map(base -> base.unchanged(copy)).orElse(false);
    if (ours && !nothingNew && !inserted.contains(copy.id())) {
      reads
          .port()
          .delete(
              move.collection(),
              ShardSelector.key(move.fallback()),
              Filter.ids(List.of(copy.id())).and(CopyMark.filter(move.uid())),
              true);
      corrections++;
    }
  }

  /** Whether the dedicated key took nothing after the last copy: then nothing can have been lost. */
  boolean nothingNew() {
    return nothingNew;
  }

  long compared() {
    return compared;
  }

  /** Points written or deleted in this pass. */
  long corrections() {
    return corrections;
  }

  /** An id of the tenant that meanwhile belongs to another tenant in the fallback. */
  Optional<PointId> collision() {
    return collision;
  }
}
