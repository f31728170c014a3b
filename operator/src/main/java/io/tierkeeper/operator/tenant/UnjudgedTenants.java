package io.tierkeeper.operator.tenant;

import io.tierkeeper.api.v1alpha1.ConditionTypes;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.operator.status.Conditions;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the status of a TenantTier says that could not be judged; pure. */
public final class UnjudgedTenants {

  private UnjudgedTenants() {}

  /** The status of a TenantTier that cannot be followed; what was measured before stays. */
  public static TenantTierStatus refused(
      TenantTier resource,
      @Nullable TenantTierStatus before,
      String reason,
      String message,
      Instant now) {
    TenantTierStatus last = Objects.requireNonNullElseGet(before, TenantTierStatus::empty);
    long generation = generation(resource);
    Conditions conditions = new Conditions(last.conditions(), generation, now)
        .set(ConditionTypes.READY, false, reason, message)
        .set(ConditionTypes.STALLED, true, reason, message);
    return TenantTierStatus.empty().toBuilder()
        .observedGeneration(generation)
        .tier(last.tier() == null ? "Unknown" : last.tier())
        .lastMove(last.lastMove())
        .conditions(conditions.list())
        .lastHandledRequest(last.lastHandledRequest())
        .build();
  }

  /** The status of a TenantTier whose collection cannot be judged now. */
  public static TenantTierStatus waiting(
      TenantTier resource,
      @Nullable TenantTierStatus before,
      String reason,
      String message,
      Instant now) {
    TenantTierStatus last = Objects.requireNonNullElseGet(before, TenantTierStatus::empty);
    long generation = generation(resource);
    return last.toBuilder()
        .observedGeneration(generation)
        .tier(last.tier() == null ? "Unknown" : last.tier())
        .conditions(new Conditions(last.conditions(), generation, now)
            .set(ConditionTypes.READY, false, reason, message)
            .keep(ConditionTypes.MEASUREMENTS_FRESH)
            .list())
        .build();
  }

  private static long generation(TenantTier resource) {
    return Objects.requireNonNullElse(resource.getMetadata().getGeneration(), 0L);
  }
}
