package io.tierkeeper.moves.act;

import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveStep;

/** Starts the filtered transfer of a promotion: the one call that must never be repeated blindly. */
public record StartReplication(MoveStep step) implements Call {

  @Override
  public MoveJournal announce(MoveJournal journal, MutationContext context) {
    return journal.header(draft -> draft.startSentAt(context.clock().instant()));
  }

  @Override
  public Outcome perform(MutationContext context) {
    Move move = context.move();
    context
        .port()
        .replicatePoints(move.collection(), move.fallback(), move.dedicated(), move.tenantFilter());
    return Outcome.done(context.journal());
  }
}
