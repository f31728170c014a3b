package io.tierkeeper.lab.faults;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.audit.AuditUnavailableException;
import io.tierkeeper.audit.file.AuditOptions;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.WindowState;
import io.tierkeeper.lab.time.VirtualScheduler;
import io.tierkeeper.moves.NotLeadingException;
import io.tierkeeper.operator.collection.AuditTrails;
import io.tierkeeper.operator.collection.CollectionPass;
import io.tierkeeper.operator.collection.CollectionRuntimes;
import io.tierkeeper.operator.collection.OperatorTools;
import io.tierkeeper.operator.collection.QdrantConnections;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.operator.config.Pace;
import io.tierkeeper.operator.events.EventRecorder;
import io.tierkeeper.operator.leadership.ObservedLock;
import io.tierkeeper.operator.metrics.OperatorMeters;
import io.tierkeeper.operator.move.MoveSlots;
import io.tierkeeper.operator.policy.TierPolicyReconciler;
import io.tierkeeper.operator.status.StatusWriter;
import io.tierkeeper.operator.tenant.TenantTierReconciler;
import io.tierkeeper.operator.tiermove.TierMoveReconciler;
import io.tierkeeper.operator.trigger.Doorbell;
import io.tierkeeper.operator.trigger.EvaluationSchedule;
import io.tierkeeper.operator.view.ResourceViews;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A replica that leads: the operator's own reconcilers, called as JOSDK calls them, one at a time in an order that is
 * drawn, from views that may be late.
 */
final class OperatorReign {

  /** From one evaluation to the next. */
  static final Duration CYCLE = Duration.ofSeconds(3);

  private static final Pace PACE = Pace.brisk().withEvaluateEvery(CYCLE);

  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration UNUSABLE_POLL = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final Duration LONGEST_LAG = Duration.ofMillis(800);
  private static final Duration OLDEST_LIST = Duration.ofSeconds(6);

  /** A resource of a kind. */
  private record Item(String kind, ResourceID id) {}

  /** When a resource is looked at next, and how long after a failure. */
  private static final class Due {
    private long at = Long.MAX_VALUE;
    private Duration backOff = FIRST_RETRY;
    private @Nullable HasMetadata deleted;
  }

  private final OperatorLife life;
  private final OperatorProcess process;
  private final VirtualScheduler simulator;
  private final SplittableRandom random;
  private final Map<Item, Due> due = new LinkedHashMap<>();
  private final List<LateView<?>> views = new ArrayList<>();
  private final Map<String, LateView<?>> byKind = new LinkedHashMap<>();
  private final OperatorTools tools;
  private final CollectionRuntimes runtimes;
  private final Doorbell<TieredCollection> collectionBell = new Doorbell<>("collection-bell");
  private final Doorbell<TierMove> moveBell = new Doorbell<>("move-bell");
  private final Reconciler<TierPolicy> policies;
  private final Reconciler<TenantTier> tenants;
  private final Reconciler<TierMove> moves;
  private @Nullable String lastError;

  OperatorReign(
      OperatorLife life,
      OperatorProcess process,
      VirtualScheduler simulator,
      SimulatedKubernetes kubernetes,
      KubernetesClient client,
      ObservedLock lock) {
    this.life = life;
    this.process = process;
    this.simulator = simulator;
    this.random = simulator.random().split();
    OperatorOptions options = OperatorOptions.defaults()
        .withInstance(process.name())
        .withVersion("simulated")
        .withAuditDirectory(process.trails())
        .withPace(PACE)
        .withLeaderElection(OperatorProcess.ELECTION)
        .withClock(process.clock())
        .withQdrant(endpoints -> process.qdrant(life));
    StatusWriter statuses = new StatusWriter(client, process.clock());
    EventRecorder events = new EventRecorder(client, process.name(), process.clock());
    OperatorMeters meters = new OperatorMeters(new SimpleMeterRegistry(), lock::leading);
    runtimes = new CollectionRuntimes(
        new QdrantConnections(client, options.qdrant()),
        new AuditTrails(options, AuditOptions.DEFAULTS.withOwnTimer(false), process.disk(life)),
        () -> {
          process.breathe(life);
          if (!lock.leading()) {
            throw new NotLeadingException("the lease is not certainly held");
          }
        },
        lock::term,
        meters,
        collectionBell::ring,
        options);
    ResourceViews shared = new ResourceViews(client);
    tools = new OperatorTools(
        client, options, shared, statuses, events, meters, runtimes, new MoveSlots());
    policies = new TierPolicyReconciler(shared, statuses, events, collectionBell, process.clock());
    tenants = new TenantTierReconciler(shared, statuses, collectionBell, process.clock());
    moves = new TierMoveReconciler(tools, moveBell, collectionBell);
    hear(collectionBell, "tieredcollections");
    hear(moveBell, "tiermoves");
    shared.policies(view(TierPolicy.class, "tierpolicies", kubernetes));
    shared.collections(view(TieredCollection.class, "tieredcollections", kubernetes));
    shared.tenantTiers(view(TenantTier.class, "tenanttiers", kubernetes));
    shared.tierMoves(view(TierMove.class, "tiermoves", kubernetes));
  }

  private void hear(Doorbell<?> bell, String kind) {
    bell.source()
        .setEventHandler(event -> ask(kind, event.getRelatedCustomResourceID(), Duration.ZERO));
    bell.source().start();
  }

  private <T extends HasMetadata> LateView<T> view(
      Class<T> kind, String plural, SimulatedKubernetes kubernetes) {
    Duration staleness =
        Duration.ofNanos(random.nextInt(3) == 0 ? random.nextLong(OLDEST_LIST.toNanos()) : 0);
    if (staleness.isPositive()) {
      process.listsLate();
    }
    LateView<T> view = new LateView<>(
        kind,
        kubernetes.changes(plural),
        simulator,
        staleness,
        LONGEST_LAG,
        (before, after, last) -> {
          ResourceID id = ResourceID.fromResource(last);
          if (after == null) {
            item(plural, id).deleted = last;
            ask(plural, id, Duration.ZERO);
          } else {
            item(plural, id).deleted = null;
            if (before == null || OperatorLife.matters(after, before)) {
              ask(plural, id, Duration.ZERO);
            }
          }
        });
    views.add(view);
    byKind.put(plural, view);
    return view;
  }

  private Due item(String kind, ResourceID id) {
    return due.computeIfAbsent(new Item(kind, id), item -> new Due());
  }

  private void ask(String kind, ResourceID id, Duration in) {
    Due item = item(kind, id);
    item.at = Math.min(item.at, simulator.nanoTime() + in.toNanos());
  }

  void cutWatches(Duration time) {
    views.forEach(view -> view.cut(time));
  }

  /** What the last failed reconciliation said; null where none failed. */
  @Nullable
  String lastError() {
    return lastError;
  }

  /** Reconciles until this life is over, or the process is stopped in an orderly way. */
  void run() {
    while (!life.dead() && !process.over()) {
      process.breathe(life);
      views.forEach(LateView::look);
      try {
        runtimes.tick();
      } catch (AuditUnavailableException e) {
        lastError = e.toString();
      }
      Item next = next();
      if (next == null) {
        simulator.sleep(pause());
      } else {
        reconcile(next, item(next.kind(), next.id()));
      }
    }
    if (!life.dead()) {
      runtimes.close();
    }
  }

  private @Nullable Item next() {
    List<Item> ready = new ArrayList<>();
    due.forEach((item, when) -> {
      if (when.at <= simulator.nanoTime()) {
        ready.add(item);
      }
    });
    return ready.isEmpty() ? null : ready.get(random.nextInt(ready.size()));
  }

  private Duration pause() {
    long first = LOOK.toNanos();
    for (Due when : due.values()) {
      if (when.at != Long.MAX_VALUE) {
        first = Math.min(first, when.at - simulator.nanoTime());
      }
    }
    return Duration.ofNanos(Math.max(1, first));
  }

  private void reconcile(Item item, Due when) {
    when.at = Long.MAX_VALUE;
    life.takesUp(item.kind().equals("tiermoves") ? item.id().getName() : null);
    try {
      Optional<Duration> again = look(item, when);
      when.backOff = FIRST_RETRY;
      if (again.isPresent()) {
        when.at = Math.min(when.at, simulator.nanoTime() + again.get().toNanos());
      }
    } catch (RuntimeException e) {
      lastError = item.id().getName() + ": " + e;
      when.at = Math.min(when.at, simulator.nanoTime() + when.backOff.toNanos());
      Duration doubled = when.backOff.multipliedBy(2);
      when.backOff = doubled.compareTo(PACE.longestRetry()) < 0 ? doubled : PACE.longestRetry();
    }
  }

  private Optional<Duration> look(Item item, Due when) {
    LateView<?> view = byKind.get(item.kind());
    HasMetadata seen =
        view == null ? null : view.get(item.id()).map(HasMetadata.class::cast).orElse(null);
    HasMetadata deleted = when.deleted;
    if (seen == null && deleted == null) {
      return Optional.empty();
    }
    boolean gone = seen == null;
    HasMetadata resource = gone ? deleted : seen;
    when.deleted = null;
    if (resource instanceof TierPolicy policy) {
      return delay(() -> policies.reconcile(policy, context(gone)));
    } else if (resource instanceof TenantTier tier) {
      return delay(() -> tenants.reconcile(tier, context(gone)));
    } else if (resource instanceof TierMove move) {
      return delay(() -> moves.reconcile(move, context(gone)));
    } else if (resource instanceof TieredCollection collection) {
      return gone ? Optional.empty() : evaluate(collection);
    }
    throw new IllegalStateException("nobody reconciles " + resource);
  }

  /** What TieredCollectionReconciler does, whose timer would be Quartz, in real time. */
  private Optional<Duration> evaluate(TieredCollection collection) {
    CollectionPass.Result result = new CollectionPass(tools, collection).run();
    result
        .openMoves()
        .forEach(move -> moveBell.ring(collection.getMetadata().getNamespace(), move));
    Policy rules = result.rules();
    if (rules == null) {
      return Optional.of(UNUSABLE_POLL);
    }
    Instant now = process.clock().instant();
    List<Instant> edges = new ArrayList<>(result.edges());
    for (Direction direction : Direction.values()) {
      WindowState window = rules.window(now, direction);
      if (window.nextEdge() != null) {
        edges.add(window.nextEdge());
      }
    }
    return new EvaluationSchedule(rules.schedule(), PACE.evaluateEvery(), edges)
        .next(now)
        .map(instant -> Duration.between(now, instant));
  }

  private interface Reconciliation {
    io.javaoperatorsdk.operator.api.reconciler.UpdateControl<?> run() throws Exception;
  }

  private static Optional<Duration> delay(Reconciliation reconciliation) {
    try {
      return reconciliation.run().getScheduleDelay().map(Duration::ofMillis);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** The only thing that the reconcilers ask of their context. */
  @SuppressWarnings("unchecked")
  private static <P extends HasMetadata> Context<P> context(boolean deleted) {
    return (Context<P>) Proxy.newProxyInstance(
        Context.class.getClassLoader(), new Class<?>[] {Context.class}, (self, method, args) -> {
          if (method.getName().equals("isPrimaryResourceDeleted")) {
            return deleted;
          }
          throw new UnsupportedOperationException(method.getName());
        });
  }
}
