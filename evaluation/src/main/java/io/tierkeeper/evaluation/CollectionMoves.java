package io.tierkeeper.evaluation;

import io.tierkeeper.governance.decision.MoveCosts;
import io.tierkeeper.governance.decision.MoveHistory;
import io.tierkeeper.qdrant.TenantId;
import java.util.Map;

/**
 * The moves of a collection as an evaluation sees them.
 *
 * @param open moves that have not ended, by tenant
 * @param finished moves that have ended, by tenant
 * @param busyOnCluster moves at work on the collection's Qdrant cluster, its own included; >= 0
 * @param costs what finished moves of the collection have cost
 */
public record CollectionMoves(
    Map<TenantId, OpenMove> open,
    Map<TenantId, MoveHistory> finished,
    int busyOnCluster,
    MoveCosts costs) {
  /** Keeps its own maps. */
  public CollectionMoves {
    open = Map.copyOf(open);
    finished = Map.copyOf(finished);
  }

  MoveHistory finished(TenantId tenant) {
    return finished.getOrDefault(tenant, MoveHistory.NONE);
  }
}
