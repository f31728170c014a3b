package io.tierkeeper.moves.plan;

import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.observe.Observation;
import io.tierkeeper.moves.remedy.Remedy;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ShardTransfer;
import java.util.List;
import java.util.Objects;

/** The stalls of a promotion whose dedicated key does not serve, or not with all its replicas. */
final class PromotionStalls {

  private final Move move;
  private final Observation seen;
  private final ClusterLayout layout;
  private final List<ShardTransfer> transfers;
  private final boolean deletionBegun;

  PromotionStalls(Situation situation) {
    this.move = situation.move();
    this.seen = situation.seen();
    this.layout = situation.layout();
    this.transfers = layout.transfersInto(move.dedicated());
    this.deletionBegun = situation.journal().header().deletionBegun();
  }

  /** Dead keys cannot be read, so Qdrant cannot show whether it was a copy or the tenant's home. */
  Decision unknownHistory(long held, boolean known) {
    Replica replica = layout.replicas(move.dedicated()).get(0);
    return new Decision.Stalled(
        MoveStep.VERIFY,
        StallReason.DEDICATED_KEY_NOT_ACTIVE,
        "The dedicated key " + move.dedicated() + " is " + layout.state(move.dedicated())
            + " on peer " + Long.toUnsignedString(replica.peerId()) + ", holds " + held
            + " points (the fallback: " + seen.inFallback()
            + (known
                ? "): it may have served the tenant in the meantime, unobserved. It may be an interrupted copy or "
                : "), and the journal of the move that created it is lost: it may be an interrupted copy or ")
            + "the only copy of the tenant's points, so the operator never deletes it. If it is an "
            + "interrupted copy, the command saves it and deletes the key, and the move continues; run it "
            + "against that peer. If not, recover that snapshot into the same shard instead.",
        new Remedy.SaveAndDropKey(replica));
  }

  Decision rescue(String why) {
    List<Replica> replicas = layout.replicas(move.dedicated());
    return new Decision.Stalled(
        deletionBegun ? MoveStep.DELETE_SOURCE : MoveStep.VERIFY,
        StallReason.DEDICATED_KEY_NOT_ACTIVE,
        "The dedicated key " + move.dedicated() + " is not Active ("
            + ClusterLayout.places(replicas)
            + ") and " + why
            + ", so the operator never deletes it. Meanwhile the fallback serves the tenant and takes its "
            + "writes. The command recovers the key from its own content; run it against that peer. Both "
            + "keys are compared again before any point is deleted.",
        Planner.returnToService(replicas));
  }

  Decision placementStuck() {
    List<Remedy.Place> dropped = transfers.stream()
        .filter(ShardTransfer::sync)
        .map(transfer -> new Remedy.Place(
            Objects.requireNonNullElse(transfer.toShardId(), transfer.shardId()),
            transfer.toPeer()))
        .toList();
    return new Decision.Stalled(
        MoveStep.PLACE,
        StallReason.PLACEMENT_STUCK,
        "A transfer of the dedicated key has shown no progress for "
            + seen.idleFor().toSeconds()
            + " s: " + transfers
            + ". The key serves the tenant meanwhile. The command aborts the transfer and drops the replica "
            + "that it was creating; the move then starts it again.",
        new Remedy.AbortTransfers(transfers, dropped));
  }

  Decision stuckBeforeActive() {
    Replica replica = layout.replicas(move.dedicated()).get(0);
    return new Decision.Stalled(
        MoveStep.AWAIT_ACTIVE,
        StallReason.STUCK_BEFORE_ACTIVE,
        "The dedicated key has been ActiveRead without a transfer for "
            + seen.idleFor().toSeconds()
            + " s (" + ClusterLayout.places(List.of(replica))
            + "): it serves reads, both keys take writes, and no point is lost. The command saves the key "
            + "and deletes it; run it against that peer. The fallback holds every point, and the copy "
            + "starts over.",
        new Remedy.SaveAndDropKey(replica));
  }
}
