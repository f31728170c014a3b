package io.tierkeeper.evaluation;

import io.tierkeeper.governance.Window;
import io.tierkeeper.governance.decision.CostAccount;
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
public record TenantMemory(
    double dampedMass,
    Window window,
    int samples,
    @Nullable Direction conditionFor,
    @Nullable Instant conditionSince,
    String verdict,
    @Nullable Instant verdictSince,
    @Nullable CostAccount account) {

  /** Someone seen for the first time. */
  public static final TenantMemory FIRST =
      new TenantMemory(Double.NaN, Window.empty(), 0, null, null, "", null, null);

  /** The same with another account. */
  public TenantMemory with(CostAccount other) {
    return new TenantMemory(
        dampedMass, window, samples, conditionFor, conditionSince, verdict, verdictSince, other);
  }
}
