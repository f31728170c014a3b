package io.tierkeeper.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetricsV2;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.moves.NotLeadingException;
import io.tierkeeper.operator.collection.AuditTrails;
import io.tierkeeper.operator.collection.CollectionRuntimes;
import io.tierkeeper.operator.collection.OperatorTools;
import io.tierkeeper.operator.collection.QdrantConnections;
import io.tierkeeper.operator.collection.RequestAnswers;
import io.tierkeeper.operator.collection.TieredCollectionReconciler;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.operator.events.EventRecorder;
import io.tierkeeper.operator.health.Health;
import io.tierkeeper.operator.health.OperatorHttpServer;
import io.tierkeeper.operator.leadership.LeadershipListener;
import io.tierkeeper.operator.leadership.LeaseLeadership;
import io.tierkeeper.operator.metrics.OperatorMeters;
import io.tierkeeper.operator.move.MoveSlots;
import io.tierkeeper.operator.policy.TierPolicyReconciler;
import io.tierkeeper.operator.status.StatusWriter;
import io.tierkeeper.operator.tenant.TenantTierReconciler;
import io.tierkeeper.operator.tiermove.TierMoveReconciler;
import io.tierkeeper.operator.trigger.Doorbell;
import io.tierkeeper.operator.trigger.QuartzEventSource;
import io.tierkeeper.operator.view.ResourceViews;
import io.tierkeeper.operator.view.TolerantReading;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator in one object: takes part in the election, reconciles while it leads, serves probes and metrics, and lets
 * everything go on close.
 */
public final class TierkeeperOperator implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(TierkeeperOperator.class);
  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final double RETRY_MULTIPLIER = 2;
  private static final Duration LAST_STEP = Duration.ofSeconds(10);
  private static final Duration SERVED_WITHIN = Duration.ofSeconds(60);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
  private static final Set<Integer> NOT_YET = Set.of(404, 429, 503);

  private final OperatorOptions options;
  private final KubernetesClient client;
  private final LeaseLeadership leadership;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics gcMetrics = new JvmGcMetrics();
  private final OperatorMeters meters;
  private final AuditTrails trails;
  private final OperatorHttpServer http;
  private final Object lifecycle = new Object();
  private @Nullable Reign reign;
  private volatile boolean standing;
  private volatile boolean reigning;
  private volatile boolean closed;

  private TierkeeperOperator(KubernetesClient client, OperatorOptions options) {
    this.options = options;
    this.client = client;
    leadership =
        new LeaseLeadership(client, options.leaderElection(), options.instance(), System::nanoTime);
    meters = new OperatorMeters(registry, leadership::leading);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    gcMetrics.bindTo(registry);
    trails = new AuditTrails(options);
    http = new OperatorHttpServer(
        options.httpHost(), options.httpPort(), new Probes(), registry::scrape);
  }

  /**
   * Starts the operator; returns once it takes part in the election, which it may not win, or once it reconciles where
   * there is none. The client's settings are taken over into a client of the operator's own, with the time-outs that
   * leader election needs; the given client is not closed.
   */
  public static TierkeeperOperator start(KubernetesClient client, OperatorOptions options) {
    TierkeeperOperator operator = new TierkeeperOperator(own(client, options), options);
    try {
      operator.begin();
      return operator;
    } catch (RuntimeException e) {
      operator.close();
      throw e;
    }
  }

  /** fabric8 retries each request inside the lease's renewal otherwise, far past the renew deadline. */
  private static KubernetesClient own(KubernetesClient client, OperatorOptions options) {
    Config config = new ConfigBuilder(client.getConfiguration())
        .withRequestRetryBackoffLimit(0)
        .withRequestTimeout((int) options.leaderElection().requestTimeout().toMillis())
        .build();
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withKubernetesSerialization(TolerantReading.serialization())
        .build();
  }

  private void begin() {
    leadership.start(new LeadershipListener() {
      @Override
      public void onLeading(long term) {
        reign();
      }

      @Override
      public void onLost() {
        options.onLostLease().run();
      }
    });
    standing = true;
  }

  private void reign() {
    synchronized (lifecycle) {
      if (closed) {
        return;
      }
      try {
        Reign next = new Reign();
        reign = next;
        next.start();
        reigning = true;
        log.info("{} reconciles, term {}", options.instance(), leadership.term());
      } catch (RuntimeException e) {
        if (!options.leaderElection().enabled()) {
          throw e;
        }
        log.error("{} cannot reconcile and gives up the lease", options.instance(), e);
        leadership.close();
        options.onLostLease().run();
      }
    }
  }

  /** The port of probes and metrics. */
  public int httpPort() {
    return http.port();
  }

  /** The audit file of a TieredCollection that is being written; it exists from the first line on. */
  public Path auditFile(String namespace, String collection) {
    return trails.file(namespace, collection);
  }

  /** Whether this process may change Qdrant now. */
  public boolean leading() {
    return leadership.leading();
  }

  /** Stops reconciling, then gives the lease back. A repeat does nothing. */
  @Override
  public void close() {
    synchronized (lifecycle) {
      if (closed) {
        return;
      }
      closed = true;
      if (reign != null) {
        reign.close();
      }
      leadership.close();
      gcMetrics.close();
      http.close();
      client.close();
    }
  }

  /** Everything that exists only while this process leads. */
  private final class Reign implements AutoCloseable {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ResourceViews views = new ResourceViews(client);
    private final Doorbell<TieredCollection> collectionBell = new Doorbell<>("collection-bell");
    private final Doorbell<TierMove> moveBell = new Doorbell<>("move-bell");
    private final StatusWriter statuses = new StatusWriter(client, options.clock());
    private final EventRecorder events =
        new EventRecorder(client, options.instance(), options.clock());
    private final CollectionRuntimes runtimes = new CollectionRuntimes(
        new QdrantConnections(client, options.qdrant()),
        trails,
        () -> {
          if (!leadership.leading()) {
            throw new NotLeadingException(
                "the lease " + options.leaderElection().leaseName() + " is not certainly held");
          }
        },
        leadership::term,
        meters,
        collectionBell::ring,
        options);
    private final QuartzEventSource quartz =
        new QuartzEventSource(options.instance(), options.clock());
    private final Operator operator;

    Reign() {
      // The lambda runs twice, so nothing is made inside it.
      MicrometerMetricsV2 metrics = MicrometerMetricsV2.newBuilder(registry).build();
      operator = new Operator(configuration -> configuration
          .withKubernetesClient(client)
          .withCloseClientOnStop(false)
          .withMetrics(metrics)
          .withExecutorService(threads)
          .withReconciliationTerminationTimeout(LAST_STEP)
          .withStopOnInformerErrorDuringStartup(true));
      OperatorTools tools = new OperatorTools(
          client, options, views, statuses, events, meters, runtimes, new MoveSlots());
      register(new TierPolicyReconciler(views, statuses, events, collectionBell, options.clock()));
      register(new TieredCollectionReconciler(tools, collectionBell, moveBell, quartz));
      register(new TenantTierReconciler(views, statuses, collectionBell, options.clock()));
      register(new TierMoveReconciler(tools, moveBell, collectionBell));
    }

    private <P extends HasMetadata> void register(Reconciler<P> reconciler) {
      operator.register(reconciler, (ControllerConfigurationOverrider<P> overrider) -> {
        overrider
            .withGenerationAware(false)
            // Deletions too: what is kept of a resource goes with it.
            .withTriggerReconcilerOnAllEvents(true)
            .withOnUpdateFilter(Reign::matters)
            .withRetry(new GenericRetry()
                .setInitialInterval(FIRST_RETRY.toMillis())
                .setIntervalMultiplier(RETRY_MULTIPLIER)
                .setMaxInterval(options.pace().longestRetry().toMillis())
                .withoutMaxAttempts());
        if (options.namespaces().isEmpty()) {
          overrider.watchingAllNamespaces();
        } else {
          overrider.settingNamespaces(options.namespaces());
        }
      });
    }

    /** What we write ourselves must not call us back. */
    private static boolean matters(HasMetadata now, HasMetadata before) {
      return !Objects.equals(
              now.getMetadata().getGeneration(), before.getMetadata().getGeneration())
          || !Objects.equals(
              now.getMetadata().getDeletionTimestamp(), before.getMetadata().getDeletionTimestamp())
          || !Objects.equals(request(now), request(before));
    }

    private static @Nullable String request(HasMetadata resource) {
      return resource.getMetadata().getAnnotations() == null
          ? null
          : resource.getMetadata().getAnnotations().get(RequestAnswers.REQUESTED_AT);
    }

    void start() {
      List.of(TierPolicy.class, TieredCollection.class, TenantTier.class, TierMove.class)
          .forEach(this::awaitServed);
      operator.start();
    }

    /**
     * Right after a definition is installed, and while the API server starts, lists are answered with 404 or 429 for a
     * moment. An informer that meets that at its start stops for good.
     */
    private void awaitServed(Class<? extends HasMetadata> kind) {
      String namespace = options.namespaces().stream().findFirst().orElse(null);
      ListOptions fromCache = new ListOptionsBuilder().withResourceVersion("0").build();
      long end = System.nanoTime() + SERVED_WITHIN.toNanos();
      while (true) {
        try {
          var resources = client.resources(kind);
          (namespace == null ? resources.inAnyNamespace() : resources.inNamespace(namespace))
              .list(fromCache);
          return;
        } catch (KubernetesClientException e) {
          if (!NOT_YET.contains(e.getCode()) || System.nanoTime() - end > 0) {
            throw e;
          }
          log.info("{} is not served yet: {}", kind.getSimpleName(), e.getMessage());
          LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
      }
    }

    @Override
    public void close() {
      quartz.close();
      operator.stop();
      runtimes.close();
      threads.shutdown();
    }
  }

  private final class Probes implements Health {
    @Override
    public Answer live() {
      Reign now = reign;
      if (reigning && now != null && !now.operator.getRuntimeInfo().isStarted()) {
        return new Answer(false, "the controllers have stopped");
      }
      // A lost lease ends the process; this is for an election that has ended without saying so.
      return reigning && !leading()
          ? new Answer(false, "it has led and leads no more; a restart makes it stand by")
          : new Answer(true, "alive");
    }

    @Override
    public Answer ready() {
      return new Answer(
          standing,
          !standing
              ? "starting"
              : leading() ? reigning ? "leading" : "taking over" : "standing by");
    }

    @Override
    public Answer started() {
      return new Answer(standing, standing ? "started" : "starting");
    }
  }
}
