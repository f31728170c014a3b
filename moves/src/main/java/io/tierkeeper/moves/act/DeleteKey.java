package io.tierkeeper.moves.act;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.qdrant.ShardKey;

/** Deletes a shard key with all its points. */
public record DeleteKey(MoveStep step, ShardKey key) implements Call {

  @Override
  public void describe(ObjectNode request) {
    request.put("key", key.toString());
  }

  @Override
  public MoveJournal announce(MoveJournal journal, MutationContext context) {
    return step == MoveStep.DELETE_DEDICATED && key.equals(context.move().dedicated())
        ? journal.header(draft -> draft.deletionBegun(true))
        : journal;
  }

  @Override
  public Outcome perform(MutationContext context) {
    context.port().deleteShardKey(context.move().collection(), key);
    return Outcome.done(context.journal());
  }
}
