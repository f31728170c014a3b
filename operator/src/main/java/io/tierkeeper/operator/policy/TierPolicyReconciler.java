package io.tierkeeper.operator.policy;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.tierkeeper.api.v1alpha1.ConditionTypes;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TierPolicyStatus;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.operator.events.EventRecorder;
import io.tierkeeper.operator.status.Conditions;
import io.tierkeeper.operator.status.StatusWriter;
import io.tierkeeper.operator.trigger.ReconcileTriggers;
import io.tierkeeper.operator.view.ResourceViews;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Validates a policy and requests the reconciliation of its collections. */
@ControllerConfiguration(name = "tierpolicy")
public final class TierPolicyReconciler implements Reconciler<TierPolicy> {

  private final ResourceViews views;
  private final StatusWriter statuses;
  private final EventRecorder events;
  private final ReconcileTriggers triggers;
  private final InstantSource clock;

  public TierPolicyReconciler(
      ResourceViews views,
      StatusWriter statuses,
      EventRecorder events,
      ReconcileTriggers triggers,
      InstantSource clock) {
    this.views = views;
    this.statuses = statuses;
    this.events = events;
    this.triggers = triggers;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, TierPolicy>> prepareEventSources(
      EventSourceContext<TierPolicy> context) {
    views.policies(context.getPrimaryCache());
    return List.of(triggers.policies().source(context.getPrimaryCache()));
  }

  @Override
  public UpdateControl<TierPolicy> reconcile(TierPolicy policy, Context<TierPolicy> context) {
    if (context.isPrimaryResourceDeleted()) {
      statuses.forget(policy.getMetadata().getUid());
      requestCollections(policy);
      triggers.policies().recheckAfterDeletion(policy);
      return UpdateControl.noUpdate();
    }
    if (!views.synced()) {
      return UpdateControl.<TierPolicy>noUpdate().rescheduleAfter(ResourceViews.SYNC_POLL);
    }
    long generation = Objects.requireNonNullElse(policy.getMetadata().getGeneration(), 0L);
    @Nullable TierPolicyStatus before = statuses.last(policy);
    Conditions conditions =
        new Conditions(before == null ? null : before.conditions(), generation, clock.instant());
    try {
      Policy.read(policy);
      conditions.set(ConditionTypes.READY, true, Reasons.READY, "The policy is valid.");
    } catch (IllegalArgumentException e) {
      String sentence = String.valueOf(e.getMessage());
      conditions
          .set(ConditionTypes.READY, false, Reasons.POLICY_INVALID, sentence)
          .set(ConditionTypes.STALLED, true, Reasons.POLICY_INVALID, sentence);
    }
    if (statuses.write(policy, new TierPolicyStatus(generation, conditions.list()))
        && conditions.get(ConditionTypes.STALLED).isPresent()) {
      events.warning(
          policy,
          "Read",
          Reasons.POLICY_INVALID,
          conditions.get(ConditionTypes.STALLED).orElseThrow().getMessage());
    }
    requestCollections(policy);
    return UpdateControl.noUpdate();
  }

  private void requestCollections(TierPolicy policy) {
    for (TieredCollection collection : views.collectionsWith(policy)) {
      triggers
          .collections()
          .request(
              collection.getMetadata().getNamespace(), collection.getMetadata().getName());
    }
  }
}
