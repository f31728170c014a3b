package io.tierkeeper.lab.faults.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.tierkeeper.lab.time.VirtualScheduler;
import io.tierkeeper.operator.host.ControllerHost;
import io.tierkeeper.operator.host.ControllerSettings;
import io.tierkeeper.operator.view.ResourceViews;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Calls reconcilers as the Java Operator SDK does, but one at a time, in an order that the seed draws, from views that
 * may be late.
 */
public final class VirtualControllerHost implements ControllerHost {

  private static final Duration LONGEST_LAG = Duration.ofMillis(800);
  private static final Duration OLDEST_LIST = Duration.ofSeconds(6);
  private static final Duration SLOWEST_LIST = Duration.ofSeconds(3);
  private static final Duration LIST_POLL = Duration.ofMillis(50);

  /** A resource of a kind. */
  private record Item(String kind, ResourceID id) {}

  /** A kind, and who reconciles it. */
  private record Controller<P extends HasMetadata>(
      Reconciler<P> reconciler,
      LateView<P> view,
      ControllerSettings settings,
      List<EventSource<?, P>> sources) {}

  /** When a resource is reconciled next, and how long after a failure. */
  private static final class Due {
    private long at = Long.MAX_VALUE;
    private @Nullable Duration backoff;
    private @Nullable HasMetadata deleted;
  }

  private final ReplicaIncarnation incarnation;
  private final ReplicaProcess process;
  private final VirtualScheduler simulator;
  private final SimulatedKubernetes kubernetes;
  private final KubernetesClient client;
  private final SplittableRandom random;
  private final Map<Item, Due> due = new LinkedHashMap<>();
  private final Map<String, Controller<?>> controllers = new LinkedHashMap<>();
  private boolean started;

  VirtualControllerHost(
      ReplicaIncarnation incarnation,
      ReplicaProcess process,
      VirtualScheduler simulator,
      SimulatedKubernetes kubernetes,
      KubernetesClient client) {
    this.incarnation = incarnation;
    this.process = process;
    this.simulator = simulator;
    this.kubernetes = kubernetes;
    this.client = client;
    this.random = simulator.random().split();
  }

  @Override
  @SuppressWarnings("NullAway") // The reconcilers do not ask for their configuration.
  public <P extends HasMetadata> void register(
      Class<P> kind, Reconciler<P> reconciler, ControllerSettings settings) {
    String plural = HasMetadata.getPlural(kind);
    LateView<P> view = view(kind, plural, settings);
    List<EventSource<?, P>> sources =
        reconciler.prepareEventSources(new EventSourceContext<>(view, null, client, kind));
    sources.forEach(source -> source.setEventHandler(
        event -> request(plural, event.getRelatedCustomResourceID(), Duration.ZERO)));
    controllers.put(plural, new Controller<>(reconciler, view, settings, sources));
  }

  private <P extends HasMetadata> LateView<P> view(
      Class<P> kind, String plural, ControllerSettings settings) {
    Duration staleness =
        Duration.ofNanos(random.nextInt(3) == 0 ? random.nextLong(OLDEST_LIST.toNanos()) : 0);
    if (staleness.isPositive()) {
      process.listsLate();
    }
    return new LateView<>(
        kind,
        kubernetes.changes(plural),
        simulator,
        Duration.ofNanos(random.nextLong(SLOWEST_LIST.toNanos())),
        staleness,
        LONGEST_LAG,
        (before, after, last) -> {
          ResourceID id = ResourceID.fromResource(last);
          if (after == null) {
            item(plural, id).deleted = last;
            request(plural, id, Duration.ZERO);
          } else {
            item(plural, id).deleted = null;
            if (!ResourceViews.readable(after)) {
              return;
            }
            if (before == null || settings.updateFilter().accept(after, before)) {
              request(plural, id, Duration.ZERO);
            }
          }
        });
  }

  private Due item(String kind, ResourceID id) {
    return due.computeIfAbsent(new Item(kind, id), item -> new Due());
  }

  private void request(String kind, ResourceID id, Duration in) {
    Due item = item(kind, id);
    item.at = Math.min(item.at, simulator.nanoTime() + in.toNanos());
  }

  /** As the SDK does: each controller reconciles as soon as its own kind is listed, while other kinds are still empty. */
  @Override
  public void start() {
    started = true;
    List<Controller<?>> unlisted = new ArrayList<>(controllers.values());
    while (!unlisted.isEmpty() && incarnation.running()) {
      process.breathe(incarnation);
      observe();
      unlisted.removeIf(controller -> {
        boolean listed = controller.view().listed();
        if (listed) {
          controller.sources().forEach(EventSource::start);
        }
        return listed;
      });
      if (!reconcileNext()) {
        simulator.sleep(LIST_POLL);
      }
    }
  }

  @Override
  public void runAll(List<? extends Runnable> tasks) {
    tasks.forEach(Runnable::run);
  }

  @Override
  public boolean running() {
    return started;
  }

  @Override
  public void close() {
    controllers.values().forEach(controller -> controller.sources().forEach(EventSource::stop));
    started = false;
  }

  void cutWatches(Duration time) {
    controllers.values().forEach(controller -> controller.view().cut(time));
  }

  void restoreWatches() {
    controllers.values().forEach(controller -> controller.view().restore());
  }

  /** Receives the changes that have arrived. */
  void observe() {
    controllers.values().forEach(controller -> controller.view().observe());
  }

  /** When a resource is reconciled next, of {@link VirtualScheduler#nanoTime()}; the largest number where none is. */
  long nextDue() {
    return due.values().stream().mapToLong(when -> when.at).min().orElse(Long.MAX_VALUE);
  }

  /** Reconciles one of the resources that are due; whether there was one. */
  boolean reconcileNext() {
    List<Item> ready = new ArrayList<>();
    due.forEach((item, when) -> {
      if (when.at <= simulator.nanoTime()) {
        ready.add(item);
      }
    });
    if (ready.isEmpty()) {
      return false;
    }
    Item next = ready.get(random.nextInt(ready.size()));
    Controller<?> controller = controllers.get(next.kind());
    if (controller == null) {
      throw new IllegalStateException("no controller for " + next);
    }
    reconcile(next, item(next.kind(), next.id()), controller);
    return true;
  }

  private <P extends HasMetadata> void reconcile(Item item, Due when, Controller<P> controller) {
    when.at = Long.MAX_VALUE;
    incarnation.reconciling(item.kind().equals("tiermoves") ? item.id().getName() : null);
    try {
      UpdateControl<P> control = call(item, when, controller);
      when.backoff = null;
      if (control != null && control.getScheduleDelay().isPresent()) {
        request(
            item.kind(), item.id(), Duration.ofMillis(control.getScheduleDelay().get()));
      }
    } catch (RuntimeException e) {
      incarnation.failed(item.id().getName() + ": " + e);
      Duration backoff = when.backoff == null
          ? controller.settings().retry().first()
          : controller.settings().retry().after(when.backoff);
      when.backoff = backoff;
      request(item.kind(), item.id(), backoff);
    }
  }

  private <P extends HasMetadata> @Nullable UpdateControl<P> call(
      Item item, Due when, Controller<P> controller) {
    P seen = controller.view().get(item.id()).orElse(null);
    @SuppressWarnings("unchecked")
    P deleted = (P) when.deleted;
    when.deleted = null;
    P resource = seen == null ? deleted : seen;
    if (resource == null) {
      return null;
    }
    try {
      return controller.reconciler().reconcile(resource, context(seen == null));
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
