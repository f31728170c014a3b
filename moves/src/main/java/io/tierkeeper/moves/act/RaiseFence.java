package io.tierkeeper.moves.act;

import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.qdrant.QdrantException;
import java.time.Instant;
import java.util.Optional;

/** Pauses the tenant's writers. */
public record RaiseFence(MoveStep step) implements Call {

  @Override
  public MoveJournal announce(MoveJournal journal, MutationContext context) {
    context.fences().requireRaisable(context.fence(), context.layout().anyPort());
    return journal;
  }

  @Override
  public Outcome perform(MutationContext context) {
    context.leadership().requireLeading();
    context.fences().raise(context.move(), context.fence(), context.port());
    Instant now = context.clock().instant();
    return Outcome.done(context.journal().fence(fence -> fence.raisedAt(now)));
  }

  @Override
  public Optional<Withdrawal> withdrawAfter(QdrantException failure, boolean overdue) {
    return failure instanceof QdrantException.Unavailable && overdue
        ? Optional.of(new Withdrawal(
            "NotFenced", "The tenant's writers could not be paused: " + QdrantErrors.text(failure)))
        : Optional.empty();
  }
}
