package io.tierkeeper.moves.act;

import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.content.CopyMark;
import io.tierkeeper.moves.scan.IdStream;
import io.tierkeeper.moves.scan.ScanBudget;
import io.tierkeeper.moves.scan.TenantReads;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.ShardSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Deletes this move's copies from the fallback, as many as fit into one step. A copy that a client has changed stays: the
 * dedicated key lacks that change.
 */
public record RemoveCopies(MoveStep step) implements Call {

  @Override
  public Outcome perform(MutationContext context) {
    Move move = context.move();
    ScanBudget budget = new ScanBudget(context.clock());
    TenantReads reads = context.reads();
    int batch = Math.min(move.settings().deleteBatch(), reads.page());
    IdStream copies = reads.copiesInFallback();
    List<PointId> ids = new ArrayList<>();
    long removed = 0;
    boolean changed = false;
    while (copies.peek() != null && budget.left()) {
      Point copy = copies.next();
      budget.spend();
      if (CopyMark.untouched(copy)) {
        ids.add(copy.id());
      } else {
        changed = true;
      }
      if (ids.size() == batch) {
        removed += remove(context, ids);
      }
    }
    removed += remove(context, ids);
    if (changed) {
      context.memory().inOrder(null);
    }
    return new Outcome(
        changed ? Copy.interrupted(context.journal()) : context.journal(),
        true,
        Map.of("deleted", removed),
        null);
  }

  private static int remove(MutationContext context, List<PointId> ids) {
    Move move = context.move();
    int count = ids.size();
    if (count > 0) {
      context
          .port()
          .delete(
              move.collection(),
              ShardSelector.key(move.fallback()),
              Filter.ids(ids).and(CopyMark.filter(move.uid())),
              true);
      ids.clear();
    }
    return count;
  }
}
