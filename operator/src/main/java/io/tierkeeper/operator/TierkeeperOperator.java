package io.tierkeeper.operator;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tierkeeper.operator.collection.AuditTrails;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.operator.health.ApiRefusals;
import io.tierkeeper.operator.health.Health;
import io.tierkeeper.operator.health.OperatorHttpServer;
import io.tierkeeper.operator.host.JosdkControllerHost;
import io.tierkeeper.operator.leadership.Election;
import io.tierkeeper.operator.leadership.LeadershipListener;
import io.tierkeeper.operator.leadership.LeaseElection;
import io.tierkeeper.operator.metrics.OperatorMeters;
import io.tierkeeper.operator.page.LivePage;
import io.tierkeeper.operator.session.LeaderSession;
import io.tierkeeper.operator.trigger.QuartzTimer;
import io.tierkeeper.operator.view.ResourceViews;
import io.tierkeeper.operator.view.TolerantReading;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Composition root: takes part in the election, runs a {@link LeaderSession} while it leads, and serves probes and
 * metrics.
 */
public final class TierkeeperOperator implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(TierkeeperOperator.class);

  /** A list of ten thousand resources from a busy API server takes longer than a lease may. */
  private static final Duration LISTS = Duration.ofSeconds(30);

  private static final Duration TAKE_OVER_LASTS = Duration.ofMinutes(2);
  private static final Duration TAKE_OVER_MAY_END = Duration.ofSeconds(5);

  private final OperatorOptions options;
  private final KubernetesClient client;
  private final KubernetesClient watching;
  private final Election election;
  private final PrometheusMeterRegistry registry;
  private final ApiRefusals refusals;
  private final JvmGcMetrics gcMetrics = new JvmGcMetrics();
  private final OperatorMeters meters;
  private final AuditTrails trails;
  private final @Nullable LivePage page;
  private final OperatorHttpServer http;
  private final ReentrantLock lifecycle = new ReentrantLock();
  private volatile @Nullable LeaderSession session;
  private volatile boolean participating;
  private volatile boolean reconciling;
  private volatile boolean closed;
  private volatile long leadsSince;

  private TierkeeperOperator(
      KubernetesClient client,
      KubernetesClient watching,
      OperatorOptions options,
      PrometheusMeterRegistry registry,
      ApiRefusals refusals) {
    this.options = options;
    this.registry = registry;
    this.refusals = refusals;
    this.client = client;
    this.watching = watching;
    page = options.http().page()
        ? new LivePage(
            options.instance(), options.version(), this::leading, this::views, options.clock())
        : null;
    trails = page == null ? new AuditTrails(options) : new AuditTrails(options, page::appended);
    election = new LeaseElection(
        client, options.leaderElection(), options.instance(), System::nanoTime, trails::lastTerm);
    meters = new OperatorMeters(registry, election::leading, options.clock());
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    gcMetrics.bindTo(registry);
    http = new OperatorHttpServer(
        options.http().host(),
        options.http().port(),
        new Probes(),
        registry::scrape,
        page == null ? null : page.handler());
  }

  /**
   * Starts the operator; returns once it takes part in the election, which it may not win, or once it reconciles where
   * there is none. The client's settings are taken over into clients of the operator's own, one with the time-outs that
   * leader election needs, one for lists and watches; the given client is not closed.
   */
  public static TierkeeperOperator start(KubernetesClient client, OperatorOptions options) {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    ApiRefusals refusals = new ApiRefusals(options.clock(), registry);
    TierkeeperOperator operator = new TierkeeperOperator(
        own(client, options.leaderElection().requestTimeout(), refusals),
        own(client, LISTS, refusals),
        options,
        registry,
        refusals);
    try {
      operator.begin();
      return operator;
    } catch (RuntimeException e) {
      operator.close();
      throw e;
    }
  }

  /** fabric8 retries each request inside the lease's renewal otherwise, far past the renew deadline. */
  private static KubernetesClient own(
      KubernetesClient client, Duration timeout, ApiRefusals refusals) {
    Config config = new ConfigBuilder(client.getConfiguration())
        .withRequestRetryBackoffLimit(0)
        .withRequestTimeout((int) timeout.toMillis())
        .build();
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withKubernetesSerialization(TolerantReading.serialization())
        .withHttpClientBuilderConsumer(
            http -> http.addOrReplaceInterceptor("tierkeeper-refusals", refusals))
        .build();
  }

  private void begin() {
    if (page != null) {
      page.start();
    }
    election.start(new LeadershipListener() {
      @Override
      public void onLeading(long term) {
        lead();
      }

      @Override
      public void onLost() {
        options.onLostLease().run();
      }
    });
    participating = true;
  }

  private void lead() {
    leadsSince = System.nanoTime();
    lifecycle.lock();
    try {
      if (closed) {
        return;
      }
      try {
        LeaderSession next = new LeaderSession(
            client,
            options,
            new LeaderSession.Ports(
                new JosdkControllerHost(watching, registry, options.watched()),
                new QuartzTimer(options.instance(), options.clock()),
                election),
            trails,
            meters);
        session = next;
        next.start();
        reconciling = true;
        log.info("{} is the leader, term {}: reconciling", options.instance(), election.term());
      } catch (RuntimeException | Error e) {
        if (!options.leaderElection().enabled()) {
          throw e;
        }
        log.error("{} cannot start to reconcile and releases the lease", options.instance(), e);
        election.close();
        options.onLostLease().run();
      }
    } finally {
      lifecycle.unlock();
    }
  }

  /** What the controllers watch; null while this process does not lead or their caches are not filled. */
  private @Nullable ResourceViews views() {
    LeaderSession now = session;
    return reconciling && now != null && now.views().synced() ? now.views() : null;
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
    return election.leading();
  }

  /**
   * Stops reconciling, then releases the lease. A repeat does nothing. A take-over that is under way is not waited for long: the
   * lease is not released then, so that nobody leads before it has run out.
   */
  @Override
  public void close() {
    boolean first = !closed;
    closed = true;
    if (!first) {
      return;
    }
    boolean settled = false;
    try {
      settled = lifecycle.tryLock(TAKE_OVER_MAY_END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      if (!settled) {
        log.warn("{} stops in the middle of its take-over", options.instance());
        election.abandon();
      } else {
        if (session != null) {
          session.close();
        }
        election.close();
      }
      gcMetrics.close();
      if (page != null) {
        page.close();
      }
      http.close();
      watching.close();
      client.close();
    } finally {
      if (settled) {
        lifecycle.unlock();
      }
    }
  }

  private final class Probes implements Health {
    @Override
    public Answer live() {
      LeaderSession now = session;
      if (reconciling && now != null && !now.running()) {
        return new Answer(false, "controllers stopped; restart to recover");
      }
      // A lost lease ends the process; this is for an election that has ended without a callback.
      return reconciling && !leading()
          ? new Answer(false, "leadership lost; restart to rejoin as standby")
          : new Answer(true, "alive");
    }

    @Override
    public Answer ready() {
      boolean overdue =
          leading() && !reconciling && System.nanoTime() - leadsSince > TAKE_OVER_LASTS.toNanos();
      return new Answer(
          participating && !overdue,
          !participating
              ? "starting"
              : (leading() ? reconciling ? "leading" : "taking over" : "standby")
                  + refusals.recent().map(sentence -> "; " + sentence).orElse(""));
    }

    @Override
    public Answer started() {
      return new Answer(participating, participating ? "started" : "starting");
    }
  }
}
