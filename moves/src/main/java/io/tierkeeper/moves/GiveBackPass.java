package io.tierkeeper.moves;

import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.UpsertMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * After a freeze from which the dedicated key has come back: what clients wrote into the fallback meanwhile is applied
 * to the dedicated key, the fallback newer, and the fallback's point becomes a marked copy again.
 */
final class GiveBackPass implements Pass {

  private final TenantReads reads;
  private final Move move;
  private final @Nullable Baseline copied;
  private final IdStream dedicated;
  private final IdStream fallback;
  private long given;

  /** @param copied what the last pass copied, if this process remembers; without it no deletion can be recognised */
  GiveBackPass(TenantReads reads, @Nullable Baseline copied) {
    this.reads = reads;
    this.move = reads.move();
    this.copied = copied;
    this.dedicated = reads.in(move.tenant(), null);
    this.fallback = reads.inFallback(null);
  }

  @Override
  public boolean run(Budget budget) {
    while (budget.left()) {
      Point written = fallback.peek();
      if (dedicated.isBefore(written == null ? null : written.id())) {
        deletedByClient(dedicated.next());
      } else if (written == null) {
        return true;
      } else {
        fallback.next();
        dedicated.nextIf(written.id());
        give(written);
      }
      budget.spend();
    }
    return false;
  }

  private void give(Point written) {
    boolean marked = CopyMark.marked(written, move.uid());
    CopyMark.Base base = CopyMark.base(written).orElse(null);
    if (marked && base != null && base.unchanged(written)) {
      return;
    }
    Point current = reads.now(move.tenant(), written.id());
    Point clean = CopyMark.unmarked(written);
    Point result =
        current == null || !marked || base == null ? clean : ThreeWay.merge(base, current, clean);
    if (current == null || !PointContent.same(result, current)) {
      Upsert write =
          Upsert.of(move.collection(), ShardSelector.key(move.tenant()), List.of(result));
      reads
          .port()
          .upsert(
              current == null
                  ? write.mode(UpsertMode.INSERT_ONLY)
                  : write.mode(UpsertMode.UPDATE_ONLY).onlyWhere(PointContent.asRead(current)));
      given++;
    }
    Point now = reads.now(move.tenant(), written.id());
    if (now != null) {
      reads
          .port()
          .upsert(Upsert.of(
                  move.collection(),
                  ShardSelector.key(move.fallback()),
                  List.of(CopyMark.mark(now, move.uid())))
              .onlyWhere(move.tenantFilter()));
    }
  }

  private void deletedByClient(Point original) {
    if (copied == null || !copied.matches(original)) {
      return;
    }
    Point held = reads.now(move.fallback(), original.id());
    if (held == null) {
      reads
          .port()
          .delete(
              move.collection(),
              ShardSelector.key(move.tenant()),
              Filter.ids(List.of(original.id())),
              true);
      given++;
    }
  }

  /** Points written to or deleted from the dedicated key. */
  long given() {
    return given;
  }
}
