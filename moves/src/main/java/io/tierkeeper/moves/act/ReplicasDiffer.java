package io.tierkeeper.moves.act;

import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.remedy.Remedy;
import io.tierkeeper.moves.remedy.Stall;
import io.tierkeeper.moves.scan.VerificationScan;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.ShardKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stall of a move that finds different versions of a point on the replicas of one key. */
final class ReplicasDiffer {

  private ReplicasDiffer() {}

  /**
   * Null where there are no such points.
   *
   * @param inFallback points of which the replicas of the fallback hold different versions
   * @param inDedicated those of the dedicated key
   */
  static @Nullable Stall stall(Move move, List<PointId> inFallback, List<PointId> inDedicated) {
    if (!inFallback.isEmpty()) {
      return stall(
          move, "fallback key " + move.fallback(), inFallback, "None of these points is deleted.");
    }
    return inDedicated.isEmpty() ? null : inDedicated(move, inDedicated, "No point is deleted.");
  }

  /** Of points in the dedicated key, with what does not happen to them. */
  static Stall inDedicated(Move move, List<PointId> ids, String spared) {
    ShardKey key = move.dedicated();
    return stall(move, "dedicated key " + key, ids, spared);
  }

  private static Stall stall(Move move, String key, List<PointId> ids, String spared) {
    List<PointId> first = ids.subList(0, Math.min(VerificationScan.MAX_NAMED, ids.size()));
    return new Stall(
        StallReason.VERIFICATION_DIFFERENCE,
        "The replicas of the " + key + " hold different versions of " + ids.size()
            + " points of tenant " + move.tenant()
            + ", or some of them lack these points: first ids "
            + first
            + ". One replica has lost its latest writes, and the operator cannot tell which version is the "
            + "right one. " + spared + " The command saves them as both keys have them; "
            + "the runbook says how to read each replica and how to resolve the difference.",
        new Remedy.SavePoints(first));
  }
}
