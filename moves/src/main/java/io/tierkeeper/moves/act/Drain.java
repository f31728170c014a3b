package io.tierkeeper.moves.act;

import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.content.CopyMark;
import io.tierkeeper.qdrant.ShardSelector;

/** Makes a waiting write to the dedicated key, so that its queue is drained. */
public record Drain(MoveStep step) implements Call {

  @Override
  public Outcome perform(MutationContext context) {
    Move move = context.move();
    context
        .port()
        .deletePayload(
            move.collection(),
            ShardSelector.key(move.dedicated()),
            CopyMark.FIELDS,
            CopyMark.filter(move.uid()));
    return Outcome.done(context.journal());
  }
}
