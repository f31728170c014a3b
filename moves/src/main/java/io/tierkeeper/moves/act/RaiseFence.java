package io.tierkeeper.moves.act;

import io.tierkeeper.moves.MoveJournalBuilder;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.qdrant.QdrantException;
import java.time.Instant;
import java.util.Optional;

/** Pauses the tenant's writers. */
public record RaiseFence(MoveStep step) implements Call {

  @Override
  public void announce(MoveJournalBuilder journal, MutationContext context) {
    journal.token(
        context.fences().remember(context.fence(), context.layout().anyPort(), journal.token()));
  }

  @Override
  public Outcome perform(MutationContext context) {
    context.leadership().requireLeading();
    context.fences().raise(context.move(), context.fence(), context.port());
    Instant now = context.clock().instant();
    return Outcome.done(context.journal().with(draft -> draft.fencedAt(now)));
  }

  @Override
  public Optional<Withdrawal> withdrawAfter(QdrantException failure, boolean stuck) {
    return failure instanceof QdrantException.Unavailable && stuck
        ? Optional.of(new Withdrawal(
            "NotFenced", "The tenant's writers could not be paused: " + QdrantErrors.text(failure)))
        : Optional.empty();
  }
}
