package io.tierkeeper.moves.act;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.moves.MoveJournalBuilder;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.qdrant.ShardKey;

/** Deletes a shard key with all its points. */
public record DeleteKey(MoveStep step, ShardKey key) implements Call {

  @Override
  public void describe(ObjectNode request) {
    request.put("key", key.toString());
  }

  @Override
  public void announce(MoveJournalBuilder journal, MutationContext context) {
    if (step == MoveStep.DELETE_DEDICATED && key.equals(context.move().tenant())) {
      journal.deletionBegun(true);
    }
  }

  @Override
  public Outcome perform(MutationContext context) {
    context.port().deleteShardKey(context.move().collection(), key);
    return Outcome.done(context.journal());
  }
}
