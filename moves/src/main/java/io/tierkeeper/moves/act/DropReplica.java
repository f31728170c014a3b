package io.tierkeeper.moves.act;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveStep;

/** Drops one replica. */
public record DropReplica(MoveStep step, int shardId, long peerId) implements Call {

  @Override
  public void describe(ObjectNode request) {
    request.put("shard", shardId).put("peer", Long.toUnsignedString(peerId));
  }

  /** Taking the move back restores as many. */
  @Override
  public MoveJournal announce(MoveJournal journal, MutationContext context) {
    int now = context.layout().replicas(context.move().dedicated()).size();
    return journal.demotion(draft -> draft.replicas(Math.max(draft.replicas(), now)));
  }

  @Override
  public Outcome perform(MutationContext context) {
    context.port().dropReplica(context.move().collection(), shardId, peerId);
    return Outcome.done(context.journal());
  }
}
