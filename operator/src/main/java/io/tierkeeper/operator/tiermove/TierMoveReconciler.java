package io.tierkeeper.operator.tiermove;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.tierkeeper.api.v1alpha1.ConditionTypes;
import io.tierkeeper.api.v1alpha1.LocalReference;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.audit.AuditUnavailableException;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.NotLeadingException;
import io.tierkeeper.operator.connection.ConnectionFault;
import io.tierkeeper.operator.host.LogFields;
import io.tierkeeper.operator.move.MoveCase;
import io.tierkeeper.operator.move.MoveFacts;
import io.tierkeeper.operator.move.MovePorts;
import io.tierkeeper.operator.move.MoveStepper;
import io.tierkeeper.operator.move.PlannedTenant;
import io.tierkeeper.operator.status.Conditions;
import io.tierkeeper.operator.status.ResourceGoneException;
import io.tierkeeper.operator.status.StatusWriter;
import io.tierkeeper.operator.trigger.ReconcileTriggers;
import io.tierkeeper.operator.view.ResourceViews;
import io.tierkeeper.qdrant.TenantId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the state of a move, makes one step, writes the status and records what changed. */
@ControllerConfiguration(name = "tiermove")
public final class TierMoveReconciler implements Reconciler<TierMove> {

  private static final Logger log = LoggerFactory.getLogger(TierMoveReconciler.class);
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration LATER = Duration.ofSeconds(30);

  private final ResourceViews views;
  private final StatusWriter statuses;
  private final MoveParts parts;
  private final ReconcileTriggers triggers;
  private final InstantSource clock;

  public TierMoveReconciler(
      ResourceViews views,
      StatusWriter statuses,
      MoveParts parts,
      ReconcileTriggers triggers,
      InstantSource clock) {
    this.views = views;
    this.statuses = statuses;
    this.parts = parts;
    this.triggers = triggers;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, TierMove>> prepareEventSources(EventSourceContext<TierMove> context) {
    views.tierMoves(context.getPrimaryCache());
    return List.of(triggers.moves().source(context.getPrimaryCache()));
  }

  @Override
  public UpdateControl<TierMove> reconcile(TierMove resource, Context<TierMove> context) {
    LocalReference of = resource.getSpec().collectionRef();
    try (LogFields fields = LogFields.of(resource, of == null ? null : of.name())
        .tenant(PlannedTenant.text(resource.getSpec()))
        .move(resource.getMetadata().getName())) {
      return reconciled(resource, context);
    }
  }

  private UpdateControl<TierMove> reconciled(TierMove resource, Context<TierMove> context) {
    if (context.isPrimaryResourceDeleted()) {
      // One that was deleted just before its start holds the slot already.
      release(resource);
      statuses.forget(resource.getMetadata().getUid());
      triggers.moves().recheckAfterDeletion(resource);
      return UpdateControl.noUpdate();
    }
    if (!views.synced()) {
      return UpdateControl.<TierMove>noUpdate().rescheduleAfter(ResourceViews.SYNC_POLL);
    }
    @Nullable TierMoveStatus status = statuses.last(resource);
    if (!MoveFacts.phase(status).ended()) {
      status = statuses.newest(resource);
    }
    if (MoveFacts.phase(status).ended()) {
      // Its end was stored by a write whose answer was lost, and the repetition took the slot
      // again.
      release(resource);
      parts.finalizer().remove(resource);
      return resource.isMarkedForDeletion()
          ? UpdateControl.noUpdate()
          : parts.finished().tidy(resource, Objects.requireNonNull(status));
    }
    String namespace = resource.getMetadata().getNamespace();
    LocalReference reference = resource.getSpec().collectionRef();
    Optional<TieredCollection> collection = reference == null || reference.name() == null
        ? Optional.empty()
        : views.collection(namespace, reference.name());
    if (collection.isEmpty() && resource.isMarkedForDeletion()) {
      // Without the collection its Qdrant is unknown: keeping the finalizer would only block the
      // deletion of a namespace.
      log.warn(
          "TierMove {}/{} released in mid-move because its TieredCollection was deleted: shard keys or"
              + " copies of tenant {} may remain in Qdrant; delete a TieredCollection after its moves",
          namespace,
          resource.getMetadata().getName(),
          PlannedTenant.text(resource.getSpec()));
      parts.finalizer().remove(resource);
      return UpdateControl.noUpdate();
    }
    if (collection.isEmpty()) {
      blocked(
          resource,
          Reasons.COLLECTION_NOT_FOUND,
          "spec.collectionRef: TieredCollection " + (reference == null ? "" : reference.name())
              + " does not exist in namespace " + namespace + "; create it or correct the name");
      return UpdateControl.<TierMove>noUpdate().rescheduleAfter(LATER);
    }
    try {
      return drive(resource, status, collection.get());
    } catch (NotLeadingException e) {
      log.warn(
          "TierMove {}/{} is waiting: {}",
          namespace,
          resource.getMetadata().getName(),
          e.getMessage());
      return UpdateControl.<TierMove>noUpdate().rescheduleAfter(SOON);
    } catch (ResourceGoneException e) {
      // Its deletion is reconciled as well.
      log.warn("move stopped: {}", e.getMessage());
      parts.ports().release(resource, collection.get().getMetadata().getName());
      return UpdateControl.noUpdate();
    } catch (IllegalArgumentException e) {
      log.warn("TierMove {}/{} is waiting", namespace, resource.getMetadata().getName(), e);
      blocked(
          resource,
          Reasons.NOT_READABLE,
          "Invalid spec: " + e.getMessage() + ". The move resumes when it is corrected.");
      return UpdateControl.<TierMove>noUpdate().rescheduleAfter(LATER);
    } catch (ConnectionFault e) {
      log.warn(
          "TierMove {}/{} is waiting: {}",
          namespace,
          resource.getMetadata().getName(),
          e.getMessage());
      blocked(resource, e.reason(), "Waiting for Qdrant: " + e.sentence());
      return UpdateControl.<TierMove>noUpdate().rescheduleAfter(LATER);
    } catch (AuditUnavailableException e) {
      log.error(
          "TierMove {}/{} stopped: {}",
          namespace,
          resource.getMetadata().getName(),
          e.getMessage());
      triggers.collections().request(namespace, collection.get().getMetadata().getName());
      blocked(
          resource,
          e.retryHelps() ? Reasons.AUDIT_UNAVAILABLE : Reasons.AUDIT_BROKEN,
          "Waiting for the audit trail: " + e.getMessage());
      return UpdateControl.<TierMove>noUpdate().rescheduleAfter(LATER);
    }
  }

  private void release(TierMove resource) {
    LocalReference of = resource.getSpec().collectionRef();
    if (of != null && parts.ports().release(resource, String.valueOf(of.name()))) {
      parts.recorder().requestOthers();
    }
  }

  /** Reports why a move does not continue; the phase and the journal stay as they are. */
  private void blocked(TierMove resource, String reason, String message) {
    TierMoveStatus last =
        Objects.requireNonNullElseGet(statuses.last(resource), TierMoveStatus::empty);
    long generation = Objects.requireNonNullElse(resource.getMetadata().getGeneration(), 0L);
    statuses.write(
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

  /** What is in force now. A move that has begun ends by the rules in its journal, even if its policy is gone or invalid. */
  private static Policy rules(TierMove resource, @Nullable TierPolicy policy, boolean begun) {
    try {
      return policy == null ? Policy.defaults() : Policy.read(policy);
    } catch (IllegalArgumentException e) {
      if (!begun) {
        throw e;
      }
      log.warn(
          "TierMove {}/{} continues by the rules that it began with; its policy is invalid: {}",
          resource.getMetadata().getNamespace(),
          resource.getMetadata().getName(),
          e.getMessage());
      return Policy.defaults();
    }
  }

  private UpdateControl<TierMove> drive(
      TierMove resource, @Nullable TierMoveStatus before, TieredCollection collection)
      throws ConnectionFault {
    String namespace = resource.getMetadata().getNamespace();
    Optional<TierPolicy> policy = views.policy(
        namespace,
        String.valueOf(Objects.requireNonNull(collection.getSpec().policyRef()).name()));
    boolean begun = before != null && before.journal() != null;
    if (policy.isEmpty() && !begun) {
      blocked(
          resource,
          Reasons.POLICY_NOT_FOUND,
          "spec.policyRef of TieredCollection " + collection.getMetadata().getName()
              + ": TierPolicy does not exist in namespace " + namespace
              + "; create it or correct the name");
      return UpdateControl.<TierMove>noUpdate().rescheduleAfter(LATER);
    }
    Policy rules = rules(resource, policy.orElse(null), begun);
    Direction direction =
        MoveFacts.direction(Objects.requireNonNull(resource.getSpec().direction()));
    TenantId tenant = PlannedTenant.of(resource.getSpec())
        .orElseThrow(
            () -> new IllegalStateException("TierMove without tenant, which the schema requires"));
    MovePorts ports = parts.ports().of(resource, collection, rules, tenant, direction);
    MoveCase facts = parts.cases().read(resource, before, collection, rules, tenant, direction);
    MoveStepper.Outcome outcome = parts.stepper().step(facts, ports);
    // The step writes statuses too, so a write that changes nothing does not mean that nothing
    // changed.
    boolean written = statuses.write(resource, outcome.status());
    if (written || !Objects.equals(before, outcome.status())) {
      parts.recorder().record(resource, before, outcome.status(), collection);
    }
    if (outcome.again() == null) {
      parts.finalizer().remove(resource);
      if (resource.isMarkedForDeletion()) {
        return UpdateControl.noUpdate();
      }
    }
    return outcome.again() == null
        ? parts.finished().tidy(resource, outcome.status())
        : UpdateControl.<TierMove>noUpdate().rescheduleAfter(outcome.again());
  }
}
