package io.tierkeeper.operator.tenant;

import io.fabric8.kubernetes.api.model.Condition;
import io.tierkeeper.api.v1alpha1.ConditionTypes;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.operator.status.Conditions;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the status of a TenantTier says that could not be judged; pure. */
public final class UnjudgedTenants {

  private static final String SEE_COLLECTION = " cannot be evaluated; see its conditions.";

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

  /** Whether the TenantTier was judged, refused or reported as waiting before. */
  public static boolean known(@Nullable TenantTierStatus status) {
    return ready(status).isPresent();
  }

  /** Whether the status says already that the collection cannot be judged, about this generation. */
  public static boolean waits(TenantTier resource, @Nullable TenantTierStatus status) {
    return status != null
        && Objects.equals(status.observedGeneration(), generation(resource))
        && ready(status)
            .filter(ready -> String.valueOf(ready.getMessage()).endsWith(SEE_COLLECTION))
            .isPresent();
  }

  private static Optional<Condition> ready(@Nullable TenantTierStatus status) {
    return Stream.ofNullable(status)
        .flatMap(known -> Stream.ofNullable(known.conditions()))
        .flatMap(List::stream)
        .filter(condition -> ConditionTypes.READY.equals(condition.getType()))
        .findFirst();
  }

  /**
   * The status of a TenantTier whose collection cannot be judged now.
   *
   * @param collection name of the TieredCollection, whose conditions have the details
   */
  public static TenantTierStatus waiting(
      TenantTier resource,
      @Nullable TenantTierStatus before,
      String reason,
      String collection,
      Instant now) {
    String message = "TieredCollection " + collection + SEE_COLLECTION;
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
