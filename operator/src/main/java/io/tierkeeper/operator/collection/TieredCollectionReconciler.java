package io.tierkeeper.operator.collection;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.operator.status.StatusWriter;
import io.tierkeeper.operator.trigger.ReconcileTriggers;
import io.tierkeeper.operator.view.ResourceViews;
import java.time.Duration;
import java.util.List;

/** Evaluates a collection and schedules the next evaluation. */
@ControllerConfiguration(name = "tieredcollection")
public final class TieredCollectionReconciler implements Reconciler<TieredCollection> {

  private static final Duration UNUSABLE_POLL = Duration.ofSeconds(30);

  private final CollectionEvaluator evaluator;
  private final EvaluationScheduler scheduler;
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
      ReconcileTriggers triggers) {
    this.evaluator = evaluator;
    this.scheduler = scheduler;
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
    String namespace = collection.getMetadata().getNamespace();
    String name = collection.getMetadata().getName();
    if (context.isPrimaryResourceDeleted()) {
      scheduler.cancel(namespace, name);
      runtimes.forget(namespace, name);
      statuses.forget(collection.getMetadata().getUid());
      triggers.collections().recheckAfterDeletion(collection);
      return UpdateControl.noUpdate();
    }
    if (!views.synced()) {
      return UpdateControl.<TieredCollection>noUpdate().rescheduleAfter(ResourceViews.SYNC_POLL);
    }
    CollectionEvaluator.Result result = evaluator.evaluate(collection);
    result.openMoves().forEach(move -> triggers.moves().request(namespace, move));
    Policy rules = result.rules();
    if (rules == null) {
      // Whatever makes it usable again is a change that triggers a reconciliation; a retry is for
      // what cannot be watched.
      return UpdateControl.<TieredCollection>noUpdate().rescheduleAfter(UNUSABLE_POLL);
    }
    scheduler.schedule(namespace, name, rules, result.edges());
    return UpdateControl.noUpdate();
  }
}
