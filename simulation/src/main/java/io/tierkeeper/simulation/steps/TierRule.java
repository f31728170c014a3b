package io.tierkeeper.simulation.steps;

import io.tierkeeper.governance.TierState;

/** Which tier a tenant has in a step. */
@FunctionalInterface
interface TierRule {

  /**
   * The tier in which a tenant is evaluated.
   *
   * @param before its tier in the step before; in step 0 and for a new tenant {@link TierState#FALLBACK}
   * @param share its damped share in the step before; NaN where it has none
   */
  TierState tier(String tenant, int step, TierState before, double share);

  /** As the scenario says; a tenant of which a step says nothing stays where it is. */
  static TierRule given(StepScenario scenario) {
    return (tenant, step, before, share) ->
        scenario.steps().get(step).tiers().getOrDefault(tenant, before);
  }

  /**
   * As the note's two triggers say: promote above one share, demote below the other, and a move takes one step. No
   * stabilization window, cooldown or other rule applies.
   */
  static TierRule thresholds(double aboveShare, double belowShare) {
    return (tenant, step, before, share) -> switch (before) {
      case FALLBACK -> share > aboveShare ? TierState.PROMOTING : TierState.FALLBACK;
      case PROMOTING -> TierState.DEDICATED;
      case DEDICATED -> share < belowShare ? TierState.DEMOTING : TierState.DEDICATED;
      case DEMOTING -> TierState.FALLBACK;
    };
  }

  /** Every tenant stays in the fallback. */
  static TierRule fallback() {
    return (tenant, step, before, share) -> TierState.FALLBACK;
  }

  /** The same, but a tenant with a shard key of its own keeps it. */
  default TierRule withoutDemotion() {
    return (tenant, step, before, share) ->
        before == TierState.DEDICATED ? TierState.DEDICATED : tier(tenant, step, before, share);
  }
}
