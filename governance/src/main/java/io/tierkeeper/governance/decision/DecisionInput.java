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
 * @param policy the rules
 * @param pin the tier that a TenantTier requests
 * @param now the instant of the decision
 * @param measured what is measured and remembered of the tenant
 * @param moves the tenant's finished moves
 * @param circumstances of the collection and its cluster
 */
public record DecisionInput(
    String tenant,
    TierState tier,
    DecisionPolicy policy,
    Pin pin,
    Instant now,
    Measured measured,
    MoveHistory moves,
    Circumstances circumstances) {

  /**
   * What is measured and remembered of the tenant.
   *
   * @param dampedMass y', its published share, in [0,1]
   * @param points how many points it has, >= 0
   * @param at when the mass was last measured; null for never
   * @param samples how many measurements the mass rests on
   * @param conditionSince since when the threshold has held without a break; null when it does not hold, or holds for the
   *     first time now
   * @param costAccount what the policy's {@link CostBand} remembers; null without one, or for a tenant never measured
   * @param penalty P(s) of the evaluation; null for a tenant never measured
   */
  public record Measured(
      double dampedMass,
      long points,
      @Nullable Instant at,
      int samples,
      @Nullable Instant conditionSince,
      @Nullable CostAccount costAccount,
      @Nullable Penalty penalty) {}

  /**
   * What holds for the tenant from outside.
   *
   * @param dedicatedCount tenants that have, or are getting, a shard key of their own
   * @param activeMoves moves under way on the cluster, without this tenant's own
   * @param pauses the collection's pauses
   * @param window the maintenance window for {@link Direction#from} the tier
   * @param waitingFor what foreign mover the collection waits for, in words; null for none
   */
  public record Circumstances(
      int dedicatedCount,
      int activeMoves,
      List<ActivePause> pauses,
      WindowState window,
      @Nullable String waitingFor) {
    /** Keeps its own list. */
    public Circumstances {
      pauses = List.copyOf(pauses);
    }
  }
}
