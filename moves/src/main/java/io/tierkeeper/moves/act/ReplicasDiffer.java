package io.tierkeeper.moves.act;

import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.remedy.Remedy;
import io.tierkeeper.moves.remedy.Stall;
import io.tierkeeper.moves.scan.VerificationScan;
import io.tierkeeper.qdrant.PointId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stall of a move that finds different versions of a point on the replicas of the fallback. */
final class ReplicasDiffer {

  private ReplicasDiffer() {}

  /** Null where there are no such points. */
  static @Nullable Stall stall(Move move, List<PointId> ids) {
    if (ids.isEmpty()) {
      return null;
    }
    List<PointId> first = ids.subList(0, Math.min(VerificationScan.MAX_NAMED, ids.size()));
    return new Stall(
        StallReason.VERIFICATION_DIFFERENCE,
        "The replicas of the fallback key " + move.fallback() + " hold different versions of "
            + ids.size() + " points of tenant " + move.tenant() + ": first ids " + first
            + ". One replica has lost its latest writes, and the operator cannot tell which version is the "
            + "right one. None of these points is deleted. The command saves them as both keys have them; "
            + "the runbook says how to read each replica and how to resolve the difference.",
        new Remedy.SavePoints(first));
  }
}
