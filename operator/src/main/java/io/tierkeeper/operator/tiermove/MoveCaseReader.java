package io.tierkeeper.operator.tiermove;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.tierkeeper.api.mapping.TimeText;
import io.tierkeeper.api.v1alpha1.Annotations;
import io.tierkeeper.api.v1alpha1.ConditionTypes;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.evaluation.OpenMove.Stage;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.evaluation.policy.TenantIntents;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.Pin;
import io.tierkeeper.operator.collection.CollectionRuntime;
import io.tierkeeper.operator.collection.CollectionRuntimes;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.operator.layout.SameCollection;
import io.tierkeeper.operator.move.MoveCase;
import io.tierkeeper.operator.move.MoveFacts;
import io.tierkeeper.operator.view.ResourceViews;
import io.tierkeeper.qdrant.TenantId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what a step of a TierMove looks at: its spec and status, pin, policy, pauses, windows and verdict. */
public final class MoveCaseReader {

  private final ResourceViews views;
  private final CollectionRuntimes runtimes;
  private final InstantSource clock;
  private final String version;
  private final boolean guarded;

  public MoveCaseReader(ResourceViews views, CollectionRuntimes runtimes, OperatorOptions options) {
    this.views = views;
    this.runtimes = runtimes;
    this.clock = options.clock();
    this.version = options.version();
    this.guarded = options.approvalGuard();
  }

  /** What a step of the TierMove looks at. */
  MoveCase read(
      TierMove resource,
      @Nullable TierMoveStatus status,
      TieredCollection collection,
      Policy rules,
      TenantId tenant,
      Direction direction) {
    Optional<TenantTier> owner = owner(resource);
    Instant now = clock.instant();
    Pin pin = owner.map(tier -> TenantIntents.pin(tier.getSpec())).orElse(Pin.AUTO);
    Optional<MoveCase.Held> held = held(collection, direction, now);
    boolean abortsOnStop =
        collection.getSpec().stopPolicy() == TieredCollectionSpec.StopPolicy.Abort
            && held.isPresent();
    boolean undo = pin == (direction == Direction.PROMOTE ? Pin.FALLBACK : Pin.DEDICATED);
    return new MoveCase(
        new MoveCase.Subject(
            resource.getMetadata().getName(),
            resource.getMetadata().getUid(),
            owner.map(tier -> tier.getMetadata().getName()).orElse("(deleted)"),
            resource.getSpec(),
            Objects.requireNonNullElse(resource.getMetadata().getGeneration(), 0L),
            MoveFacts.created(resource)),
        status,
        resource.getMetadata().getFinalizers().contains(MoveFinalizer.NAME)
            || MoveFacts.stage(MoveFacts.phase(status)) != Stage.WAITING,
        new MoveCase.Approvals(
            rules.decisions().needsApproval(direction),
            rules.moves().approvalExpiresAfter(),
            owner
                .map(tier -> Objects.requireNonNullElse(
                    tier.getSpec().approvals(), List.<TenantTierSpec.Approval>of()))
                .orElse(List.of()),
            named(resource).orElseGet(() -> FieldManagers.last(resource, "approved")),
            guarded && named(resource).isPresent()),
        resource.isMarkedForDeletion()
            ? "TierMove was deleted before the move started."
            : withdrawn(collection, owner, tenant, direction),
        held.or(() -> refused(collection)).orElse(null),
        rules.window(now, direction),
        abortsOnStop,
        resource.isMarkedForDeletion(),
        undo,
        rules.moves().deleteOnlyInWindows(),
        version);
  }

  /** Why no move starts: the collection is suspended or paused. */
  private Optional<MoveCase.Held> held(
      TieredCollection collection, Direction direction, Instant now) {
    if (Boolean.TRUE.equals(collection.getSpec().suspend())) {
      return Optional.of(new MoveCase.Held(
          Reasons.SUSPENDED,
          "spec.suspend of TieredCollection " + collection.getMetadata().getName() + " is true."));
    }
    return Objects.requireNonNullElse(
            collection.getSpec().pauses(), List.<TieredCollectionSpec.Pause>of())
        .stream()
        .filter(pause -> now.isBefore(TimeText.read(pause.until()).orElse(TimeText.FAR)))
        .filter(pause -> pause.directions() == null
            || pause.directions().stream().map(MoveFacts::direction).anyMatch(direction::equals))
        .map(pause -> new MoveCase.Held(
            Reasons.PAUSED,
            "Paused by " + pause.owner() + " until " + pause.until() + ": " + pause.reason()))
        .findFirst();
  }

  /** Why no move starts: the collection is another TieredCollection's, or its layout does not allow moves. */
  private Optional<MoveCase.Held> refused(TieredCollection collection) {
    String name = "TieredCollection " + collection.getMetadata().getName() + ": ";
    return SameCollection.older(
            collection, views.collections(), SameCollection.knownPeers(collection))
        .map(conflict -> new MoveCase.Held(Reasons.CONFLICT, name + conflict))
        .or(() -> condition(
                collection.getStatus() == null ? null : collection.getStatus().conditions(),
                ConditionTypes.LAYOUT_VALID,
                "False")
            .map(invalid -> new MoveCase.Held(invalid.getReason(), name + invalid.getMessage())));
  }

  private static Optional<Condition> condition(
      @Nullable List<Condition> conditions, String type, String status) {
    return conditions == null
        ? Optional.empty()
        : conditions.stream()
            .filter(it -> type.equals(it.getType()) && status.equals(it.getStatus()))
            .findFirst();
  }

  private @Nullable String withdrawn(
      TieredCollection collection,
      Optional<TenantTier> owner,
      TenantId tenant,
      Direction direction) {
    if (owner.isEmpty()) {
      return "TenantTier of this move was deleted.";
    }
    TenantTierStatus status = owner.get().getStatus();
    Optional<Condition> refused =
        condition(status == null ? null : status.conditions(), ConditionTypes.STALLED, "True");
    if (refused.isPresent()) {
      return "TenantTier " + owner.get().getMetadata().getName() + " is refused: "
          + refused.get().getMessage();
    }
    CollectionRuntime.Advice last = runtimes
        .of(collection.getMetadata().getNamespace(), collection.getMetadata().getName())
        .advice(tenant);
    return last == null || last.advised() == direction
        ? null
        : direction.label() + " is no longer advised: " + last.reason().sentence();
  }

  /** The TenantTier that the TierMove belongs to; empty where it was deleted. */
  private Optional<TenantTier> owner(TierMove resource) {
    for (OwnerReference owner : Objects.requireNonNullElse(
        resource.getMetadata().getOwnerReferences(), List.<OwnerReference>of())) {
      if (owner.getKind().equals("TenantTier")) {
        return views
            .tenantTier(resource.getMetadata().getNamespace(), owner.getName())
            .filter(tier -> tier.getMetadata().getUid().equals(owner.getUid()));
      }
    }
    return Optional.empty();
  }

  /** The name in the annotation. */
  private static Optional<String> named(TierMove resource) {
    return Optional.ofNullable(resource.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(Annotations.APPROVED_BY))
        .filter(name -> !name.isBlank());
  }
}
