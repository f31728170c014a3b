package io.tierkeeper.evaluation.history;

import io.tierkeeper.api.mapping.DecimalText;
import io.tierkeeper.api.mapping.TimeText;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.evaluation.CollectionMemory;
import io.tierkeeper.evaluation.TenantMemory;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.evaluation.policy.TenantIntents;
import io.tierkeeper.governance.decision.CostAccount;
import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.qdrant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds after a restart what was remembered before it: masses and windows from the audit
 * trail, the time that a threshold has held and what a cost band has accumulated from the status of the TenantTiers.
 */
public final class MemoryRestorer {

  private static final String STABILISATION = "StabilizationWindow";

  private MemoryRestorer() {}

  /** The memory that the trail and the resources hold; what they lack starts from what is observed. */
  public static CollectionMemory restore(
      RestoredTrail trail,
      List<TenantTier> tiers,
      Policy rules,
      TenantId.Kind tenantIndex,
      Instant now) {
    Map<TenantId, TenantMemory> tenants = new HashMap<>();
    for (RecordedComposition.Tenant tenant : trail.composition().tenants()) {
      tenants.put(
          TenantId.parse(tenant.name(), tenantIndex),
          new TenantMemory(
              tenant.dampedMass(), tenant.window(), tenant.samples(), null, null, "", null, null));
    }
    Instant last = trail.measuredAt();
    boolean fresh =
        last != null && Duration.between(last, now).compareTo(rules.decisions().staleAfter()) <= 0;
    for (TenantTier tier : tiers) {
      TenantIntents.tenant(tier.getSpec())
          .ifPresent(tenant -> tenants.computeIfPresent(
              tenant,
              (key, old) -> fresh ? withCondition(old, tier.getStatus(), rules, now) : old));
      CostAccount account = account(tier, rules);
      if (account != null) {
        TenantIntents.tenant(tier.getSpec())
            .ifPresent(tenant -> tenants.merge(
                tenant,
                TenantMemory.FIRST.withAccount(account),
                (old, none) -> old.withAccount(account)));
      }
    }
    return new CollectionMemory(tenants, null, null);
  }

  /** As it was written last; what came after that is forgotten, and a part that cannot be read forgets all. */
  private static @Nullable CostAccount account(TenantTier tier, Policy rules) {
    CostBand band = rules.decisions().costBand();
    TenantTierStatus.CostAccount written =
        tier.getStatus() == null ? null : tier.getStatus().costAccount();
    if (band == null
        || written == null
        || written.accumulated() == null
        || written.credit() == null
        || written.net() == null
        || written.dedicated() == null) {
      return null;
    }
    OptionalDouble accumulated = DecimalText.read(written.accumulated());
    OptionalDouble credit = DecimalText.read(written.credit());
    OptionalDouble net = DecimalText.read(written.net());
    // An account of before bands could change says nothing of its width.
    OptionalDouble width = written.width() == null
        ? OptionalDouble.of(band.width())
        : DecimalText.read(written.width());
    return accumulated.isEmpty() || credit.isEmpty() || net.isEmpty() || width.isEmpty()
        ? null
        : band.fit(new CostAccount(
            Math.min(width.getAsDouble(), Math.max(0, accumulated.getAsDouble())),
            credit.getAsDouble(),
            net.getAsDouble(),
            written.dedicated(),
            width.getAsDouble()));
  }

  private static TenantMemory withCondition(
      TenantMemory old, @Nullable TenantTierStatus status, Policy rules, Instant now) {
    if (status == null || status.gates() == null || status.advice() == null) {
      return old;
    }
    Direction direction = "Dedicated".equals(status.tier()) ? Direction.DEMOTE : Direction.PROMOTE;
    Duration window = rules.decisions().thresholds(direction).stabilizationWindow();
    for (TenantTierStatus.Gate gate : status.gates()) {
      if (STABILISATION.equals(gate.name())) {
        Instant since = Boolean.TRUE.equals(gate.met())
            ? now.minus(window)
            : TimeText.read(gate.earliest()).map(at -> at.minus(window)).orElse(null);
        return since == null ? old : old.withConditionFor(direction).withConditionSince(since);
      }
    }
    return old;
  }
}
