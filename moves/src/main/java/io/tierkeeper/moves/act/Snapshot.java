package io.tierkeeper.moves.act;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.moves.MoveStep;

/** Takes the snapshot of the dedicated shard that the policy wants before a demotion; it stays. */
public record Snapshot(MoveStep step, int shardId, long peerId) implements Call {

  @Override
  public void describe(ObjectNode request) {
    request.put("shard", shardId).put("peer", Long.toUnsignedString(peerId));
  }

  @Override
  public Outcome perform(MutationContext context) {
    String name = context.peer(peerId).createShardSnapshot(context.move().collection(), shardId);
    return Outcome.done(context.journal().demotion(draft -> draft.snapshot(name)));
  }
}
