package io.tierkeeper.moves.act;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.qdrant.QdrantException;
import java.util.Optional;

/**
 * Transfers a snapshot of the dedicated key as after a freeze, to where Qdrant refuses it: a key whose content cannot be
 * transferred must not be frozen, since it could neither be compared nor brought back.
 */
public record ProbeTransfer(MoveStep step, int fromShard, long fromPeer, int toShard, long toPeer)
    implements Call {

  @Override
  public void describe(ObjectNode request) {
    request.put("fromShard", fromShard).put("toShard", toShard);
  }

  @Override
  public Outcome perform(MutationContext context) {
    SnapshotTransfer.probe(
        context.move().collection(),
        context.peer(fromPeer),
        fromShard,
        context.peer(toPeer),
        toShard);
    return Outcome.done(context.journal().demotion(draft -> draft.transferProbed(true)));
  }

  @Override
  public Optional<Withdrawal> withdrawAfter(QdrantException failure, boolean overdue) {
    return overdue || failure instanceof QdrantException.Rejected
        ? Optional.of(
            new Withdrawal(
                "SnapshotTransferFailed",
                "The dedicated key was not frozen, because its shard snapshot cannot be transferred: "
                    + QdrantErrors.text(failure)
                    + ". Fix the cause that this error names, or set demotion.strategy to Fence in the policy."))
        : Optional.empty();
  }
}
