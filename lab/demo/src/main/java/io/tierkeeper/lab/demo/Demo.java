package io.tierkeeper.lab.demo;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.audit.AuditReport;
import io.tierkeeper.audit.AuditVerifier;
import io.tierkeeper.lab.workload.CheckReport;
import io.tierkeeper.lab.workload.CheckedPoints;
import io.tierkeeper.lab.workload.TenantPopulation;
import io.tierkeeper.lab.workload.Workload;
import io.tierkeeper.operator.TierkeeperOperator;
import io.tierkeeper.operator.config.LeaderElection;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.operator.config.Pace;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.ShardKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One tenant grows, is promoted, shrinks and is demoted, while its applications and two neighbours write and read; at the
 * end the checker judges what they saw.
 */
public final class Demo implements AutoCloseable {

  static final String NAMESPACE = "default";
  static final String COLLECTION_RESOURCE = "kb";
  static final String COLLECTION = "knowledge_base";
  static final String TENANT_FIELD = "group_id";
  static final ShardKey FALLBACK = ShardKey.of("default");
  static final ShardKey ACME = ShardKey.of("acme");

  private static final int DIMENSIONS = 32;
  private static final double ZIPF_EXPONENT = 0.8;
  private static final double GROWN_SHARE = 0.22;
  private static final int SHRUNK = 600;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(90);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private final DemoOptions options;
  private final Narrator narrator;
  private final DemoStage stage;
  private final String version;
  private final Set<String> ended = new HashSet<>();
  private @Nullable TierkeeperOperator operator;
  private String lastTenantLine = "";
  private String lastMoveLine = "";

  /**
   * Opens the stage.
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

  /** Plays all acts; returns what the checker and the verifier found. */
  public DemoResult run() throws DemoFailure, IOException, InterruptedException {
    QdrantCluster cluster = stage.qdrant();
    KubernetesClient client = stage.kubernetes();
    Workload workload = new Workload(
        cluster, COLLECTION, FALLBACK, new CheckedPoints(TENANT_FIELD, DIMENSIONS), options.seed());
    workload.create();
    TenantPopulation population =
        TenantPopulation.zipf("acme", options.tenants(), options.points(), ZIPF_EXPONENT);
    Set<ShardKey> busy = Set.of(
        ACME, population.tenants().get(1).key(), population.tenants().get(2).key());
    workload.load(
        population, busy, 2, done -> narrator.progress("load", done, population.points()));
    stage.applyManifests();
    operator = TierkeeperOperator.start(client, operatorOptions());
    narrator.tell(
        "operator",
        "runs; metrics and probes on http://127.0.0.1:" + operator.httpPort() + "/metrics");
    workload.start(2, Duration.ofMillis(20), Duration.ofMillis(100));
    narrator.tell("workload", "writers and readers run against acme and two neighbours");
    int promotions = promote(client, workload);
    int demotions = demote(client, workload);
    announce(operator.auditFile(NAMESPACE, COLLECTION_RESOURCE), workload);
    CheckReport check = workload.finish();
    return result(operator, population, check, promotions, demotions, busy);
  }

  private int promote(KubernetesClient client, Workload workload) throws DemoFailure {
    narrator.act("acme grows");
    workload.resize(ACME, (int) (options.points() * GROWN_SHARE));
    return move(client, "Promote", "Dedicated");
  }

  private int demote(KubernetesClient client, Workload workload) throws DemoFailure {
    narrator.act("acme shrinks");
    // A freeze waits for a quiet tenant, so acme's writers pause between operations for longer than
    // quietFor.
    workload.resize(ACME, SHRUNK);
    workload.pace(ACME, Duration.ofSeconds(4), Duration.ofMillis(100));
    return move(client, "Demote", "Fallback");
  }

  /** Tells the checker what the trail told everybody. */
  private static void announce(Path trail, Workload workload) throws IOException {
    AnnouncedFreeze.of(trail)
        .ifPresent(freeze -> workload.staleBetween(
            ACME, nanoTime(freeze.from()), nanoTime(freeze.to()), freeze.points()));
  }

  /** A time of day on the clock of the checker. */
  private static long nanoTime(Instant time) {
    return System.nanoTime() - Duration.between(time, Instant.now()).toNanos();
  }

  /** Waits for the plan, approves it, and follows the move to its end. */
  private int move(KubernetesClient client, String direction, String tier) throws DemoFailure {
    TierMove planned = await(
        "a plan to " + direction.toLowerCase(Locale.ROOT) + " acme",
        client,
        move -> direction.equals(directionOf(move)) && "AwaitingApproval".equals(phase(move)));
    narrator.tell(
        "plan", planned.getMetadata().getName() + " " + planned.getSpec().planHash());
    narrator.tell("approval", "a person approves exactly this plan (spec.approved: true)");
    client
        .resource(planned)
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"approved\":true}}");
    String name = planned.getMetadata().getName();
    TierMove ended = await(
        name + " to end",
        client,
        move -> move.getMetadata().getName().equals(name)
            && Set.of("Succeeded", "Aborted", "Failed", "Expired").contains(phase(move)));
    if (!"Succeeded".equals(phase(ended))) {
      throw new DemoFailure(name + " ended " + phase(ended) + ": "
          + Optional.ofNullable(ended.getStatus()).map(TierMoveStatus::message).orElse(""));
    }
    awaitTenant(client, status -> tier.equals(status.tier()), "acme to be " + tier);
    return 1;
  }

  private TierMove await(String what, KubernetesClient client, Predicate<TierMove> wanted)
      throws DemoFailure {
    long until = System.nanoTime() + LONGEST_WAIT.toNanos();
    while (System.nanoTime() < until) {
      tellTenant(client);
      for (TierMove move :
          client.resources(TierMove.class).inNamespace(NAMESPACE).list().getItems()) {
        tellMove(move);
        if (wanted.test(move)) {
          return move;
        }
      }
      look();
    }
    throw new DemoFailure(what + " was waited for in vain for " + LONGEST_WAIT.toSeconds()
        + " s; last seen: " + lastTenantLine + "; " + lastMoveLine);
  }

  private void awaitTenant(KubernetesClient client, Predicate<TenantTierStatus> wanted, String what)
      throws DemoFailure {
    long until = System.nanoTime() + LONGEST_WAIT.toNanos();
    while (System.nanoTime() < until) {
      if (tellTenant(client).filter(wanted).isPresent()) {
        return;
      }
      look();
    }
    throw new DemoFailure(what + " was waited for in vain; last seen: " + lastTenantLine);
  }

  private static void look() {
    LockSupport.parkNanos(LOOK_EVERY.toNanos());
  }

  private Optional<TenantTierStatus> tellTenant(KubernetesClient client) {
    Optional<TenantTierStatus> status =
        client.resources(TenantTier.class).inNamespace(NAMESPACE).list().getItems().stream()
            .filter(tier -> ACME.toString().equals(tier.getSpec().tenant()))
            .map(TenantTier::getStatus)
            .filter(Objects::nonNull)
            .findFirst();
    status.filter(found -> found.dampedMass() != null).ifPresent(found -> {
      TenantTierStatus.Advice advice = found.advice();
      String line = String.format(
          Locale.ROOT,
          "acme %-9s %,7d points, observed %s, damped %s, alpha* %s%s",
          found.tier(),
          Objects.requireNonNullElse(found.points(), 0L),
          found.observedMass(),
          found.dampedMass(),
          found.alphaStar(),
          advice == null ? "" : ", advice " + advice.action() + " (" + advice.reason() + ")");
      if (!line.equals(lastTenantLine)) {
        lastTenantLine = line;
        narrator.tell("tenant", line);
      }
    });
    return status;
  }

  private void tellMove(TierMove move) {
    TierMoveStatus status = move.getStatus();
    if (status == null || "Succeeded".equals(status.phase()) && lastMoveLine.isEmpty()) {
      return;
    }
    TierMoveStatus.Step step = status.step();
    TierMoveStatus.Progress progress = status.progress();
    String line = move.getMetadata().getName() + " " + status.phase()
        + (step == null || step.name() == null
            ? ""
            : ", step " + step.index() + " of " + step.of() + " " + step.name())
        + (progress == null || progress.percent() == null
            ? ""
            : ", " + progress.percent() + " %"
                + (progress.etaSeconds() == null ? "" : ", " + progress.etaSeconds() + " s to go"))
        + (status.message() == null ? "" : ": " + status.message());
    if (!line.equals(lastMoveLine) && !ended.contains(move.getMetadata().getName())) {
      lastMoveLine = line;
      narrator.tell("move", line);
      if (Set.of("Succeeded", "Aborted", "Failed", "Expired").contains(status.phase())) {
        ended.add(move.getMetadata().getName());
      }
    }
  }

  private OperatorOptions operatorOptions() {
    return OperatorOptions.defaults()
        .withNamespaces(NAMESPACE)
        .withInstance("demo")
        .withVersion(version)
        .withLeaderElection(LeaderElection.disabled())
        .withAuditDirectory(options.directory().resolve("audit"))
        .withHttp("127.0.0.1", 0)
        .withPace(Pace.brisk())
        .withQdrant(stage::connect);
  }

  private DemoResult result(
      TierkeeperOperator operator,
      TenantPopulation population,
      CheckReport check,
      int promotions,
      int demotions,
      Set<ShardKey> busy)
      throws IOException {
    var auditFile = operator.auditFile(NAMESPACE, COLLECTION_RESOURCE);
    if (!options.keep()) {
      operator.close();
    }
    AuditReport audit = AuditVerifier.verify(List.of(auditFile), null);
    long quiet = population.tenants().stream()
        .filter(tenant -> !busy.contains(tenant.key()))
        .mapToLong(TenantPopulation.Tenant::points)
        .sum();
    return new DemoResult(
        quiet + check.pointsWritten(),
        check,
        promotions,
        demotions,
        audit.lines(),
        audit.ok(),
        audit.fault() == null ? "chain intact" : audit.fault().toString(),
        auditFile,
        stage.breaches(),
        narrator.seconds());
  }

  /** Says how to look around, and returns when this thread is interrupted; Ctrl-C ends the process. */
  public void keepRunning() throws IOException, InterruptedException {
    narrator.act("Still running, to play with (Ctrl-C ends it)");
    stage.printWaysIn();
    if (operator != null) {
      narrator.plain("  metrics and probes: http://127.0.0.1:" + operator.httpPort() + "/metrics");
    }
    new CountDownLatch(1).await();
  }

  private static String directionOf(TierMove move) {
    return String.valueOf(move.getSpec().direction());
  }

  private static String phase(TierMove move) {
    return move.getStatus() == null
        ? "Pending"
        : String.valueOf(move.getStatus().phase());
  }

  @Override
  public void close() {
    if (operator != null) {
      operator.close();
    }
    stage.close();
  }
}
