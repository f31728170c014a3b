package io.tierkeeper.operator.collection;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.WindowState;
import io.tierkeeper.operator.trigger.ReconcileTrigger;
import io.tierkeeper.operator.trigger.EvaluationSchedule;
import io.tierkeeper.operator.trigger.EvaluationTimer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Evaluates a collection and schedules the next evaluation. */
@ControllerConfiguration(name = "tieredcollection")
public final class TieredCollectionReconciler implements Reconciler<TieredCollection> {

  private static final Duration UNUSABLE_POLL = Duration.ofSeconds(30);

  private final OperatorTools tools;
  private final ReconcileTrigger<TieredCollection> own;
  private final ReconcileTrigger<TierMove> moves;
  private final EvaluationTimer timer;

  public TieredCollectionReconciler(
      OperatorTools tools,
      ReconcileTrigger<TieredCollection> own,
      ReconcileTrigger<TierMove> moves,
      EvaluationTimer timer) {
    this.tools = tools;
    this.own = own;
    this.moves = moves;
    this.timer = timer;
  }

  @Override
  public List<EventSource<?, TieredCollection>> prepareEventSources(
      EventSourceContext<TieredCollection> context) {
    tools.views().collections(context.getPrimaryCache());
    return List.of(own.source(context.getPrimaryCache()));
  }

  @Override
  public UpdateControl<TieredCollection> reconcile(
      TieredCollection collection, Context<TieredCollection> context) {
    String namespace = collection.getMetadata().getNamespace();
    String name = collection.getMetadata().getName();
    if (context.isPrimaryResourceDeleted()) {
      timer.cancel(namespace + "/" + name);
      tools.meters().forget(namespace, name);
      tools.runtimes().forget(namespace, name);
      tools.statuses().forget(collection.getMetadata().getUid());
      own.recheckAfterDeletion(collection);
      return UpdateControl.noUpdate();
    }
    CollectionPass.Result result = new CollectionPass(tools, collection).run();
    result.openMoves().forEach(move -> moves.request(namespace, move));
    Policy rules = result.rules();
    if (rules == null) {
      // Whatever makes it usable again is a change that triggers a reconciliation; a retry is for what we cannot watch.
      return UpdateControl.<TieredCollection>noUpdate().rescheduleAfter(UNUSABLE_POLL);
    }
    Instant now = tools.options().clock().instant();
    List<Instant> edges = new ArrayList<>(result.edges());
    for (Direction direction : Direction.values()) {
      WindowState window = rules.window(now, direction);
      if (window.nextEdge() != null) {
        edges.add(window.nextEdge());
      }
    }
    timer.schedule(
        namespace + "/" + name,
        new EvaluationSchedule(rules.schedule(), tools.options().pace().evaluateEvery(), edges),
        () -> own.request(namespace, name));
    return UpdateControl.noUpdate();
  }
}
