package io.tierkeeper.lab.demo;

import io.tierkeeper.audit.verify.AuditReport;
import io.tierkeeper.audit.verify.AuditVerifier;
import io.tierkeeper.lab.workload.CheckReport;
import io.tierkeeper.lab.workload.SceneBuilder;
import io.tierkeeper.lab.workload.TenantPopulation;
import io.tierkeeper.lab.workload.Workload;
import io.tierkeeper.operator.TierkeeperOperator;
import io.tierkeeper.operator.config.LeaderElection;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.operator.config.Pace;
import io.tierkeeper.qdrant.ShardKey;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * One tenant grows and is promoted, shrinks and is demoted, while its clients and those of two other tenants write and
 * read. At the end the checker verifies their history and the verifier the audit trail.
 */
public final class Demo implements AutoCloseable {

  static final String NAMESPACE = "default";
  static final String COLLECTION_RESOURCE = "kb";
  static final String COLLECTION = "knowledge_base";
  static final ShardKey ACME = ShardKey.of("acme");

  private static final int DIMENSIONS = 32;
  private static final double ZIPF_EXPONENT = 0.8;
  private static final double GROWN_SHARE = 0.22;
  private static final int SHRUNK_POINTS = 600;
  private static final int CLIENTS_EACH = 2;
  private static final Duration WRITER_PAUSE = Duration.ofMillis(20);
  private static final Duration READER_PAUSE = Duration.ofMillis(100);

  /** A freeze needs a tenant without writes for the policy's quietFor. */
  private static final Duration QUIET_WRITER_PAUSE = Duration.ofSeconds(4);

  private final DemoOptions options;
  private final Narrator narrator;
  private final DemoStage stage;
  private final String version;
  private @Nullable TierkeeperOperator operator;

  /**
   * Starts or connects to Kubernetes and Qdrant.
   *
   * @param version of Tierkeeper, for the audit lines
   */
  public Demo(DemoOptions options, Narrator narrator, String version) {
    this.version = version;
    this.options = options;
    this.narrator = narrator;
    narrator.plain(firstLine(options));
    this.stage = new DemoStage(options, narrator);
  }

  private static String firstLine(DemoOptions options) {
    if (options.kubeconfig() == null && options.qdrant().isEmpty()) {
      return "Tierkeeper demo: an embedded Kubernetes API and an embedded Qdrant of three peers, both inside this JVM, not real servers.";
    }
    return "Tierkeeper demo: "
        + (options.kubeconfig() == null
            ? "an embedded Kubernetes API inside this JVM, not a real server, and "
            : "the Kubernetes API of " + options.kubeconfig() + " and ")
        + (options.qdrant().isEmpty()
            ? "an embedded Qdrant of three peers inside this JVM, not a real server."
            : "the Qdrant at " + options.qdrant() + ".");
  }

  /**
   * Runs the demo.
   *
   * @return what the checker and the verifier found
   * @throws DemoFailure when an expected move does not happen
   */
  public DemoResult run() throws DemoFailure, IOException, InterruptedException {
    TenantPopulation population =
        TenantPopulation.zipf(ACME.toString(), options.tenants(), options.points(), ZIPF_EXPONENT);
    Set<ShardKey> busy = Set.of(
        ACME, population.tenants().get(1).key(), population.tenants().get(2).key());

    Workload workload = loadCollection(population, busy);
    stage.applyManifests();
    TierkeeperOperator started = startOperator();
    startClients(workload);

    MoveWatch watch = new MoveWatch(stage.kubernetes(), ACME.toString(), narrator);
    promoteAcme(workload, watch);
    demoteAcme(workload, watch);

    Path trail = started.auditFile(NAMESPACE, COLLECTION_RESOURCE);
    announceStaleReads(trail, workload);
    CheckReport check = workload.finish();
    if (!options.keep()) {
      started.close();
    }
    return result(idlePoints(population, busy), check, trail);
  }

  private Workload loadCollection(TenantPopulation population, Set<ShardKey> busy) {
    return SceneBuilder.on(stage.qdrant(), COLLECTION)
        .points(SceneBuilder.TENANT_FIELD, DIMENSIONS)
        .tenants(population)
        .clients(busy, CLIENTS_EACH)
        .onLoaded(done -> narrator.progress("load", done, population.points()))
        .seed(options.seed())
        .create();
  }

  private TierkeeperOperator startOperator() {
    TierkeeperOperator started = TierkeeperOperator.start(
        stage.kubernetes(),
        OperatorOptions.defaults()
            .withNamespaces(NAMESPACE)
            .withInstance("demo")
            .withVersion(version)
            .withLeaderElection(LeaderElection.disabled())
            .withAuditDirectory(options.directory().resolve("audit"))
            .withHttp("127.0.0.1", 0)
            .withPage(options.browser() != null)
            .withPace(Pace.brisk())
            .withQdrant(stage::connect));
    operator = started;
    narrator.event("operator", "started; metrics and probes: " + metrics(started));
    if (options.browser() != null) {
      narrator.event("page", "live page: " + page(started));
      options.browser().accept(URI.create(page(started)));
    }
    return started;
  }

  private void startClients(Workload workload) {
    workload.start(CLIENTS_EACH, WRITER_PAUSE, READER_PAUSE);
    narrator.event("workload", "started writers and readers of acme and of two other tenants");
  }

  private void promoteAcme(Workload workload, MoveWatch watch) throws DemoFailure {
    narrator.heading("acme grows");
    workload.clients(ACME).resize((int) (options.points() * GROWN_SHARE));
    watch.approveAndAwait("Promote", "Dedicated");
  }

  private void demoteAcme(Workload workload, MoveWatch watch) throws DemoFailure {
    narrator.heading("acme shrinks");
    workload.clients(ACME).resize(SHRUNK_POINTS);
    workload.clients(ACME).pace(QUIET_WRITER_PAUSE, READER_PAUSE);
    watch.approveAndAwait("Demote", "Fallback");
  }

  /** Passes the freeze in the audit trail to the checker: its stale reads are announced. */
  private static void announceStaleReads(Path trail, Workload workload) throws IOException {
    AnnouncedFreeze.of(trail)
        .ifPresent(freeze -> workload.staleBetween(
            ACME, nanoTime(freeze.from()), nanoTime(freeze.to()), freeze.points()));
  }

  /** Converts a time of day to the clock of the history. */
  private static long nanoTime(Instant time) {
    return System.nanoTime() - Duration.between(time, Instant.now()).toNanos();
  }

  private static long idlePoints(TenantPopulation population, Set<ShardKey> busy) {
    return population.tenants().stream()
        .filter(tenant -> !busy.contains(tenant.key()))
        .mapToLong(TenantPopulation.Tenant::points)
        .sum();
  }

  /** Both moves have succeeded when this is called. */
  private DemoResult result(long idlePoints, CheckReport check, Path trail) throws IOException {
    AuditReport audit = AuditVerifier.verify(List.of(trail), null);
    return new DemoResult(
        idlePoints + check.traffic().pointsWritten(),
        check,
        1,
        1,
        new DemoResult.Audit(
            trail,
            audit.lines(),
            audit.ok(),
            audit.fault() == null ? "chain intact" : audit.fault().toString()),
        stage.breaches(),
        narrator.seconds());
  }

  /** Prints how to connect, and returns when this thread is interrupted; Ctrl-C ends the process. */
  public void keepRunning() throws IOException, InterruptedException {
    narrator.heading("Still running; Ctrl-C ends the demo");
    stage.printWaysIn();
    if (operator != null) {
      narrator.plain("  metrics and probes: " + metrics(operator));
      if (options.browser() != null) {
        narrator.plain("  live page: " + page(operator));
      }
    }
    new CountDownLatch(1).await();
  }

  private static String metrics(TierkeeperOperator operator) {
    return "http://127.0.0.1:" + operator.httpPort() + "/metrics";
  }

  private static String page(TierkeeperOperator operator) {
    return "http://127.0.0.1:" + operator.httpPort() + "/page";
  }

  @Override
  public void close() {
    if (operator != null) {
      operator.close();
    }
    stage.close();
  }
}
