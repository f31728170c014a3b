package io.tierkeeper.operator.tiermove;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.tierkeeper.api.mapping.DurationText;
import io.tierkeeper.api.mapping.TimeText;
import io.tierkeeper.api.v1alpha1.ConditionTypes;
import io.tierkeeper.api.v1alpha1.LocalReference;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.audit.AuditUnavailableException;
import io.tierkeeper.evaluation.EvaluationOutcome;
import io.tierkeeper.evaluation.OpenMove.Stage;
import io.tierkeeper.evaluation.TenantVerdict;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.evaluation.policy.TenantIntents;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.Pin;
import io.tierkeeper.moves.NotLeadingException;
import io.tierkeeper.operator.collection.ConnectionFault;
import io.tierkeeper.operator.collection.OperatorTools;
import io.tierkeeper.operator.move.MoveCase;
import io.tierkeeper.operator.move.MoveFacts;
import io.tierkeeper.operator.move.MovePorts;
import io.tierkeeper.operator.move.MoveStepper;
import io.tierkeeper.operator.status.Conditions;
import io.tierkeeper.operator.trigger.ReconcileTrigger;
import io.tierkeeper.qdrant.ShardKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gathers what a move's reconciliation looks at, has it stepped, writes and tells. */
@ControllerConfiguration(name = "tiermove")
public final class TierMoveReconciler implements Reconciler<TierMove> {

  private static final Logger log = LoggerFactory.getLogger(TierMoveReconciler.class);
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration LATER = Duration.ofSeconds(30);

  /** Who approved, where a tool says so; the API server's audit log is the proof. */
  private static final String APPROVED_BY = "tierkeeper.io/approved-by";

  private final OperatorTools tools;
  private final ReconcileTrigger<TierMove> own;
  private final ReconcileTrigger<TieredCollection> collections;
  private final MoveStepper stepper;
  private final MoveFinalizer finalizer;
  private final MoveRecorder recorder;
  private final InstantSource clock;

  public TierMoveReconciler(
      OperatorTools tools, ReconcileTrigger<TierMove> own, ReconcileTrigger<TieredCollection> collections) {
    this.tools = tools;
    this.own = own;
    this.collections = collections;
    clock = tools.options().clock();
    stepper = new MoveStepper(clock);
    finalizer = new MoveFinalizer(tools.client());
    recorder = new MoveRecorder(tools, own, collections);
  }

  @Override
  public List<EventSource<?, TierMove>> prepareEventSources(EventSourceContext<TierMove> context) {
    tools.views().tierMoves(context.getPrimaryCache());
    return List.of(own.source(context.getPrimaryCache()));
  }

  @Override
  public UpdateControl<TierMove> reconcile(TierMove resource, Context<TierMove> context) {
    if (context.isPrimaryResourceDeleted()) {
      // One that was deleted just before it began has the slot already.
      LocalReference of = resource.getSpec().collectionRef();
      if (of != null) {
        tools
            .slots()
            .release(
                resource.getMetadata().getNamespace() + "/" + of.name(),
                resource.getMetadata().getUid());
      }
      tools.statuses().forget(resource.getMetadata().getUid());
      own.recheckAfterDeletion(resource);
      return UpdateControl.noUpdate();
    }
    @Nullable TierMoveStatus status = tools.statuses().last(resource);
    if (!MoveFacts.phase(status).ended()) {
      status = tools.statuses().newest(resource);
    }
    if (MoveFacts.phase(status).ended()) {
      finalizer.remove(resource);
      return resource.isMarkedForDeletion()
          ? UpdateControl.noUpdate()
          : tidy(resource, Objects.requireNonNull(status));
    }
    String namespace = resource.getMetadata().getNamespace();
    LocalReference reference = resource.getSpec().collectionRef();
    Optional<TieredCollection> collection = reference == null || reference.name() == null
        ? Optional.empty()
        : tools.views().collection(namespace, reference.name());
    if (collection.isEmpty() && resource.isMarkedForDeletion()) {
      // Without the collection nobody knows its Qdrant: to hold on would only hold up a namespace.
      log.warn(
          "TierMove {}/{} is let go in mid-move, its TieredCollection is gone: shard keys or copies"
              + " of tenant {} may be left in Qdrant; delete a TieredCollection after its moves",
          namespace,
          resource.getMetadata().getName(),
          tenantText(resource));
      finalizer.remove(resource);
      return UpdateControl.noUpdate();
    }
    if (collection.isEmpty()) {
      hindered(
          resource,
          Reasons.COLLECTION_NOT_FOUND,
          "spec.collectionRef: TieredCollection " + (reference == null ? "" : reference.name())
              + " does not exist in namespace " + namespace);
      return UpdateControl.<TierMove>noUpdate().rescheduleAfter(LATER);
    }
    try {
      return drive(resource, status, collection.get());
    } catch (NotLeadingException e) {
      log.warn(
          "TierMove {}/{} waits: {}", namespace, resource.getMetadata().getName(), e.getMessage());
      return UpdateControl.<TierMove>noUpdate().rescheduleAfter(SOON);
    } catch (IllegalArgumentException e) {
      log.warn("TierMove {}/{} waits", namespace, resource.getMetadata().getName(), e);
      hindered(
          resource,
          Reasons.NOT_READABLE,
          "Waits for what cannot be used to be corrected: " + e.getMessage());
      return UpdateControl.<TierMove>noUpdate().rescheduleAfter(LATER);
    } catch (ConnectionFault e) {
      log.warn(
          "TierMove {}/{} waits: {}", namespace, resource.getMetadata().getName(), e.getMessage());
      hindered(resource, e.reason(), "Waits for Qdrant: " + e.sentence());
      return UpdateControl.<TierMove>noUpdate().rescheduleAfter(LATER);
    } catch (AuditUnavailableException e) {
      log.error(
          "TierMove {}/{} stops: {}", namespace, resource.getMetadata().getName(), e.getMessage());
      collections.request(namespace, collection.get().getMetadata().getName());
      hindered(
          resource,
          e.retryHelps() ? Reasons.AUDIT_UNAVAILABLE : Reasons.AUDIT_BROKEN,
          "Waits for the audit trail: " + e.getMessage());
      return UpdateControl.<TierMove>noUpdate().rescheduleAfter(LATER);
    }
  }

  /** Says why a move does not go on; the phase and the journal stay as they are. */
  private void hindered(TierMove resource, String reason, String message) {
    TierMoveStatus last =
        Objects.requireNonNullElseGet(tools.statuses().last(resource), TierMoveStatus::empty);
    long generation = Objects.requireNonNullElse(resource.getMetadata().getGeneration(), 0L);
    tools
        .statuses()
        .write(
            resource,
            last.toBuilder()
                .observedGeneration(generation)
                .message(message)
                .conditions(new Conditions(last.conditions(), generation, clock.instant())
                    .set(ConditionTypes.READY, false, reason, message)
                    .keep(ConditionTypes.RECONCILING)
                    .keep(ConditionTypes.STALLED)
                    .list())
                .build());
  }

  private UpdateControl<TierMove> drive(
      TierMove resource, @Nullable TierMoveStatus before, TieredCollection collection)
      throws ConnectionFault {
    String namespace = resource.getMetadata().getNamespace();
    Optional<TierPolicy> policy = tools
        .views()
        .policy(
            namespace,
            String.valueOf(
                Objects.requireNonNull(collection.getSpec().policyRef()).name()));
    if (policy.isEmpty()) {
      hindered(
          resource,
          Reasons.POLICY_NOT_FOUND,
          "spec.policyRef of TieredCollection " + collection.getMetadata().getName()
              + ": its TierPolicy does not exist in namespace " + namespace);
      return UpdateControl.<TierMove>noUpdate().rescheduleAfter(LATER);
    }
    Policy rules = Policy.read(policy.get());
    Optional<TenantTier> owner = owner(resource);
    Direction direction =
        MoveFacts.direction(Objects.requireNonNull(resource.getSpec().direction()));
    ShardKey tenant = TenantIntents.key(
            resource.getSpec().tenant(), resource.getSpec().tenantInteger())
        .orElseThrow(
            () -> new IllegalStateException("TierMove without tenant: the schema requires one"));
    MovePorts ports =
        new TierMovePorts(tools, finalizer, resource, collection, rules, tenant, direction);
    MoveCase facts = facts(resource, before, collection, rules, owner, tenant, direction);
    MoveStepper.Outcome outcome = stepper.step(facts, ports);
    // The status that the engine's journal went into is the one to compare with.
    boolean written = tools.statuses().write(resource, outcome.status());
    if (written || !Objects.equals(before, outcome.status())) {
      recorder.tell(resource, before, outcome.status(), collection);
    }
    if (outcome.again() == null) {
      finalizer.remove(resource);
      if (resource.isMarkedForDeletion()) {
        return UpdateControl.noUpdate();
      }
    }
    return outcome.again() == null
        ? tidy(resource, outcome.status())
        : UpdateControl.<TierMove>noUpdate().rescheduleAfter(outcome.again());
  }

  private MoveCase facts(
      TierMove resource,
      @Nullable TierMoveStatus status,
      TieredCollection collection,
      Policy rules,
      Optional<TenantTier> owner,
      ShardKey tenant,
      Direction direction) {
    Instant now = clock.instant();
    Pin pin = owner.map(tier -> TenantIntents.pin(tier.getSpec())).orElse(Pin.AUTO);
    Optional<MoveCase.Held> held = held(collection, direction, now);
    boolean abortsOnStop =
        collection.getSpec().stopPolicy() == TieredCollectionSpec.StopPolicy.Abort
            && held.isPresent();
    boolean undo = pin == (direction == Direction.PROMOTE ? Pin.FALLBACK : Pin.DEDICATED);
    return new MoveCase(
        resource.getMetadata().getName(),
        resource.getMetadata().getUid(),
        owner.map(tier -> tier.getMetadata().getName()).orElse("(deleted)"),
        resource.getSpec(),
        Objects.requireNonNullElse(resource.getMetadata().getGeneration(), 0L),
        MoveFacts.created(resource),
        status,
        resource.getMetadata().getFinalizers().contains(MoveFinalizer.NAME)
            || MoveFacts.stage(MoveFacts.phase(status)) != Stage.WAITING,
        rules.decisions().needsApproval(direction),
        rules.moves().approvalExpiresAfter(),
        owner
            .map(tier -> Objects.requireNonNullElse(
                tier.getSpec().approvals(), List.<TenantTierSpec.Approval>of()))
            .orElse(List.of()),
        approver(resource),
        resource.isMarkedForDeletion()
            ? "This TierMove was deleted before it began."
            : withdrawn(collection, owner, tenant, direction),
        held.orElse(null),
        rules.window(now, direction),
        // The engine goes on to the end instead where the deletion of the source has begun.
        abortsOnStop || resource.isMarkedForDeletion(),
        undo,
        rules.moves().deleteOnlyInWindows(),
        tools.options().version());
  }

  /** Nothing starts while the collection is suspended, paused, or somebody else is at work. */
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

  private @Nullable String withdrawn(
      TieredCollection collection,
      Optional<TenantTier> owner,
      ShardKey tenant,
      Direction direction) {
    if (owner.isEmpty()) {
      return "The TenantTier of this move was deleted.";
    }
    EvaluationOutcome outcome = tools
        .runtimes()
        .of(collection.getMetadata().getNamespace(), collection.getMetadata().getName())
        .lastOutcome();
    TenantVerdict verdict = outcome == null ? null : outcome.verdicts().get(tenant);
    return verdict == null || verdict.decision().advised() == direction
        ? null
        : direction.label() + " is no longer advised: "
            + verdict.decision().reason().sentence();
  }

  private Optional<TenantTier> owner(TierMove resource) {
    for (OwnerReference owner : Objects.requireNonNullElse(
        resource.getMetadata().getOwnerReferences(), List.<OwnerReference>of())) {
      if (owner.getKind().equals("TenantTier")) {
        return tools
            .views()
            .tenantTier(resource.getMetadata().getNamespace(), owner.getName())
            .filter(tier -> tier.getMetadata().getUid().equals(owner.getUid()));
      }
    }
    return Optional.empty();
  }

  private static String approver(TierMove resource) {
    Map<String, String> annotations = resource.getMetadata().getAnnotations();
    if (annotations != null && annotations.get(APPROVED_BY) != null) {
      return annotations.get(APPROVED_BY);
    }
    return Objects.requireNonNullElse(
            resource.getMetadata().getManagedFields(), List.<ManagedFieldsEntry>of())
        .stream()
        .filter(entry -> entry.getFieldsV1() != null
            && String.valueOf(entry.getFieldsV1().getAdditionalProperties()).contains("f:approved"))
        .map(ManagedFieldsEntry::getManager)
        .reduce((first, second) -> second)
        .orElse("unknown");
  }

  static String tenantText(TierMove resource) {
    return resource.getSpec().tenant() == null
        ? String.valueOf(resource.getSpec().tenantInteger())
        : resource.getSpec().tenant();
  }

  /** Finished moves are kept for a while, and only so many of a tenant. */
  private UpdateControl<TierMove> tidy(TierMove resource, TierMoveStatus status) {
    Duration keep = resource.getSpec().ttlAfterFinished() == null
        ? tools.options().pace().keepFinishedFor()
        : DurationText.parse("spec.ttlAfterFinished", resource.getSpec().ttlAfterFinished());
    Instant finished = TimeText.read(status.finishedAt()).orElse(MoveFacts.created(resource));
    Duration left = Duration.between(clock.instant(), finished.plus(keep));
    long newer = tools
        .views()
        .movesOf(
            resource.getMetadata().getNamespace(),
            String.valueOf(
                Objects.requireNonNull(resource.getSpec().collectionRef()).name()))
        .stream()
        .filter(other -> tenantText(other).equals(tenantText(resource)))
        .filter(other -> MoveFacts.phase(tools.statuses().last(other)).ended())
        .filter(other -> MoveFacts.created(other).isAfter(MoveFacts.created(resource)))
        .count();
    if (left.isNegative()
        || left.isZero()
        || newer >= tools.options().pace().keepFinishedPerTenant()) {
      tools.client().resource(resource).delete();
      tools.statuses().forget(resource.getMetadata().getUid());
      return UpdateControl.noUpdate();
    }
    return UpdateControl.<TierMove>noUpdate().rescheduleAfter(left);
  }
}
