package io.tierkeeper.moves.act;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.moves.MoveStep;

/** Recovers the frozen shard's snapshot into the thawed copy, which becomes Active by it. */
public record RecoverFrozen(MoveStep step, int fromShard, long fromPeer, int toShard, long toPeer)
    implements Call {

  @Override
  public void describe(ObjectNode request) {
    request.put("fromShard", fromShard).put("toShard", toShard);
  }

  @Override
  public Outcome perform(MutationContext context) {
    SnapshotTransfer.transfer(
        context.move().collection(),
        context.peer(fromPeer),
        fromShard,
        context.peer(toPeer),
        toShard);
    return Outcome.done(context.journal());
  }
}
