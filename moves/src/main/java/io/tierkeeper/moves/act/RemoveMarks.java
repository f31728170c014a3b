package io.tierkeeper.moves.act;

import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.content.CopyMark;
import io.tierkeeper.moves.scan.IdStream;
import io.tierkeeper.moves.scan.ScanBudget;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardSelector;
import java.util.List;

/** Continues removing this move's marks from the points of the fallback. */
public record RemoveMarks(MoveStep step) implements ScanMutation {

  @Override
  public boolean underWay(WorkingMemory memory) {
    return memory.marked != null;
  }

  @Override
  public Outcome perform(MutationContext context) {
    Move move = context.move();
    ShardSelector fallback = ShardSelector.key(move.fallback());
    Filter marked = CopyMark.filter(move.uid());
    MarkedPoints points = context.memory().marked;
    if (points == null) {
      int batch = move.settings().deleteBatch();
      ScrollRequest request = ScrollRequest.whole(
              move.collection(), fallback, move.tenantFilter().and(marked), batch)
          .idsOnly();
      points =
          new MarkedPoints(new IdStream(context.layout().readsOf(move.fallback()), request), batch);
      context.memory().marked = points;
    }
    // By id: one call over all points of a large tenant would outlast its deadline, and be
    // repeated while the first still runs.
    boolean end = points.run(
        new ScanBudget(context.clock()),
        point -> true,
        ids -> context
            .port()
            .deletePayload(
                move.collection(), fallback, CopyMark.FIELDS, Filter.ids(ids).and(marked)));
    if (!end) {
      return Outcome.unfinished(context.journal());
    }
    context.memory().marked = null;
    return Outcome.done(context.journal());
  }

  @Override
  public List<Milestone> milestones(Outcome outcome) {
    return List.of(new Milestone(MoveEvent.CLEANED, "Deleted", outcome.counts()));
  }
}
