package io.tierkeeper.moves.act;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.moves.MoveStep;

/** Drops one replica. */
public record DropReplica(MoveStep step, int shardId, long peerId) implements Call {

  @Override
  public void describe(ObjectNode request) {
    request.put("shard", shardId).put("peer", Long.toUnsignedString(peerId));
  }

  @Override
  public Outcome perform(MutationContext context) {
    context.port().dropReplica(context.move().collection(), shardId, peerId);
    return Outcome.done(context.journal());
  }
}
