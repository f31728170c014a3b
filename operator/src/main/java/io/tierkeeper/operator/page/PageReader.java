package io.tierkeeper.operator.page;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.tierkeeper.api.v1alpha1.ConditionTypes;
import io.tierkeeper.api.v1alpha1.LocalReference;
import io.tierkeeper.api.v1alpha1.PolicyDefaults;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveSpec;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TierPolicySpec;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import io.tierkeeper.operator.move.MoveFacts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what the page shows from the caches of the controllers; calls neither the Kubernetes API nor Qdrant. */
final class PageReader {

  /** The caches; each list is what is cached now. */
  interface Caches {
    List<TieredCollection> collections();

    List<TierPolicy> policies();

    List<TenantTier> tenantTiersOf(String namespace, String collection);

    List<TierMove> moves();
  }

  private PageReader() {}

  static PageSnapshot read(
      PageState.Replica replica, Caches caches, List<PageState.TrailEntry> trail) {
    Map<String, TierPolicy> policies = caches.policies().stream()
        .filter(policy -> policy.getSpec() != null)
        .collect(Collectors.toMap(
            policy -> namespace(policy) + "/" + policy.getMetadata().getName(),
            policy -> policy,
            (one, other) -> one));
    List<PageState.OfCollection> collections = new ArrayList<>();
    List<PageState.OfTenant> tenants = new ArrayList<>();
    for (TieredCollection collection : caches.collections().stream()
        .sorted(Comparator.comparing((TieredCollection each) -> namespace(each))
            .thenComparing(each -> each.getMetadata().getName()))
        .toList()) {
      PageState.Thresholds thresholds = thresholds(
          policies.get(namespace(collection) + "/" + name(collection.getSpec().policyRef())));
      if (collections.size() < PageSnapshot.MAX_COLLECTIONS) {
        collections.add(collection(collection, thresholds));
      }
      tenants.addAll(tenants(
          collection,
          caches.tenantTiersOf(namespace(collection), collection.getMetadata().getName()),
          thresholds));
    }
    tenants.sort(Comparator.comparing(
            (PageState.OfTenant tenant) -> Objects.requireNonNullElse(tenant.mass(), -1.0),
            Comparator.reverseOrder())
        .thenComparing(PageSnapshot::key));
    return new PageSnapshot(
        replica, List.copyOf(collections), List.copyOf(tenants), moves(caches.moves()), trail);
  }

  private static PageState.OfCollection collection(
      TieredCollection resource, PageState.Thresholds thresholds) {
    TieredCollectionStatus status =
        Objects.requireNonNullElseGet(resource.getStatus(), TieredCollectionStatus::empty);
    return new PageState.OfCollection(
        namespace(resource),
        resource.getMetadata().getName(),
        resource.getSpec().collection(),
        status.mode(),
        ready(status.conditions()),
        message(status.conditions()),
        status.tenants(),
        status.dedicated(),
        status.fallback() == null ? null : status.fallback().points(),
        thresholds,
        status.waitingFor() == null ? null : status.waitingFor().detail(),
        status.audit() == null ? null : status.audit().sequence());
  }

  /** Those with a TenantTier, then those that only the collection's status has. */
  private static List<PageState.OfTenant> tenants(
      TieredCollection collection, List<TenantTier> tiers, PageState.Thresholds thresholds) {
    TieredCollectionStatus status = collection.getStatus();
    Map<String, TieredCollectionStatus.TopTenant> top = new LinkedHashMap<>();
    if (status != null && status.topTenants() != null) {
      status.topTenants().forEach(row -> top.put(String.valueOf(row.tenant()), row));
    }
    List<PageState.OfTenant> tenants = new ArrayList<>(tiers.size() + top.size());
    for (TenantTier tier : tiers) {
      if (tier.getSpec() != null) {
        String tenant = text(tier.getSpec().tenant(), tier.getSpec().tenantInteger());
        tenants.add(tenant(collection, tenant, tier, top.remove(tenant), thresholds));
      }
    }
    top.forEach((tenant, row) -> tenants.add(new PageState.OfTenant(
        namespace(collection),
        collection.getMetadata().getName(),
        tenant,
        null,
        row.tier(),
        null,
        row.points(),
        number(row.dampedMass()),
        thresholds,
        new PageState.Advice(row.advice(), null),
        List.of(),
        null)));
    return tenants;
  }

  /** @param row of the last evaluation: a TenantTier's own status is not written for small changes of its mass */
  private static PageState.OfTenant tenant(
      TieredCollection collection,
      String tenant,
      TenantTier resource,
      TieredCollectionStatus.@Nullable TopTenant row,
      PageState.Thresholds policy) {
    TenantTierSpec spec = resource.getSpec();
    TenantTierStatus status =
        Objects.requireNonNullElseGet(resource.getStatus(), TenantTierStatus::empty);
    TenantTierStatus.Advice advice = status.advice();
    return new PageState.OfTenant(
        namespace(collection),
        collection.getMetadata().getName(),
        tenant,
        resource.getMetadata().getName(),
        status.tier(),
        spec.tier() == null || spec.tier() == TenantTierSpec.Tier.Auto
            ? null
            : spec.tier().name(),
        row == null || row.points() == null ? status.points() : row.points(),
        number(row == null || row.dampedMass() == null ? status.dampedMass() : row.dampedMass()),
        overridden(policy, spec),
        advice == null
            ? new PageState.Advice(null, message(status.conditions()))
            : new PageState.Advice(
                advice.action(),
                advice.message() == null ? message(status.conditions()) : advice.message()),
        status.gates() == null
            ? List.of()
            : status.gates().stream().map(PageReader::gate).toList(),
        null);
  }

  private static PageState.Gate gate(TenantTierStatus.Gate gate) {
    return new PageState.Gate(
        gate.name(),
        gate.current(),
        gate.required(),
        Boolean.TRUE.equals(gate.met()),
        gate.earliest());
  }

  /** A cost band has no threshold on the share. */
  private static PageState.Thresholds thresholds(@Nullable TierPolicy policy) {
    if (policy == null || policy.getSpec().decision() == TierPolicySpec.DecisionKind.CostBand) {
      return PageState.Thresholds.NONE;
    }
    TierPolicySpec spec = policy.getSpec();
    return new PageState.Thresholds(
        number(
            spec.promote() == null || spec.promote().aboveShare() == null
                ? PolicyDefaults.ABOVE_SHARE
                : spec.promote().aboveShare()),
        number(
            spec.demote() == null || spec.demote().belowShare() == null
                ? PolicyDefaults.BELOW_SHARE
                : spec.demote().belowShare()));
  }

  private static PageState.Thresholds overridden(PageState.Thresholds policy, TenantTierSpec spec) {
    if (policy.promoteAbove() == null || spec.promote() == null && spec.demote() == null) {
      return policy;
    }
    return new PageState.Thresholds(
        spec.promote() == null || spec.promote().aboveShare() == null
            ? policy.promoteAbove()
            : number(spec.promote().aboveShare()),
        spec.demote() == null || spec.demote().belowShare() == null
            ? policy.demoteBelow()
            : number(spec.demote().belowShare()));
  }

  private static List<PageState.OfMove> moves(List<TierMove> moves) {
    return moves.stream()
        .filter(
            move -> move.getSpec() != null && !MoveFacts.phase(move.getStatus()).ended())
        .sorted(Comparator.comparing((TierMove move) -> begun(move) ? 0 : 1)
            .thenComparing(PageReader::namespace)
            .thenComparing(move -> move.getMetadata().getName()))
        .limit(PageSnapshot.MAX_MOVES)
        .map(PageReader::move)
        .toList();
  }

  private static PageState.OfMove move(TierMove resource) {
    TierMoveSpec spec = resource.getSpec();
    TierMoveStatus status =
        Objects.requireNonNullElseGet(resource.getStatus(), TierMoveStatus::empty);
    TierMoveStatus.Step step = status.step();
    TierMoveStatus.Progress progress = status.progress();
    return new PageState.OfMove(
        namespace(resource),
        name(spec.collectionRef()),
        resource.getMetadata().getName(),
        text(spec.tenant(), spec.tenantInteger()),
        String.valueOf(spec.direction()),
        phase(resource),
        spec.plan() == null || spec.plan().steps() == null
            ? List.of()
            : List.copyOf(spec.plan().steps()),
        step == null ? null : step.index(),
        step == null ? null : step.name(),
        progress == null ? null : progress.percent(),
        progress == null ? null : progress.etaSeconds(),
        Objects.requireNonNullElse(status.message(), ""));
  }

  private static boolean begun(TierMove move) {
    return move.getStatus() != null && move.getStatus().startedAt() != null;
  }

  private static String phase(TierMove move) {
    return move.getStatus() == null || move.getStatus().phase() == null
        ? "Pending"
        : move.getStatus().phase();
  }

  private static String ready(@Nullable List<Condition> conditions) {
    return condition(conditions) == null
        ? "Unknown"
        : String.valueOf(Objects.requireNonNull(condition(conditions)).getStatus());
  }

  private static String message(@Nullable List<Condition> conditions) {
    Condition ready = condition(conditions);
    return ready == null || ready.getMessage() == null ? "" : ready.getMessage();
  }

  private static @Nullable Condition condition(@Nullable List<Condition> conditions) {
    return conditions == null
        ? null
        : conditions.stream()
            .filter(condition -> ConditionTypes.READY.equals(condition.getType()))
            .findFirst()
            .orElse(null);
  }

  private static String namespace(HasMetadata resource) {
    return Objects.requireNonNullElse(resource.getMetadata().getNamespace(), "");
  }

  private static String name(@Nullable LocalReference reference) {
    return reference == null ? "" : Objects.requireNonNullElse(reference.name(), "");
  }

  private static String text(@Nullable String keyword, @Nullable Long number) {
    return keyword == null ? String.valueOf(number) : keyword;
  }

  /** Null for what cannot be parsed, which a schema of another version may have let pass. */
  private static @Nullable Double number(@Nullable String decimal) {
    if (decimal == null) {
      return null;
    }
    try {
      double value = Double.parseDouble(decimal);
      return Double.isFinite(value) ? value : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
