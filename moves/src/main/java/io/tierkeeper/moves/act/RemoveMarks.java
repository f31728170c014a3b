package io.tierkeeper.moves.act;

import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.content.CopyMark;
import io.tierkeeper.moves.scan.IdStream;
import io.tierkeeper.moves.scan.ScanBudget;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardSelector;
import java.util.ArrayList;
import java.util.List;

/** Removes this move's marks from the points of the fallback, as many as fit into one step. */
public record RemoveMarks(MoveStep step) implements Call {

  @Override
  public Outcome perform(MutationContext context) {
    Move move = context.move();
    QdrantWrites port = context.port();
    ScanBudget budget = new ScanBudget(context.clock());
    ShardSelector fallback = ShardSelector.key(move.fallback());
    Filter marked = CopyMark.filter(move.uid());
    ScrollRequest request = ScrollRequest.whole(
            move.collection(),
            fallback,
            move.tenantFilter().and(marked),
            move.settings().deleteBatch())
        .idsOnly();
    IdStream points = new IdStream(context.layout().readsOf(move.fallback()), request);
    while (budget.left() && points.peek() != null) {
      List<PointId> ids = new ArrayList<>();
      while (ids.size() < move.settings().deleteBatch() && points.peek() != null) {
        ids.add(points.next().id());
        budget.spend();
      }
      // By id: one call over all points of a large tenant would outlast its deadline, and be
      // repeated
      // while the first still runs.
      port.deletePayload(
          move.collection(), fallback, CopyMark.FIELDS, Filter.ids(ids).and(marked));
    }
    return Outcome.done(context.journal());
  }

  @Override
  public List<Milestone> milestones(Outcome outcome) {
    return List.of(new Milestone(MoveEvent.CLEANED, "Deleted", outcome.counts()));
  }
}
