package io.tierkeeper.operator;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.operator.health.Health;
import io.tierkeeper.operator.health.OperatorHttpServer;
import io.tierkeeper.operator.leadership.LeadershipListener;
import io.tierkeeper.operator.leadership.LeaseLeadership;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator in one object: takes part in the election, reconciles while it leads, serves probes and metrics, and lets
 * everything go on close.
 */
public final class TierkeeperOperator implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(TierkeeperOperator.class);

  private final OperatorOptions options;
  private final KubernetesClient client;
  private final LeaseLeadership leadership;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final OperatorHttpServer http;
  private volatile boolean standing;
  private volatile boolean closed;

  private TierkeeperOperator(KubernetesClient client, OperatorOptions options) {
    this.options = options;
    this.client = client;
    leadership =
        new LeaseLeadership(client, options.leaderElection(), options.instance(), System::nanoTime);
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
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private void begin() {
    standing = true;
    leadership.start(new LeadershipListener() {
      @Override
      public void onLeading(long term) {
        log.info("leading, term {}", term);
      }

      @Override
      public void onLost() {
        options.onLostLease().run();
      }
    });
  }

  /** The port of probes and metrics. */
  public int httpPort() {
    return http.port();
  }

  /** The audit file of a TieredCollection that is being written; it exists from the first line on. */
  public Path auditFile(String namespace, String collection) {
    return options.auditDirectory().resolve(namespace + "." + collection + ".jsonl");
  }

  /** Whether this process may change Qdrant now. */
  public boolean leading() {
    return leadership.leading();
  }

  /** Stops reconciling, then gives the lease back. A repeat does nothing. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    leadership.close();
    http.close();
    client.close();
  }

  private final class Probes implements Health {
    @Override
    public Answer live() {
      return new Answer(true, "alive");
    }

    @Override
    public Answer ready() {
      return new Answer(standing, leading() ? "leading" : standing ? "standing by" : "starting");
    }

    @Override
    public Answer started() {
      return new Answer(standing, standing ? "started" : "starting");
    }
  }
}
