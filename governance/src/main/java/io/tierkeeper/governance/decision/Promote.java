package io.tierkeeper.governance.decision;

import java.util.List;

/**
 * Move the tenant to a shard key of its own.
 *
 * @param tenant the tenant
 * @param reason the threshold or pin that requires it
 * @param gates every rule that was evaluated
 * @param dampedMass the mass that was decided on
 * @param points the points that were decided on
 * @param excess how far beyond the threshold, as a fraction of it; see {@link DecisionRanking}
 * @param pinned whether a TenantTier pins the tenant to that tier
 * @param approvalRequired whether the move needs approval first
 */
public record Promote(
    String tenant,
    DecisionReason reason,
    List<Gate> gates,
    double dampedMass,
    long points,
    double excess,
    boolean pinned,
    boolean approvalRequired)
    implements Decision {
  /** Keeps its own list. */
  public Promote {
    gates = List.copyOf(gates);
  }

  @Override
  public Direction advised() {
    return Direction.PROMOTE;
  }
}
