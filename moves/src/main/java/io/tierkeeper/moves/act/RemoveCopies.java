package io.tierkeeper.moves.act;

import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.content.CopyMark;
import io.tierkeeper.moves.scan.ScanBudget;
import io.tierkeeper.moves.scan.TenantReads;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.ShardSelector;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Continues deleting this move's copies from the fallback. A copy that a client has changed stays: the dedicated key lacks
 * that change, which is written back before more is deleted.
 */
public record RemoveCopies(MoveStep step) implements ScanMutation {

  @Override
  public boolean underWay(WorkingMemory memory) {
    return memory.marked != null;
  }

  @Override
  public Outcome perform(MutationContext context) {
    WorkingMemory memory = context.memory();
    MarkedPoints copies = memory.marked;
    if (copies == null) {
      TenantReads reads = context.reads();
      copies = new MarkedPoints(
          reads.copiesInFallback(),
          Math.min(context.move().settings().deleteBatch(), reads.page()));
      memory.marked = copies;
    }
    AtomicBoolean changed = new AtomicBoolean();
    boolean end = copies.run(
        new ScanBudget(context.clock()),
        copy -> {
          boolean untouched = CopyMark.untouched(copy);
          changed.compareAndSet(false, !untouched);
          return untouched;
        },
        ids -> remove(context, ids));
    if (!end && !changed.get()) {
      return Outcome.unfinished(context.journal());
    }
    memory.marked = null;
    if (changed.get()) {
      memory.inOrder(null);
    }
    return new Outcome(
        changed.get() ? Copy.interrupted(context.journal()) : context.journal(),
        true,
        Map.of("deleted", copies.handled()),
        null);
  }

  private static void remove(MutationContext context, List<PointId> ids) {
    Move move = context.move();
    context
        .port()
        .delete(
            move.collection(),
            ShardSelector.key(move.fallback()),
            Filter.ids(ids).and(CopyMark.filter(move.uid())),
            true);
  }
}
