package io.tierkeeper.operator.collection;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.operator.host.LogFields;
import io.tierkeeper.operator.status.StatusWriter;
import io.tierkeeper.operator.trigger.EvaluationDamper;
import io.tierkeeper.operator.trigger.EvaluationScheduler;
import io.tierkeeper.operator.trigger.ReconcileTriggers;
import io.tierkeeper.operator.view.ResourceViews;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Evaluates a collection and schedules the next evaluation. */
@ControllerConfiguration(name = "tieredcollection")
public final class TieredCollectionReconciler implements Reconciler<TieredCollection> {

  private final CollectionEvaluator evaluator;
  private final EvaluationScheduler scheduler;
  private final EvaluationDamper damper;
  private final InstantSource clock;
  private final CollectionRuntimes runtimes;
  private final ResourceViews views;
  private final StatusWriter statuses;
  private final ReconcileTriggers triggers;

  public TieredCollectionReconciler(
      CollectionEvaluator evaluator,
      EvaluationScheduler scheduler,
      CollectionRuntimes runtimes,
      ResourceViews views,
      StatusWriter statuses,
      ReconcileTriggers triggers,
      OperatorOptions options) {
    this.evaluator = evaluator;
    this.scheduler = scheduler;
    clock = options.clock();
    damper = new EvaluationDamper(clock, options.pace().evaluationGap());
    this.runtimes = runtimes;
    this.views = views;
    this.statuses = statuses;
    this.triggers = triggers;
  }

  @Override
  public List<EventSource<?, TieredCollection>> prepareEventSources(
      EventSourceContext<TieredCollection> context) {
    views.collections(context.getPrimaryCache());
    return List.of(triggers.collections().source(context.getPrimaryCache()));
  }

  @Override
  public UpdateControl<TieredCollection> reconcile(
      TieredCollection collection, Context<TieredCollection> context) {
    try (LogFields fields = LogFields.of(collection, collection.getMetadata().getName())) {
      return reconciled(collection, context);
    }
  }

  private UpdateControl<TieredCollection> reconciled(
      TieredCollection collection, Context<TieredCollection> context) {
    String namespace = collection.getMetadata().getNamespace();
    String name = collection.getMetadata().getName();
    if (context.isPrimaryResourceDeleted()) {
      scheduler.cancel(namespace, name);
      damper.forget(namespace + "/" + name);
      runtimes.forget(namespace, name);
      statuses.forget(collection.getMetadata().getUid());
      triggers.collections().recheckAfterDeletion(collection);
      return UpdateControl.noUpdate();
    }
    if (!views.synced()) {
      return UpdateControl.<TieredCollection>noUpdate().rescheduleAfter(ResourceViews.SYNC_POLL);
    }
    String key = namespace + "/" + name;
    Optional<Duration> early = damper.tooEarly(key);
    if (early.isPresent()) {
      return UpdateControl.<TieredCollection>noUpdate()
          .rescheduleAfter(early.get().plusMillis(1));
    }
    Instant began = clock.instant();
    CollectionEvaluator.Result result = evaluator.evaluate(collection);
    Optional<Duration> retry =
        damper.ended(key, Duration.between(began, clock.instant()), result.complete());
    result.openMoves().forEach(move -> triggers.moves().request(namespace, move));
    Policy rules = result.rules();
    if (rules != null) {
      scheduler.schedule(namespace, name, rules, result.edges());
    }
    // The end of an outage raises no event, and the schedule may be a daily one.
    return retry
        .map(after -> UpdateControl.<TieredCollection>noUpdate().rescheduleAfter(after))
        .orElseGet(UpdateControl::noUpdate);
  }
}
