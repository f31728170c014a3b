package io.tierkeeper.operator.session;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.moves.NotLeadingException;
import io.tierkeeper.operator.collection.AuditTrails;
import io.tierkeeper.operator.collection.ChangedTenant;
import io.tierkeeper.operator.collection.CollectionEvaluator;
import io.tierkeeper.operator.collection.CollectionRuntimes;
import io.tierkeeper.operator.collection.CollectionWriters;
import io.tierkeeper.operator.collection.MovePublisher;
import io.tierkeeper.operator.collection.TenantDiscovery;
import io.tierkeeper.operator.collection.TenantTierWriter;
import io.tierkeeper.operator.collection.TieredCollectionReconciler;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.operator.connection.QdrantConnections;
import io.tierkeeper.operator.events.EventRecorder;
import io.tierkeeper.operator.host.ControllerHost;
import io.tierkeeper.operator.host.ControllerSettings;
import io.tierkeeper.operator.host.RetryBackoff;
import io.tierkeeper.operator.leadership.Election;
import io.tierkeeper.operator.metrics.OperatorMeters;
import io.tierkeeper.operator.move.MoveSlots;
import io.tierkeeper.operator.move.MoveStepper;
import io.tierkeeper.operator.move.MoveTidier;
import io.tierkeeper.operator.policy.TierPolicyReconciler;
import io.tierkeeper.operator.status.StatusWriter;
import io.tierkeeper.operator.tenant.TenantTierReconciler;
import io.tierkeeper.operator.tiermove.FinishedMoves;
import io.tierkeeper.operator.tiermove.MoveCaseReader;
import io.tierkeeper.operator.tiermove.MoveFinalizer;
import io.tierkeeper.operator.tiermove.MoveParts;
import io.tierkeeper.operator.tiermove.MoveRecorder;
import io.tierkeeper.operator.tiermove.TierMovePorts;
import io.tierkeeper.operator.tiermove.TierMoveReconciler;
import io.tierkeeper.operator.trigger.EvaluationScheduler;
import io.tierkeeper.operator.trigger.EvaluationTimer;
import io.tierkeeper.operator.trigger.ReconcileTriggers;
import io.tierkeeper.operator.view.ResourceViews;
import java.time.Duration;
import java.util.Optional;

/**
 * Everything that exists only while this process leads: views, triggers, status writer, events, connections, trails, and
 * the four controllers with their filter and retry. Production and fault injection run the same session.
 */
public final class LeaderSession implements AutoCloseable {

  /** Decides which updates call a reconciler. */
  public static final OnUpdateFilter<HasMetadata> UPDATE_FILTER = new RelevantUpdate();

  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final double RETRY_MULTIPLIER = 2;

  /**
   * What has threads and clocks of its own.
   *
   * @param host runs the reconcilers; closed with the session
   * @param timer requests evaluations; closed with the session
   * @param election says whether this process still leads; outlives the session
   */
  public record Ports(ControllerHost host, EvaluationTimer timer, Election election) {}

  private final Ports ports;
  private final CollectionRuntimes runtimes;
  private final ResourceViews views;
  private final ControllerSettings settings;

  /** A session that has not started. */
  public LeaderSession(
      KubernetesClient client,
      OperatorOptions options,
      Ports ports,
      AuditTrails trails,
      OperatorMeters meters) {
    this(client, options, ports, trails, meters, UPDATE_FILTER);
  }

  /** A session with another update filter, to test that fault injection notices. */
  public LeaderSession(
      KubernetesClient client,
      OperatorOptions options,
      Ports ports,
      AuditTrails trails,
      OperatorMeters meters,
      OnUpdateFilter<HasMetadata> updateFilter) {
    this.ports = ports;
    settings = new ControllerSettings(
        options.namespaces(),
        updateFilter,
        new RetryBackoff(FIRST_RETRY, RETRY_MULTIPLIER, options.pace().longestRetry()));
    ReconcileTriggers triggers = ReconcileTriggers.of(ports.timer());
    views = new ResourceViews(client);
    StatusWriter statuses = new StatusWriter(client, options.clock());
    EventRecorder events = new EventRecorder(client, options.instance(), options.clock());
    MoveSlots slots = new MoveSlots();
    runtimes = new CollectionRuntimes(
        new QdrantConnections(client, options.qdrant()),
        trails,
        () -> {
          if (!ports.election().leading()) {
            throw new NotLeadingException("the lease "
                + options.leaderElection().leaseName() + " may be held by another replica");
          }
        },
        ports.election()::term,
        meters,
        triggers.collections()::request,
        options);
    register(
        TierPolicy.class,
        new TierPolicyReconciler(views, statuses, events, triggers, options.clock()));
    MoveTidier tidier = new MoveTidier(client, events, statuses, options.pace());
    CollectionWriters writers = new CollectionWriters(
        statuses,
        events,
        new MovePublisher(client, views, events, options.pace(), options.room().heap()),
        tidier,
        new TenantDiscovery(client, events),
        new TenantTierWriter(statuses, events, ports.host()::runAll));
    CollectionEvaluator evaluator = new CollectionEvaluator(
        views,
        runtimes,
        slots,
        writers,
        (namespace, name) -> Optional.ofNullable(
            client.configMaps().inNamespace(namespace).withName(name).get()),
        meters,
        options.clock());
    EvaluationScheduler scheduler = new EvaluationScheduler(
        ports.timer(), triggers.collections(), options.clock(), options.pace().evaluateEvery());
    register(
        TieredCollection.class,
        new TieredCollectionReconciler(
            evaluator, scheduler, runtimes, views, statuses, triggers, options));
    register(
        TenantTier.class,
        new TenantTierReconciler(
            views,
            statuses,
            triggers,
            options.clock(),
            new ChangedTenant(views, runtimes, slots, writers, options.clock())::answer));
    MoveFinalizer finalizer = new MoveFinalizer(client);
    MoveCaseReader cases = new MoveCaseReader(views, runtimes, options);
    MoveRecorder recorder =
        new MoveRecorder(views, statuses, events, meters, runtimes, triggers, options.clock());
    MoveParts parts = new MoveParts(
        cases,
        new TierMovePorts.Factory(
            views, statuses, runtimes, slots, finalizer, cases, recorder, options.pace()),
        new MoveStepper(options.clock()),
        recorder,
        finalizer,
        new FinishedMoves(tidier, statuses, options.pace(), options.clock()));
    register(
        TierMove.class, new TierMoveReconciler(views, statuses, parts, triggers, options.clock()));
  }

  private <P extends HasMetadata> void register(Class<P> kind, Reconciler<P> reconciler) {
    ports.host().register(kind, reconciler, settings);
  }

  /** Starts to reconcile; nothing is decided before the caches of all kinds are filled. */
  public void start() {
    ports.host().start();
    views.allSynced();
  }

  /** What the controllers watch. */
  public ResourceViews views() {
    return views;
  }

  /** Whether the controllers run. */
  public boolean running() {
    return ports.host().running();
  }

  /**
   * Lets open audit trails flush and write their checkpoints in time, where they have no thread of their own.
   *
   * @throws io.tierkeeper.audit.AuditUnavailableException when a trail cannot be written
   */
  public void tick() {
    runtimes.tick();
  }

  /** Stops the evaluations, then the reconcilers, then closes trails and connections. */
  @Override
  public void close() {
    ports.timer().close();
    ports.host().close();
    runtimes.close();
  }
}
