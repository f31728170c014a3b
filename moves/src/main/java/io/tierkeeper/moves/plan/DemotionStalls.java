package io.tierkeeper.moves.plan;

import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.remedy.Remedy;
import io.tierkeeper.qdrant.Replica;
import java.util.List;

/** The stalls of a demotion, or of an undo, that cannot continue by itself. */
final class DemotionStalls {

  private DemotionStalls() {}

  /** The dedicated key has got further shards since the move began. */
  static Decision severalShards(Situation of, String message) {
    return new Decision.Stalled(
        of.journal().step(),
        StallReason.REFUSED,
        "The " + message
            + " It had one when the move began; the move neither freezes nor deletes it. It "
            + "continues once the resharding that added one is reverted. The command shows the shards.",
        new Remedy.ShowShards());
  }

  /** Peers run different or old versions while a promotion is being undone. */
  static Decision versions(Situation of, String message) {
    return new Decision.Stalled(
        of.journal().step(),
        StallReason.PEERS_DISAGREE,
        message
            + ". The promotion is being undone, and this continues once every peer runs the same "
            + "version, which is allowed. The command shows the peers.",
        new Remedy.ShowCluster());
  }

  /** The dedicated key does not serve, and this move did not take it out of service. */
  static Decision notActive(Situation of, MoveStep step, String why) {
    List<Replica> replicas = of.layout().replicas(of.move().dedicated());
    return new Decision.Stalled(
        step,
        StallReason.DEDICATED_KEY_NOT_ACTIVE,
        "The dedicated key " + of.move().dedicated() + " is not Active ("
            + ClusterLayout.places(replicas)
            + ") and "
            + why
            + ". Its content is on disk; meanwhile the fallback serves the tenant and takes its writes. The "
            + "command recovers the key from its own content; run it against that peer.",
        Planner.returnToService(replicas));
  }
}
