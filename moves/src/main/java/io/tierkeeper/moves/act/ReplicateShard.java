package io.tierkeeper.moves.act;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.moves.MoveStep;

/** Copies a shard's replica to another peer. */
public record ReplicateShard(MoveStep step, int shardId, long fromPeer, long toPeer)
    implements Call {

  @Override
  public void describe(ObjectNode request) {
    request
        .put("shard", shardId)
        .put("from", Long.toUnsignedString(fromPeer))
        .put("to", Long.toUnsignedString(toPeer));
  }

  @Override
  public Outcome perform(MutationContext context) {
    context.port().replicateShard(context.move().collection(), shardId, fromPeer, toPeer);
    return Outcome.done(context.journal());
  }
}
