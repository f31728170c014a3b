package io.tierkeeper.governance.decision;

import io.tierkeeper.governance.Penalty;
import io.tierkeeper.governance.TierState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a rule may see.
 *
 * @param tenant the tenant's name
 * @param tier where it is
 * @param dampedMass y', its published share, in [0,1]
 * @param points how many points it has, >= 0
 * @param policy the rules
 * @param pin the tier that a person asked for
 * @param now the instant of the decision
 * @param measuredAt when the mass was last measured; null for never
 * @param samples how many measurements the mass rests on
 * @param conditionSince since when the threshold has held without a break; null when it does not hold, or holds for the
 *     first time now
 * @param lastMove the tenant's last finished move; null for none
 * @param recentMoves when the tenant's moves finished or started, in any order
 * @param dedicatedCount tenants that have, or are getting, a shard key of their own
 * @param activeMoves moves under way on the cluster, without this tenant's own
 * @param pauses the collection's pauses
 * @param window the maintenance window for {@link Direction#from} the tier
 * @param waitingFor what foreign mover the collection waits for, in words; null for none
 * @param costAccount what the policy's {@link CostBand} remembers; null without one, or for a tenant never measured
 * @param penalty P(s) of the evaluation; null for a tenant never measured
 */
public record DecisionInput(
    String tenant,
    TierState tier,
    double dampedMass,
    long points,
    DecisionPolicy policy,
    Pin pin,
    Instant now,
    @Nullable Instant measuredAt,
    int samples,
    @Nullable Instant conditionSince,
    @Nullable LastMove lastMove,
    List<Instant> recentMoves,
    int dedicatedCount,
    int activeMoves,
    List<ActivePause> pauses,
    WindowState window,
    @Nullable String waitingFor,
    @Nullable CostAccount costAccount,
    @Nullable Penalty penalty) {
  /** Keeps its own lists. */
  public DecisionInput {
    recentMoves = List.copyOf(recentMoves);
    pauses = List.copyOf(pauses);
  }
}
