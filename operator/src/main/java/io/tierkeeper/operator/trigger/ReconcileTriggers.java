package io.tierkeeper.operator.trigger;

import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TieredCollection;

/** One trigger for each kind of resource. */
public record ReconcileTriggers(
    ReconcileTrigger<TierPolicy> policies,
    ReconcileTrigger<TieredCollection> collections,
    ReconcileTrigger<TenantTier> tenants,
    ReconcileTrigger<TierMove> moves) {

  /** Triggers of one leader session. */
  public static ReconcileTriggers of(EvaluationTimer timer) {
    return new ReconcileTriggers(
        new ReconcileTrigger<>("policy-trigger", timer),
        new ReconcileTrigger<>("collection-trigger", timer),
        new ReconcileTrigger<>("tenant-trigger", timer),
        new ReconcileTrigger<>("move-trigger", timer));
  }
}
