package io.tierkeeper.moves.act;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.moves.Abort;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.remedy.Remedy;
import io.tierkeeper.moves.remedy.Stall;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.Replica;
import java.util.List;
import java.util.Optional;

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

  /** The key can come back without: then what clients write into it afterwards is compared with the last copy scan. */
  @Override
  public Optional<Withdrawal> withdrawAfter(QdrantException failure, boolean overdue) {
    return overdue
        ? Optional.of(new Withdrawal(
            Abort.THAW_FAILED,
            "The content of the frozen key could not be recovered into a working shard key: "
                + QdrantErrors.text(failure)
                + ". Everything is restored: the tenant is in its dedicated key."))
        : Optional.empty();
  }

  @Override
  public Stall refused(MutationContext context, boolean takingBack, CallFailure failure) {
    List<Replica> replicas = context.layout().replicas(context.move().dedicated());
    return new Stall(
        StallReason.REVIVE_FAILED,
        "The content of the frozen key " + context.move().dedicated() + " ("
            + ClusterLayout.places(replicas)
            + ") cannot be recovered into a working shard key: " + failure.text()
            + ". The fallback serves the tenant meanwhile and no point is lost; the operator keeps "
            + "retrying. The command recovers the key from its own content; run it against that peer.",
        new Remedy.RecoverShard(replicas.get(0)));
  }
}
