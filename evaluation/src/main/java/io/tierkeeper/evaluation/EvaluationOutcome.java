package io.tierkeeper.evaluation;

import io.tierkeeper.governance.Evaluation;
import io.tierkeeper.governance.TierState;
import io.tierkeeper.governance.decision.Decision;
import io.tierkeeper.qdrant.TenantId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an evaluation comes to.
 *
 * @param tenantIndex as given
 * @param memory for the next one
 * @param evaluation masses of all tenants; null before the first measurement
 * @param verdicts for tenants that have a TenantTier and for the biggest others
 * @param plans the tenants that shall be moved, the first first
 * @param dedicated tenants that have a shard key of their own
 * @param dropped names of tenants that the evaluation has left out for good, with the tiers that it saw them in
 * @param changed whether the composition differs from the last one
 */
public record EvaluationOutcome(
    TenantId.Kind tenantIndex,
    CollectionMemory memory,
    @Nullable Evaluation evaluation,
    Map<TenantId, TenantVerdict> verdicts,
    List<Plan> plans,
    int dedicated,
    Map<String, TierState> dropped,
    boolean changed) {

  /** A tenant that shall be moved, and why. */
  public record Plan(TenantId tenant, TenantIntent intent, Decision decision) {}
}
