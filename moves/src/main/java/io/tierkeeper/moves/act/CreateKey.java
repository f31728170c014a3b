package io.tierkeeper.moves.act;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.moves.MoveJournalBuilder;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.qdrant.KeyTemplate;

/** Creates a shard key on one peer. */
public record CreateKey(MoveStep step, KeyTemplate template) implements Call {

  @Override
  public void describe(ObjectNode request) {
    request
        .put("key", template.key().toString())
        .put("peer", Long.toUnsignedString(template.peerId()))
        .put("initialState", template.initialState().name());
  }

  @Override
  public void announce(MoveJournalBuilder journal, MutationContext context) {
    if (step == MoveStep.CREATE_KEY) {
      journal.attempt(journal.attempt() + 1);
      journal.notBefore(null);
    }
  }

  @Override
  public Outcome perform(MutationContext context) {
    context.port().createShardKey(context.move().collection(), template);
    return Outcome.done(context.journal());
  }
}
