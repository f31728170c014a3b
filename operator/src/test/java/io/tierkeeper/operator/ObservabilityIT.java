package io.tierkeeper.operator;

import static io.tierkeeper.operator.OperatorWorld.COLLECTION;
import static io.tierkeeper.operator.OperatorWorld.FALLBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.testbed.Checkout;
import io.tierkeeper.lab.testbed.KubernetesBackends;
import io.tierkeeper.lab.testbed.grafana.Dashboard;
import io.tierkeeper.lab.testbed.prometheus.AlertScenario;
import io.tierkeeper.lab.testbed.prometheus.PrometheusBinaries;
import io.tierkeeper.lab.testbed.prometheus.PrometheusServer;
import io.tierkeeper.lab.testbed.prometheus.Scrape;
import io.tierkeeper.lab.testbed.victorialogs.VictoriaLogs;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A story in which everything happens that the alerts are about, told once to a running operator that a real Prometheus
 * scrapes: what do alerts and dashboards show of it?
 */
@NullUnmarked
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ObservabilityIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String TARGET = "job=\"tierkeeper\",instance=\"operator:8080\"";
  private static final Path RULES = Checkout.file("charts/tierkeeper/files/rules/tierkeeper.yaml");
  private static final ShardKey ACME = ShardKey.of("acme");

  /** A bit more than the 500 points of the beginning, of 16 bytes each. */
  private static final long PEER_MEMORY = 10 * 1024;

  private static final long STRAY = 90_001;

  private final List<AlertScenario> scenarios = new ArrayList<>();
  private Path directory;
  private OperatorWorld world;
  private TierkeeperOperator operator;
  private RecordedMetrics recorded;
  private PrometheusServer prometheus;

  @BeforeAll
  void tellTheStory(@TempDir Path shared) throws Exception {
    assumeThat(PrometheusBinaries.installed()).as(PrometheusBinaries.MISSING).isTrue();
    directory = shared;
    Path audit = Files.createDirectory(directory.resolve("audit"));
    world = new OperatorWorld(
        audit,
        KubernetesBackends.realest(),
        EmulatorOptions.defaults().withMemoryBytes(PEER_MEMORY));
    world.write("acme", 300);
    for (int i = 0; i < 10; i++) {
      world.write("small" + i, 20);
    }
    world.applyPolicy("Recommend");
    policy("mass: {staleAfter: 4s}, approval: {required: [Promote], expiresAfter: 1h},"
        + " limits: {maxDedicated: 1}, retain: {sourceFor: 1h}");
    world.applyCollection("brisk", "");
    world.applyTenant("kb-acme", "acme", "");
    operator = start();
    recorded = RecordedMetrics.serve(Path.of("src/test/resources/qdrant-1.19.0-metrics.txt"));
    prometheus = PrometheusServer.start(
        directory.resolve("prometheus"),
        Map.of(
            "tierkeeper",
            List.of("127.0.0.1:" + operator.httpPort()),
            "qdrant",
            Stream.concat(
                    Stream.of(recorded.port()),
                    world.qdrant.peers().stream().map(EmulatedPeer::restPort))
                .map(port -> "127.0.0.1:" + port)
                .toList()));
    story(audit);
    assertThat(world.qdrant.violations()).isEmpty();
  }

  @AfterAll
  void stop() throws Exception {
    if (prometheus != null) {
      prometheus.close();
    }
    if (recorded != null) {
      recorded.close();
    }
    if (operator != null) {
      operator.close();
    }
    if (world != null) {
      world.close();
    }
  }

  @Test
  void eachAlertFiresWhileItsCauseStandsAndResolves() throws Exception {
    assertThat(scenarios)
        .extracting(AlertScenario::name)
        .containsExactlyInAnyOrderElementsOf(alerts());
    AlertScenario.check(directory, RULES, scenarios);
  }

  @Test
  void eachPanelShowsData() throws IOException {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("__rate_interval", "5s");
    values.put("qdrant_job", "qdrant");
    values.put("job", "tierkeeper");
    values.put("collection", world.namespace + "/kb");
    values.put("tenant", "acme");
    SoftAssertions softly = new SoftAssertions();
    for (Dashboard dashboard : Dashboard.of(Dashboard.PROMETHEUS)) {
      for (Dashboard.Query query : dashboard.queries(values)) {
        if (!query.expression().isEmpty()) {
          softly
              .assertThat(prometheus.returnsData(query.expression()))
              .as(dashboard.name() + ", " + query)
              .isTrue();
        }
      }
    }
    softly.assertAll();
  }

  /** What the emulator exports has the names and labels of the real server, as far as it exports it. */
  @Test
  void theEmulatorAndTheDashboardsUseTheNamesOfQdrant() throws Exception {
    Set<String> real = series(recorded.text());
    assertThat(real).containsAll(series(fetch(world.qdrant.peers().get(0).restPort())));
  }

  @Test
  void theTrailAnswersTheQuestionsOfTheDocumentation() throws Exception {
    assumeThat(AuditQueries.jqInstalled()).as("jq is not on PATH").isTrue();
    Map<String, List<String>> shell = new AuditQueries().inShell(directory);
    answered(shell);
    assumeThat(AuditQueries.duckDbThere()).as(AuditQueries.NO_DUCKDB).isTrue();
    Map<String, List<String>> sql = new AuditQueries().inSql(directory);
    answered(sql);
    AuditQueries.assertSameSize(sql, shell);
  }

  @Test
  void victoriaLogsAnswersTheQuestionsAndTheAuditDashboard() throws Exception {
    assumeThat(VictoriaLogs.installed()).as(VictoriaLogs.MISSING).isTrue();
    assumeThat(AuditQueries.jqInstalled()).as("jq is not on PATH").isTrue();
    AuditQueries queries = new AuditQueries();
    try (VictoriaLogs logs = VictoriaLogs.start(directory.resolve("victorialogs"))) {
      queries.ship(directory, logs);
      Map<String, List<String>> answers = queries.inLogs(logs, Instant.now());
      answered(answers);
      AuditQueries.assertSameSize(answers, queries.inShell(directory));
      AuditDashboard.assertShowsData(
          logs,
          "/namespaces/" + world.namespace + "/tieredcollections/kb",
          "tenant/acme",
          Instant.now());
    }
  }

  private void answered(Map<String, List<String>> answers) {
    String promotion = world.moves().stream()
        .map(move -> move.getMetadata().getName())
        .filter(name -> name.contains("-promote-"))
        .findFirst()
        .orElseThrow();
    Map<String, String> expected = Map.ofEntries(
        Map.entry("Why was acme moved?", "Promote\tShareAbovePromote\t" + promotion),
        Map.entry("Why was acme not moved?", "FlapBudgetExhausted\tFlapBudget\t"),
        Map.entry("Who approved?", "Claimed\tTierMove\t" + promotion),
        Map.entry("What did we decide last week?", "Promote\tShareAbovePromote"),
        Map.entry("Which tenants flap?", "tenant/acme\t"),
        Map.entry("How long did each move take, and how did it end?", promotion + "\tPromote"),
        Map.entry("Where did a move stall?", "UnmarkedPointsInFallback"),
        Map.entry(
            "Who ended or extended a retention?",
            "fabric8-kubernetes-client\t" + promotion + "\tended\t2099-01-01"),
        Map.entry("Who paused what, and for how long?", "began\tsre\tclose\t2099-01-01T00:00:00Z"),
        Map.entry("Which policy was in force when?", "Recommend\t0.40\t0.20"),
        // VictoriaLogs rounds fractions to 0.6000000000000001.
        Map.entry("How has the share of acme developed?", "\t0.6\t0.6"),
        Map.entry("Are lines missing?", "WriteFailed"));
    assertThat(answers.keySet()).isEqualTo(expected.keySet());
    answers.forEach((question, rows) ->
        assertThat(rows).as(question).anyMatch(row -> row.contains(expected.get(question))));
  }

  private static Set<String> series(String text) {
    return text.lines()
        .filter(line -> !line.startsWith("#") && !line.isBlank())
        .map(line -> line.replaceFirst(" \\S+$", "").replaceAll("=\"[^\"]*\"", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private TierkeeperOperator start() {
    return TierkeeperOperator.start(
        world.account,
        world.options().withPace(world.options().pace().withMoveDeadline(Duration.ofSeconds(3))));
  }

  private void story(Path audit) throws Exception {
    Scrape recommended = when("tierkeeper_tenant_mass", "acme", 0.5);
    policy("mode: Auto");
    Scrape planned = when("tierkeeper_moves_open", "AwaitingApproval", 1);
    String promotion = moveIn("AwaitingApproval");
    world.merge(TierMove.class, promotion, "{\"spec\":{\"approved\":true}}");
    when("tierkeeper_moves_open", "Retaining", 1);
    retain(promotion, "2099-01-01T00:00:00Z");
    await().alias("longer retention").atMost(SOON).until(() -> recordedRetentions(audit) == 1);
    retain(promotion, "2020-01-01T00:00:00Z");
    whenNone("tierkeeper_moves_open");
    Scrape promoted = await()
        .atMost(SOON)
        .until(this::scrape, scrape -> value(scrape, "tierkeeper_fallback_bytes", "") < 5_000);
    alert("ApprovalExpiring", recommended, planned, promoted);
    alert("FallbackNearPeerLimit", null, planned, promoted);

    policy("flapBudget: {maxMoves: 1}");
    shrink();
    Scrape exhausted = when("tierkeeper_flapping_tenants", "", 1);
    // With a cooldown, or the stray point below could fall into a second demotion, which would take
    // it for a write.
    policy("flapBudget: {maxMoves: 10}, limits: {maxDedicated: 10}, cooldown: {afterAbort: 1h},"
        + " demotion: {quietFor: 1h, maxWait: 1s}");
    Scrape aborted = when("tierkeeper_moves_total", "Demote\",outcome=\"Aborted", 1);
    alert("Flapping", promoted, exhausted, aborted);
    // The window of an hour is longer than the story: a collection at rest stands for what is
    // before and after.
    alert("CoherenceLow", recommended, exhausted, recommended);
    alert("DedicatedCapNear", planned, promoted, aborted);
    alert("MoveFailed", exhausted, aborted, aborted);

    Scrape measured = whenMeasured();
    put(FALLBACK, STRAY);
    policy("cooldown: {afterAbort: 0s}, demotion: {quietFor: 1s, maxWait: 1h}");
    Scrape different = when("tierkeeper_moves_stalled", "UnmarkedPointsInFallback", 1);
    world.qdrant.peers().forEach(EmulatedPeer::kill);
    retry();
    Scrape unreachable = when("tierkeeper_moves_stalled", "PeersDisagree", 1);
    unreachable = when("tierkeeper_measurement_age_seconds", "", 5);
    world.qdrant.peers().forEach(EmulatedPeer::restart);
    await().atMost(SOON).ignoreExceptions().until(() -> {
      world
          .port()
          .delete(
              COLLECTION,
              ShardSelector.key(FALLBACK),
              Filter.ids(List.of(PointId.of(STRAY))),
              true);
      return true;
    });
    retry();
    Scrape demoted = when("tierkeeper_moves_total", "Demote\",outcome=\"Succeeded", 1);
    alert("VerificationDifference", aborted, different, demoted);
    alert("MoveStuck", aborted, unreachable, demoted);
    alert("MeasurementsStale", measured, unreachable, whenMeasured());

    world.merge(
        TieredCollection.class,
        "kb",
        "{\"spec\":{\"pauses\":[{\"owner\":\"sre\",\"reason\":\"close\",\"until\":\"2099-01-01T00:00:00Z\"}]}}");
    Scrape paused = when("tierkeeper_pauses_active", "sre", 1);
    world.merge(TieredCollection.class, "kb", "{\"spec\":{\"pauses\":null}}");
    Scrape resumed = whenNone("tierkeeper_pauses_active");
    alert("PauseForgotten", demoted, paused, resumed);

    Path aside = Files.move(audit, directory.resolve("aside"));
    Files.writeString(audit, "not a directory");
    policy("cooldown: {afterMove: 1s}");
    Scrape unwritable = when("tierkeeper_audit_healthy", "", 0);
    Files.delete(audit);
    Files.move(aside, audit);
    Scrape writable = when("tierkeeper_audit_healthy", "", 1);
    alert("AuditUnhealthy", resumed, unwritable, writable);

    operator.close();
    Scrape down = Scrape.failed(Instant.now());
    operator = start();
    Scrape up = when("tierkeeper_leader", "", 1);
    alert("OperatorDown", writable, down, up);
  }

  private void retain(String promotion, String until) {
    world.merge(TierMove.class, promotion, "{\"spec\":{\"retainUntil\":\"" + until + "\"}}");
  }

  private static long recordedRetentions(Path audit) throws IOException {
    try (Stream<Path> files = Files.list(audit)) {
      long lines = 0;
      for (Path file : files.toList()) {
        lines += Files.readAllLines(file).stream()
            .filter(line -> line.contains("\"io.tierkeeper.retention.v1\""))
            .count();
      }
      return lines;
    }
  }

  /** Not before, at the end of the cause, and not afterwards. */
  private void alert(String name, Scrape before, Scrape during, Scrape after) {
    // Only a pause has to stand for long, and the increase of a counter is over after its range.
    Duration stands = name.equals("PauseForgotten") ? Duration.ofHours(73) : Duration.ofMinutes(20);
    AlertScenario scenario = new AlertScenario(name);
    if (before != null) {
      scenario.then(before, Duration.ofHours(1), name, false);
    }
    scenarios.add(
        scenario.then(during, stands, name, true).then(after, Duration.ofHours(2), name, false));
  }

  private static List<String> alerts() throws IOException {
    return StreamSupport.stream(
            Serialization.yamlMapper()
                .readTree(RULES.toFile())
                .at("/groups/0/rules")
                .spliterator(),
            false)
        .map(rule -> rule.path("alert").asText().replaceFirst("^Tierkeeper", ""))
        .toList();
  }

  private void policy(String fields) throws IOException {
    world.merge(
        TierPolicy.class,
        "brisk",
        Serialization.jsonMapper()
            .writeValueAsString(
                Map.of("spec", Serialization.yamlMapper().readTree("{" + fields + "}"))));
  }

  private void shrink() {
    world
        .port()
        .delete(
            COLLECTION,
            ShardSelector.withFallback(ACME, FALLBACK),
            Filter.matches("group_id", "acme"),
            true);
    world.write("acme", 5);
  }

  /** Writes a point of acme into one key, past the routing. */
  private void put(ShardKey key, long id) {
    world
        .port()
        .upsert(Upsert.of(
            COLLECTION,
            ShardSelector.key(key),
            List.of(new Point(
                PointId.of(id),
                Map.of("group_id", "acme"),
                Map.of("", new PointVector.Dense(new float[] {1, 2, 3, 4}))))));
  }

  private String moveIn(String phase) {
    return world.moveIn(phase).orElseThrow().getMetadata().getName();
  }

  /** A stalled move is looked at again at once. */
  private void retry() {
    world.moves().stream()
        .filter(move -> move.getStatus().finishedAt() == null)
        .forEach(move -> world.merge(
            TierMove.class,
            move.getMetadata().getName(),
            "{\"metadata\":{\"annotations\":{\"tierkeeper.io/requestedAt\":\"" + Instant.now()
                + "\"}}}"));
  }

  /** The first scrape in which a series has at least this value, or exactly zero. */
  private Scrape when(String name, String part, double value) {
    Scrape found = await()
        .alias(name + " " + part)
        .atMost(SOON)
        .until(
            this::scrape,
            scrape ->
                value == 0 ? value(scrape, name, part) == 0 : value(scrape, name, part) >= value);
    // The story does not go on before Prometheus has seen it too.
    await().alias("scrape of " + name).atMost(SOON).until(() -> prometheus.returnsData(name));
    return found;
  }

  /** Soon after a measurement; on a busy machine the last one may be older than {@code staleAfter}. */
  private Scrape whenMeasured() {
    return await()
        .alias("measurement")
        .atMost(SOON)
        .until(this::scrape, scrape -> value(scrape, "tierkeeper_measurement_age_seconds", "") < 2);
  }

  private Scrape whenNone(String name) {
    return await()
        .alias("no " + name)
        .atMost(SOON)
        .until(
            this::scrape,
            scrape -> scrape.samples().keySet().stream()
                .noneMatch(series -> series.startsWith(name + "{")));
  }

  private static double value(Scrape scrape, String name, String part) {
    return scrape.samples().entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(name + "{") && entry.getKey().contains(part))
        .mapToDouble(Map.Entry::getValue)
        .findFirst()
        .orElse(Double.NaN);
  }

  private Scrape scrape() throws IOException, InterruptedException {
    return Scrape.read(Instant.now(), fetch(operator.httpPort()), TARGET);
  }

  private static String fetch(int port) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
