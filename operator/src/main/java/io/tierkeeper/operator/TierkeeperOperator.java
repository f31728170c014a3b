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
import io.tierkeeper.operator.health.Health;
import io.tierkeeper.operator.health.OperatorHttpServer;
import io.tierkeeper.operator.host.JosdkControllerHost;
import io.tierkeeper.operator.leadership.Election;
import io.tierkeeper.operator.leadership.LeadershipListener;
import io.tierkeeper.operator.leadership.LeaseElection;
import io.tierkeeper.operator.metrics.OperatorMeters;
import io.tierkeeper.operator.session.LeaderSession;
import io.tierkeeper.operator.trigger.QuartzTimer;
import io.tierkeeper.operator.view.TolerantReading;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Composition root: takes part in the election, runs a {@link LeaderSession} while it leads, and serves probes and
 * metrics.
 */
public final class TierkeeperOperator implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(TierkeeperOperator.class);

  private final OperatorOptions options;
  private final KubernetesClient client;
  private final Election election;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics gcMetrics = new JvmGcMetrics();
  private final OperatorMeters meters;
  private final AuditTrails trails;
  private final OperatorHttpServer http;
  private final Object lifecycle = new Object();
  private @Nullable LeaderSession session;
  private volatile boolean participating;
  private volatile boolean reconciling;
  private volatile boolean closed;

  private TierkeeperOperator(KubernetesClient client, OperatorOptions options) {
    this.options = options;
    this.client = client;
    election =
        new LeaseElection(client, options.leaderElection(), options.instance(), System::nanoTime);
    meters = new OperatorMeters(registry, election::leading);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    gcMetrics.bindTo(registry);
    trails = new AuditTrails(options);
    http = new OperatorHttpServer(
        options.http().host(), options.http().port(), new Probes(), registry::scrape);
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
    synchronized (lifecycle) {
      if (closed) {
        return;
      }
      try {
        LeaderSession next = new LeaderSession(
            client,
            options,
            new LeaderSession.Ports(
                new JosdkControllerHost(client, registry),
                new QuartzTimer(options.instance(), options.clock()),
                election),
            trails,
            meters);
        session = next;
        next.start();
        reconciling = true;
        log.info("{} is the leader, term {}: reconciling", options.instance(), election.term());
      } catch (RuntimeException e) {
        if (!options.leaderElection().enabled()) {
          throw e;
        }
        log.error("{} cannot start to reconcile and releases the lease", options.instance(), e);
        election.close();
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
    return election.leading();
  }

  /** Stops reconciling, then releases the lease. A repeat does nothing. */
  @Override
  public void close() {
    synchronized (lifecycle) {
      if (closed) {
        return;
      }
      closed = true;
      if (session != null) {
        session.close();
      }
      election.close();
      gcMetrics.close();
      http.close();
      client.close();
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
      return new Answer(
          participating,
          !participating
              ? "starting"
              : leading() ? reconciling ? "leading" : "taking over" : "standby");
    }

    @Override
    public Answer started() {
      return new Answer(participating, participating ? "started" : "starting");
    }
  }
}
