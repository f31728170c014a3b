package io.tierkeeper.cli.cluster;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import io.tierkeeper.api.v1alpha1.ConditionTypes;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@code status} prints; the names of the components are those of its JSON.
 *
 * @param state the one that matters most
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record StatusReport(String state, List<OfCollection> collections) {

  /**
   * A TieredCollection.
   *
   * @param atRest tenants with a TenantTier that are left out because they are at rest
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record OfCollection(
      String namespace,
      String name,
      String state,
      String ready,
      @Nullable String mode,
      @Nullable Long tenants,
      @Nullable Long dedicated,
      @Nullable Long fallbackPoints,
      String message,
      List<OfTenant> tenantTiers,
      int atRest) {}

  /** A tenant with a TenantTier. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record OfTenant(
      String name,
      String tenant,
      String state,
      String ready,
      String tier,
      @Nullable String pin,
      @Nullable String share,
      @Nullable Long points,
      String advice,
      String message,
      List<OfMove> moves) {}

  /** A TierMove that is not over. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record OfMove(
      String name,
      String direction,
      String state,
      String phase,
      @Nullable String step,
      @Nullable Integer percent,
      @Nullable Long etaSeconds,
      @Nullable String planHash,
      String message) {}

  /** The exit code of {@code status}. */
  int exitCode() {
    return of(state).exitCode();
  }

  private static TieringState of(String label) {
    for (TieringState state : TieringState.values()) {
      if (state.label().equals(label)) {
        return state;
      }
    }
    throw new IllegalArgumentException(label);
  }

  /**
   * Makes the report.
   *
   * @param only the collection to show; null for all
   * @param limit most tenants at rest that are shown of each collection, the biggest first
   */
  static StatusReport of(Fleet fleet, @Nullable String only, int limit) {
    List<OfCollection> collections = fleet.collections().stream()
        .filter(each -> only == null || each.getMetadata().getName().equals(only))
        .map(each -> collection(fleet, each, limit))
        .toList();
    return new StatusReport(
        TieringState.worst(collections.stream().map(each -> of(each.state())).toList())
            .label(),
        collections);
  }

  private static OfCollection collection(Fleet fleet, TieredCollection resource, int limit) {
    List<OfTenant> all = fleet.tenants(resource).stream()
        .filter(tenant -> tenant.tier() != null)
        .map(StatusReport::tenant)
        .toList();
    List<OfTenant> shown =
        new ArrayList<>(all.stream().filter(tenant -> !atRest(tenant)).toList());
    all.stream()
        .filter(StatusReport::atRest)
        .sorted(Comparator.comparing(
            (OfTenant tenant) -> Objects.requireNonNullElse(tenant.points(), 0L),
            Comparator.reverseOrder()))
        .limit(limit)
        .forEach(shown::add);
    shown.sort(Comparator.comparing(OfTenant::name));
    TieredCollectionStatus status = resource.getStatus();
    List<Condition> conditions = status == null ? null : status.conditions();
    List<TieringState> states =
        new ArrayList<>(all.stream().map(tenant -> of(tenant.state())).toList());
    states.add(own(resource));
    return new OfCollection(
        Fleet.namespace(resource),
        resource.getMetadata().getName(),
        TieringState.worst(states).label(),
        Reading.ready(conditions),
        status == null ? null : status.mode(),
        status == null ? null : status.tenants(),
        status == null ? null : status.dedicated(),
        status == null || status.fallback() == null ? null : status.fallback().points(),
        message(resource),
        List.copyOf(shown),
        all.size() - shown.size());
  }

  private static boolean atRest(OfTenant tenant) {
    return tenant.state().equals(TieringState.SETTLED.label())
        && tenant.ready().equals("True")
        && tenant.advice().equals("Hold");
  }

  private static TieringState own(TieredCollection resource) {
    TieredCollectionStatus status = resource.getStatus();
    if (status == null || status.conditions() == null) {
      return TieringState.WAITING;
    }
    if (Reading.isTrue(status.conditions(), ConditionTypes.STALLED)) {
      return TieringState.STALLED;
    }
    boolean suspended = Boolean.TRUE.equals(resource.getSpec().suspend());
    boolean waits = !suspended && !Reading.ready(status.conditions()).equals("True");
    return waits || Reading.outdated(resource, status.observedGeneration())
        ? TieringState.WAITING
        : TieringState.SETTLED;
  }

  private static String message(TieredCollection resource) {
    TieredCollectionStatus status = resource.getStatus();
    if (status == null || status.conditions() == null) {
      return "Not evaluated yet; is the operator running?";
    }
    return Reading.condition(status.conditions(), ConditionTypes.PAUSED)
        .filter(paused -> "True".equals(paused.getStatus())
            && Reading.ready(status.conditions()).equals("True"))
        .map(Condition::getMessage)
        .orElseGet(() -> Reading.readyMessage(status.conditions()));
  }

  private static OfTenant tenant(TenantSubject subject) {
    TenantTier resource = Objects.requireNonNull(subject.tier());
    TenantTierStatus status = resource.getStatus();
    List<Condition> conditions = status == null ? null : status.conditions();
    List<OfMove> moves = subject.moves().stream()
        .filter(move -> !Reading.ended(move))
        .map(StatusReport::move)
        .toList();
    List<TieringState> states =
        new ArrayList<>(moves.stream().map(move -> of(move.state())).toList());
    if (Reading.isTrue(conditions, ConditionTypes.STALLED)) {
      states.add(TieringState.STALLED);
    } else if (!Reading.ready(conditions).equals("True")
        || Reading.isTrue(conditions, ConditionTypes.RECONCILING)
        || status != null && Reading.outdated(resource, status.observedGeneration())) {
      states.add(TieringState.WAITING);
    }
    return new OfTenant(
        resource.getMetadata().getName(),
        subject.tenant(),
        TieringState.worst(states).label(),
        Reading.ready(conditions),
        subject.presentTier(),
        resource.getSpec().tier() == null ? null : resource.getSpec().tier().name(),
        subject.share(),
        subject.points(),
        subject.advice(),
        status == null
            ? "Not evaluated yet; is the operator running?"
            : Reading.readyMessage(conditions),
        moves);
  }

  /** How far a TierMove that is not over is from rest. */
  static TieringState state(TierMove move) {
    TierMoveStatus status = move.getStatus();
    if (status != null && Reading.isTrue(status.conditions(), ConditionTypes.STALLED)) {
      return TieringState.STALLED;
    }
    return Reading.notBegun(move) || Reading.phase(move).equals("Retaining")
        ? TieringState.WAITING
        : TieringState.MOVING;
  }

  private static OfMove move(TierMove move) {
    TierMoveStatus status = Objects.requireNonNullElseGet(move.getStatus(), TierMoveStatus::empty);
    TierMoveStatus.Progress progress = status.progress();
    return new OfMove(
        move.getMetadata().getName(),
        String.valueOf(move.getSpec().direction()),
        state(move).label(),
        Reading.phase(move),
        status.step() == null ? null : status.step().name(),
        progress == null ? null : progress.percent(),
        progress == null ? null : progress.etaSeconds(),
        move.getSpec().planHash(),
        status.message() == null ? "" : status.message());
  }
}
