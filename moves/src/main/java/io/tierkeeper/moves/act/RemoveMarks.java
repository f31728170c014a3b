package io.tierkeeper.moves.act;

import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.content.CopyMark;
import io.tierkeeper.qdrant.ShardSelector;
import java.util.List;

/** Removes this move's marks from the points of the fallback. */
public record RemoveMarks(MoveStep step) implements Call {

  @Override
  public Outcome perform(MutationContext context) {
    Move move = context.move();
    context
        .port()
        .deletePayload(
            move.collection(),
            ShardSelector.key(move.fallback()),
            CopyMark.FIELDS,
            move.tenantFilter().and(CopyMark.filter(move.uid())));
    return Outcome.done(context.journal());
  }

  @Override
  public List<Milestone> milestones(Outcome outcome) {
    return List.of(new Milestone(MoveEvent.CLEANED, "Deleted", outcome.counts()));
  }
}
