package io.tierkeeper.evaluation;

import io.soabase.recordbuilder.core.RecordBuilder;
import io.tierkeeper.governance.Penalty;
import io.tierkeeper.governance.Window;
import io.tierkeeper.governance.decision.CostAccount;
import io.tierkeeper.governance.decision.DecisionInput;
import io.tierkeeper.governance.decision.Direction;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a tenant between two evaluations.
 *
 * @param dampedMass y as last published
 * @param window recent damped masses
 * @param samples measurements so far
 * @param conditionFor the direction whose threshold holds; null for none
 * @param conditionSince since when it holds without a break
 * @param verdict the last decision in short; empty before the first
 * @param verdictSince since when that decision stands
 * @param account what the policy's cost band remembers; null without one, and before the first measurement
 */
@RecordBuilder
public record TenantMemory(
    double dampedMass,
    Window window,
    int samples,
    @Nullable Direction conditionFor,
    @Nullable Instant conditionSince,
    String verdict,
    @Nullable Instant verdictSince,
    @Nullable CostAccount account)
    implements TenantMemoryBuilder.With {

  /** Of a tenant that was never measured. */
  public static final TenantMemory FIRST =
      new TenantMemory(Double.NaN, Window.empty(), 0, null, null, "", null, null);

  /**
   * What a decision about the tenant is based on.
   *
   * @param mass its damped share in [0,1], 0 for a tenant without numbers
   * @param points that it has, >= 0
   * @param at when it was last measured; null for never
   * @param penalty P(s) of the evaluation; null for a tenant without numbers
   */
  public DecisionInput.Measured measured(
      double mass, long points, @Nullable Instant at, @Nullable Penalty penalty) {
    return new DecisionInput.Measured(mass, points, at, samples, conditionSince, account, penalty);
  }
}
