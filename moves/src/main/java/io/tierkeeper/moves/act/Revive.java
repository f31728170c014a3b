package io.tierkeeper.moves.act;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.remedy.Remedy;
import io.tierkeeper.moves.remedy.Stall;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.Replica;
import java.util.List;

/** Recovers the frozen shard's own snapshot into itself: it becomes Active again. */
public record Revive(MoveStep step, int shardId, long peerId) implements Call {

  @Override
  public void describe(ObjectNode request) {
    request.put("shard", shardId);
  }

  @Override
  public MoveJournal announce(MoveJournal journal, MutationContext context) {
    // From here on the key may be back, and must be given what it has missed.
    return journal.header(draft -> draft.startSentAt(context.clock().instant()));
  }

  @Override
  public Outcome perform(MutationContext context) {
    QdrantWrites own = context.peer(peerId);
    SnapshotTransfer.transfer(context.move().collection(), own, shardId, own, shardId);
    return Outcome.done(context.journal());
  }

  /** A second revival that comes late would overwrite what clients wrote since the first. */
  @Override
  public boolean waitsForItsEffect() {
    return true;
  }

  @Override
  public Stall refused(MutationContext context, boolean takingBack, CallFailure failure) {
    List<Replica> replicas = context.layout().replicas(context.move().dedicated());
    return new Stall(
        StallReason.REVIVE_FAILED,
        "The dedicated key " + context.move().dedicated() + " (" + ClusterLayout.places(replicas)
            + ") does not return to service: " + failure.text()
            + ". The fallback serves the tenant meanwhile and no point is lost; the operator keeps "
            + "retrying. The command recovers the key from its own content; run it against that peer.",
        new Remedy.RecoverShard(replicas.get(0)));
  }
}
