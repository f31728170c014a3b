package io.tierkeeper.evaluation.policy;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.tierkeeper.api.mapping.InvalidValueException;
import io.tierkeeper.api.mapping.PolicyCompletion;
import io.tierkeeper.api.mapping.PolicyHash;
import io.tierkeeper.api.v1alpha1.Direction;
import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TierPolicySpec;
import io.tierkeeper.evaluation.schedule.CronSchedule;
import io.tierkeeper.evaluation.schedule.MaintenanceWindow;
import io.tierkeeper.evaluation.schedule.MaintenanceWindows;
import io.tierkeeper.governance.GovernanceParameters;
import io.tierkeeper.governance.decision.DecisionPolicy;
import io.tierkeeper.governance.decision.WindowState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A TierPolicy, read once, with types instead of texts. Omitted fields have the defaults of {@link
 * io.tierkeeper.api.v1alpha1.PolicyDefaults}; a test holds those of governance to them.
 *
 * @param name of the TierPolicy
 * @param generation of it
 * @param hash of its completed spec
 * @param spec completed
 * @param parameters of the damping
 * @param decisions the rules for tenants without overrides
 * @param moves how moves are carried out
 * @param windows when moves may start
 * @param schedule when the policy's collections are evaluated
 * @param weighted whether points are multiplied by the tenants' weights
 */
public record Policy(
    String name,
    long generation,
    String hash,
    TierPolicySpec spec,
    GovernanceParameters parameters,
    DecisionPolicy decisions,
    MoveTerms moves,
    MaintenanceWindows windows,
    CronSchedule schedule,
    boolean weighted) {

  /**
   * Reads a policy.
   *
   * @throws IllegalArgumentException naming the field, its value and what is allowed
   */
  public static Policy read(TierPolicy policy) {
    TierPolicySpec spec = PolicyCompletion.complete(policy.getSpec());
    TierPolicySpec.Schedule schedule = Objects.requireNonNull(spec.schedule());
    return new Policy(
        policy.getMetadata().getName(),
        Objects.requireNonNullElse(policy.getMetadata().getGeneration(), 0L),
        PolicyHash.of(spec),
        spec,
        DecisionFields.damping(spec),
        DecisionFields.decisions(spec, null),
        MoveTerms.of(spec),
        windows(Objects.requireNonNullElse(spec.windows(), List.of())),
        CronSchedule.parse(
            Objects.requireNonNull(schedule.evaluate()),
            Objects.requireNonNull(schedule.timeZone())),
        Objects.requireNonNull(spec.mass()).metric() == TierPolicySpec.Metric.Weighted);
  }

  /** A policy in which nothing is set: the documented defaults. */
  public static Policy defaults() {
    TierPolicy empty = new TierPolicy();
    empty.setMetadata(new ObjectMetaBuilder().withName("defaults").build());
    return read(empty);
  }

  /**
   * The rules for one tenant; what its TenantTier sets, if there is one, wins over the policy, field by field.
   *
   * @throws InvalidValueException when an override cannot be used, or not together with the policy
   */
  public DecisionPolicy decisions(@Nullable TenantTierSpec overrides) {
    return overrides == null ? decisions : DecisionFields.decisions(spec, overrides);
  }

  /** {@code standard/3}: what a plan was made under. */
  public String version() {
    return name + "/" + generation;
  }

  /** The maintenance windows for a direction. */
  public WindowState window(Instant now, io.tierkeeper.governance.decision.Direction direction) {
    MaintenanceWindows.State state = windows.stateAt(now, direction.label());
    return new WindowState(state.open(), state.nextEdge().orElse(null));
  }

  private static MaintenanceWindows windows(List<TierPolicySpec.MaintenanceWindow> specs) {
    List<MaintenanceWindow> windows = new ArrayList<>(specs.size());
    for (int i = 0; i < specs.size(); i++) {
      String field = "spec.windows[" + i + "]";
      TierPolicySpec.MaintenanceWindow given = specs.get(i);
      try {
        windows.add(new MaintenanceWindow(
            CronSchedule.parse(
                required(field, given.schedule()), required(field, given.timeZone())),
            Duration.ofSeconds(io.tierkeeper.api.mapping.DurationText.parse(
                    field + ".duration", required(field, given.duration()))
                .toSeconds()),
            directions(given.directions())));
      } catch (InvalidValueException e) {
        throw e;
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(field + ": " + e.getMessage(), e);
      }
    }
    return new MaintenanceWindows(windows);
  }

  private static Set<String> directions(@Nullable List<Direction> given) {
    return given == null ? Set.of() : given.stream().map(Enum::name).collect(Collectors.toSet());
  }

  private static String required(String field, @Nullable String value) {
    if (value == null) {
      throw new IllegalArgumentException(field + ": is incomplete; needed: schedule and duration");
    }
    return value;
  }
}
