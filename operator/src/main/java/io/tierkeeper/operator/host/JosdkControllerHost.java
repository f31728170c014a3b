package io.tierkeeper.operator.host;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.RegisteredController;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetricsV2;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.micrometer.core.instrument.MeterRegistry;
import io.tierkeeper.operator.config.WatchedNamespaces;
import io.tierkeeper.operator.view.ResourceViews;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the reconcilers on the Java Operator SDK, each reconciliation on a virtual thread. */
public final class JosdkControllerHost implements ControllerHost {

  private static final Logger log = LoggerFactory.getLogger(JosdkControllerHost.class);
  private static final Duration TERMINATION_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration SERVED_WITHIN = Duration.ofSeconds(60);
  private static final Duration NAMESPACES_POLL = Duration.ofSeconds(5);
  private static final Duration SERVED_POLL = Duration.ofMillis(200);
  /** Resources in one page of a list, so that ten thousand are never in memory as text. */
  private static final long LIST_PAGE = 500;

  private static final Set<Integer> NOT_YET = Set.of(404, 429, 503);

  private final KubernetesClient client;
  /** Writes at a time: more do not make an API server faster, and it serves others too. */
  private static final int WRITERS = 8;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final BoundedTasks writers = new BoundedTasks(threads, WRITERS);
  private final Operator operator;
  private final Set<Class<? extends HasMetadata>> registered = new LinkedHashSet<>();
  private final List<RegisteredController<?>> controllers = new ArrayList<>();
  private final NamespaceSource source;
  private final boolean all;
  private final ScheduledExecutorService polls = Executors.newSingleThreadScheduledExecutor(
      Thread.ofPlatform().daemon().name("namespaces").factory());
  private Set<String> current;
  private volatile boolean started;

  /**
   * A host that has not started. Where no namespace can be watched yet it waits for the first.
   *
   * @param client stays open when this host closes
   * @param watched which namespaces; they may appear and disappear while it runs
   */
  public JosdkControllerHost(
      KubernetesClient client, MeterRegistry meters, WatchedNamespaces watched) {
    this.client = client;
    source = new NamespaceSource(client, watched);
    all = watched.all();
    current = all ? Set.of() : first();
    // The lambda runs twice, so nothing is made inside it.
    MicrometerMetricsV2 metrics = MicrometerMetricsV2.newBuilder(meters).build();
    operator = new Operator(configuration -> configuration
        .withKubernetesClient(client)
        .withCloseClientOnStop(false)
        .withMetrics(metrics)
        .withExecutorService(threads)
        .withReconciliationTerminationTimeout(TERMINATION_TIMEOUT)
        .withStopOnInformerErrorDuringStartup(true));
  }

  @Override
  public <P extends HasMetadata> void register(
      Class<P> kind, Reconciler<P> reconciler, ControllerSettings settings) {
    registered.add(kind);
    controllers.add(operator.register(
        reconciler, (ControllerConfigurationOverrider<P> overrider) -> {
          overrider
              .withGenerationAware(false)
              // Deletions too: what is kept of a resource goes with it.
              .withTriggerReconcilerOnAllEvents(true)
              .withOnUpdateFilter(settings.updateFilter()::accept)
              .withInformerListLimit(LIST_PAGE)
              .withGenericFilter(ResourceViews::readable)
              .withRetry(new GenericRetry()
                  .setInitialInterval(settings.retry().first().toMillis())
                  .setIntervalMultiplier(settings.retry().multiplier())
                  .setMaxInterval(settings.retry().longest().toMillis())
                  .withoutMaxAttempts());
          if (all) {
            overrider.watchingAllNamespaces();
          } else {
            overrider.settingNamespaces(current);
          }
        }));
  }

  private Set<String> first() {
    while (true) {
      try {
        Set<String> available = source.available();
        if (!available.isEmpty()) {
          return available;
        }
        log.warn("no namespace can be watched yet");
      } catch (KubernetesClientException e) {
        log.warn("the namespaces to watch are not known yet: {}", e.getMessage());
      }
      LockSupport.parkNanos(NAMESPACES_POLL.toNanos());
    }
  }

  /** Starts and ends to watch namespaces that have appeared or disappeared; the others do not notice. */
  private void follow() {
    try {
      Set<String> available = source.available();
      // Without any namespace the SDK would watch all.
      if (available.isEmpty() || available.equals(current)) {
        return;
      }
      for (RegisteredController<?> controller : controllers) {
        controller.changeNamespaces(available);
      }
      log.info("watching namespaces {} in place of {}", available, current);
      current = available;
    } catch (RuntimeException e) {
      // Repeated with the next poll.
      log.warn("the watched namespaces could not be changed: {}", e.getMessage());
    }
  }

  @Override
  public void start() {
    registered.forEach(this::awaitServed);
    operator.start();
    started = true;
    if (!all) {
      polls.scheduleWithFixedDelay(
          this::follow,
          NAMESPACES_POLL.toMillis(),
          NAMESPACES_POLL.toMillis(),
          TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Right after a definition is installed, and while the API server starts, lists are answered with 404 or 429 for a
   * moment. An informer that meets that at its start stops for good.
   */
  private void awaitServed(Class<? extends HasMetadata> kind) {
    String namespace = current.stream().findFirst().orElse(null);
    ListOptions fromCache = new ListOptionsBuilder().withResourceVersion("0").build();
    long end = System.nanoTime() + SERVED_WITHIN.toNanos();
    while (true) {
      try {
        var resources = client.resources(kind);
        (namespace == null ? resources.inAnyNamespace() : resources.inNamespace(namespace))
            .list(fromCache);
        return;
      } catch (KubernetesClientException e) {
        // Without a code it was a time-out.
        if (e.getCode() != 0 && !NOT_YET.contains(e.getCode()) || System.nanoTime() - end > 0) {
          throw e;
        }
        log.info("API server does not serve {} yet: {}", kind.getSimpleName(), e.getMessage());
        LockSupport.parkNanos(SERVED_POLL.toNanos());
      }
    }
  }

  @Override
  public void runAll(List<? extends Runnable> tasks) {
    writers.runAll(tasks);
  }

  @Override
  public boolean running() {
    return started && operator.getRuntimeInfo().isStarted();
  }

  @Override
  public void close() {
    polls.shutdownNow();
    operator.stop();
    threads.shutdown();
  }
}
