package io.tierkeeper.moves.act;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.moves.MoveJournal;
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
  public MoveJournal announce(MoveJournal journal, MutationContext context) {
    return step == MoveStep.CREATE_KEY
        ? journal
            .header(draft -> draft.attempt(draft.attempt() + 1))
            .promotion(draft -> draft.notBefore(null))
        : journal;
  }

  @Override
  public Outcome perform(MutationContext context) {
    context.port().createShardKey(context.move().collection(), template);
    return Outcome.done(context.journal());
  }
}
