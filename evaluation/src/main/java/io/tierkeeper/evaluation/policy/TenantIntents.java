package io.tierkeeper.evaluation.policy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.tierkeeper.api.mapping.InvalidValueException;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.evaluation.TenantIntent;
import io.tierkeeper.governance.decision.Pin;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The TenantTiers of a collection, sorted into those that hold and those that cannot be followed.
 *
 * @param valid by tenant
 * @param refused by resource name, each with its reason
 */
public record TenantIntents(Map<TenantId, Valid> valid, Map<String, Refusal> refused) {

  /** A TenantTier that is followed. */
  public record Valid(TenantTier resource, TenantIntent intent) {}

  /** Why a TenantTier is not followed. */
  public record Refusal(TenantTier resource, String reason, String message) {}

  /** Why the collection does not allow moves of a tenant. */
  public record Obstacle(String reason, String message) {}

  /** The generations of the TenantTiers that are followed. */
  public Map<TenantId, Long> generations() {
    Map<TenantId, Long> generations = new HashMap<>();
    valid.forEach((tenant, it) -> {
      Long generation = it.resource().getMetadata().getGeneration();
      generations.put(tenant, generation == null ? 0L : generation);
    });
    return generations;
  }

  private static final Comparator<TenantTier> OLDEST_FIRST =
      Comparator.<TenantTier, String>comparing(tier ->
              Optional.ofNullable(tier.getMetadata().getCreationTimestamp()).orElse(""))
          .thenComparing(tier -> tier.getMetadata().getName());

  /** Of two that name the same tenant the older one holds. */
  public static TenantIntents of(List<TenantTier> tiers, Policy rules, ShardKey fallback) {
    Map<TenantId, Valid> valid = new LinkedHashMap<>();
    Map<String, Refusal> refused = new LinkedHashMap<>();
    for (TenantTier tier : tiers.stream().sorted(OLDEST_FIRST).toList()) {
      String name = tier.getMetadata().getName();
      Optional<TenantId> named = tenant(tier.getSpec());
      if (named.isEmpty()) {
        refused.put(
            name,
            new Refusal(
                tier,
                Reasons.TENANT_UNKNOWN,
                "spec.tenant: is missing; needed: tenant or tenantInteger"));
        continue;
      }
      TenantId tenant = named.get();
      Valid older = valid.get(tenant);
      if (older != null) {
        refused.put(
            name,
            new Refusal(
                tier,
                Reasons.CONFLICT,
                "spec.tenant: " + tenant + " is named by the older TenantTier "
                    + nameOf(older.resource()) + ", which holds; delete one of the two"));
      } else if (ShardKey.of(tenant).equals(fallback)) {
        refused.put(
            name,
            new Refusal(
                tier,
                Reasons.TENANT_IS_FALLBACK,
                "spec.tenant: " + tenant
                    + " is the fallback shard key of the collection; allowed: any other tenant"));
      } else {
        try {
          valid.put(tenant, new Valid(tier, intent(tier, tenant, rules)));
        } catch (IllegalArgumentException e) {
          refused.put(
              name,
              new Refusal(
                  tier, Reasons.THRESHOLDS_CROSSED, e.getMessage() + "; policy " + rules.name()));
        }
      }
    }
    return new TenantIntents(valid, refused);
  }

  /** Without the TenantTiers of these tenants, which are refused for these reasons. */
  public TenantIntents refusing(Map<TenantId, Obstacle> obstacles) {
    Map<TenantId, Valid> remaining = new LinkedHashMap<>();
    Map<String, Refusal> all = new LinkedHashMap<>(refused);
    valid.forEach((tenant, it) -> {
      Obstacle obstacle = obstacles.get(tenant);
      if (obstacle == null) {
        remaining.put(tenant, it);
      } else {
        all.put(
            nameOf(it.resource()),
            new Refusal(it.resource(), obstacle.reason(), obstacle.message()));
      }
    });
    return new TenantIntents(remaining, all);
  }

  /**
   * What a TenantTier requests for the tenant that it names.
   *
   * @throws InvalidValueException when a value cannot be used, or not together with the policy
   */
  public static TenantIntent intent(TenantTier tier, TenantId tenant, Policy policy) {
    TenantTierSpec spec = tier.getSpec();
    return new TenantIntent(
        tier.getMetadata().getName(),
        tenant,
        pin(spec),
        DecisionFields.weight(spec),
        policy.decisions(spec));
  }

  /** The tier that a TenantTier requests; absent means that the thresholds decide. */
  public static Pin pin(TenantTierSpec spec) {
    return DecisionFields.pin(spec);
  }

  /** The tenant that a TenantTier names; empty where it names none or two. */
  public static Optional<TenantId> tenant(TenantTierSpec spec) {
    return TenantId.of(spec.tenant(), spec.tenantInteger());
  }

  private static String nameOf(HasMetadata resource) {
    return resource.getMetadata().getName();
  }
}
