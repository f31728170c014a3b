package io.tierkeeper.moves.act;

import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.content.CopyMark;
import io.tierkeeper.moves.scan.ScanBudget;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardSelector;
import java.util.List;
import java.util.Map;

/** Deletes this move's copies from the fallback, as many as fit into one step. */
public record RemoveCopies(MoveStep step) implements Call {

  @Override
  public Outcome perform(MutationContext context) {
    Move move = context.move();
    QdrantWrites port = context.port();
    ScanBudget budget = new ScanBudget(context.clock());
    Filter marked = move.tenantFilter().and(CopyMark.filter(move.uid()));
    ShardSelector fallback = ShardSelector.key(move.fallback());
    long removed = 0;
    while (budget.left()) {
      List<PointId> ids = port
          .scroll(ScrollRequest.whole(
                  move.collection(), fallback, marked, move.settings().deleteBatch())
              .idsOnly())
          .points()
          .stream()
          .map(Point::id)
          .toList();
      if (ids.isEmpty()) {
        break;
      }
      port.delete(
          move.collection(), fallback, Filter.ids(ids).and(CopyMark.filter(move.uid())), true);
      removed += ids.size();
      ids.forEach(id -> budget.spend());
    }
    return new Outcome(context.journal(), true, Map.of("deleted", removed), null);
  }
}
