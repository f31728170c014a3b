package io.tierkeeper.moves.act;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.qdrant.ShardTransfer;

/** Aborts a listed transfer. */
public record AbortTransfer(MoveStep step, ShardTransfer transfer) implements Call {

  @Override
  public void describe(ObjectNode request) {
    request.put("transfer", transfer.toString());
  }

  @Override
  public Outcome perform(MutationContext context) {
    context.port().abortTransfer(context.move().collection(), transfer);
    return Outcome.done(context.journal());
  }
}
