package io.tierkeeper.lab.commands.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.testbed.ApiServer;
import io.tierkeeper.lab.testbed.ApiServerBinaries;
import io.tierkeeper.lab.testbed.Checkout;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bash runs every block of commands of every page, as a reader would paste it, in a directory that looks like a checkout: kubectl
 * against a real API server with objects as an operator leaves them, curl against an emulated Qdrant, and {@code tierkeeper},
 * {@code helm}, {@code mvn} and scripts of the checkout checked by {@link TierkeeperCalls} and {@link OtherCalls}. A new command fails
 * here until it works. One that cannot run here is in {@link #ELSEWHERE}.
 */
@NullUnmarked
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentedCommandsIT {

  /**
   * Commands that another test or a script of the build runs.
   *
   * @param page a pattern of paths of pages
   * @param line a pattern of whole lines
   * @param by the file that runs them
   * @param evidence what that file contains, since it reads the page or runs this very command
   */
  private record Elsewhere(String page, String line, String by, String evidence) {
    boolean covers(Script script, String line) {
      return script.page().matches(page) && line.matches(this.line);
    }
  }

  private static final List<Elsewhere> ELSEWHERE = List.of(
      new Elsewhere(
          "docs/audit-queries\\.md",
          "(for file in |jq ).*",
          "operator/src/test/java/io/tierkeeper/operator/AuditQueries.java",
          "docs/audit-queries.md"),
      new Elsewhere(
          "docs/(audit-queries|victorialogs)\\.md",
          "(for file in |  case |  curl |    --request |curl --silent http://localhost:9428|done).*",
          "operator/src/test/java/io/tierkeeper/operator/AuditQueries.java",
          "docs/victorialogs.md"),
      new Elsewhere(
          "docs/victorialogs\\.md",
          "victoria-logs -storageDataPath=.*",
          "lab/testbed/src/main/java/io/tierkeeper/lab/testbed/victorialogs/VictoriaLogs.java",
          "-storageDataPath="),
      new Elsewhere(
          "examples/provision/README\\.md",
          "kubectl wait tc/documents .*",
          "operator/src/test/java/io/tierkeeper/operator/ProvisionIT.java",
          "\"examples\", \"provision\""),
      new Elsewhere(
          "docs/applications\\.md",
          ".*",
          "qdrant/src/test/java/io/tierkeeper/qdrant/contract/ApplicationsPageIT.java",
          "docs/applications.md"),
      new Elsewhere(
          "docs/load\\.md",
          "cat products\\.jsonl \\| .*",
          "cli/src/test/java/io/tierkeeper/cli/load/LoadPageTest.java",
          "load.md"),
      new Elsewhere(
          "examples/embedding-service/README\\.md",
          "(?!mvn ).*",
          "examples/embedding-service/src/test/java/io/tierkeeper/examples/embedding/WalkIT.java",
          "README.md"),
      // Commands of the engine: with curl against a Qdrant in the state that they are for.
      new Elsewhere(
          "docs/runbooks/[A-Za-z]+\\.md",
          "(NAME=\\$\\(|test 0 = |curl -sf -X POST ('https://gate/'|\\S+/kb/cluster) |kubectl delete pod ).*",
          "moves/src/test/java/io/tierkeeper/moves/RunbookCommandsTest.java",
          "../docs/runbooks"),
      new Elsewhere(
          "docs/runbooks/Refused\\.md",
          "curl -sf \\S+ \\| jq .result.config.strict_mode_config",
          "moves/src/test/java/io/tierkeeper/moves/RemedyCommandTest.java",
          "new Remedy.ShowStrictMode()"),
      new Elsewhere(
          "docs/removal\\.md",
          "kubectl delete crd tiermoves.tierkeeper.io",
          "operator/src/test/java/io/tierkeeper/operator/process/ReleaseIT.java",
          "cluster.admin.resource(moves).delete()"),
      new Elsewhere(
          "docs/image\\.md",
          "tools/image/build --no-maven .* && cmp .*",
          ".ci/run",
          "cmp target/image/tierkeeper.tar"),
      // Of other shells than this one.
      new Elsewhere(
          "docs/(cli-reference|verbs)\\.md",
          "source <\\(tierkeeper completion zsh\\)|tierkeeper completion fish \\| source",
          "cli/src/test/java/io/tierkeeper/cli/cluster/CompletionTest.java",
          "run(\"zsh\""));

  /**
   * Commands that no test can run.
   *
   * @param command the whole line
   * @param reason why
   */
  private record Exemption(String command, String reason) {}

  private static final List<Exemption> EXEMPT = List.of(
      new Exemption(
          "kubectl auth can-i approve tiermoves.tierkeeper.io --as USER",
          "answers no with exit code 1 for a user without the right"),
      new Exemption(
          "kubectl wait --for=condition=Ready", "the heading of a column, for any of the objects"),
      new Exemption(
          "kubectl -n qdrant rollout status statefulset/qdrant",
          "the API server of this test runs no pods"),
      new Exemption(
          "curl -sf -X DELETE $QDRANT/cluster/peer/ID",
          "removes a peer of the Qdrant of this test"),
      new Exemption(
          "curl -sf $QDRANT/collections/kb | jq '.result | {status, optimizer_status, points_count,"
              + " indexed_vectors_count}'",
          "the emulator describes collections by gRPC only"),
      new Exemption(
          "curl -sf $QDRANT/collections/kb | jq '.result | {status, optimizer_status, points_count,"
              + " indexed_vectors_count, payload_schema}'",
          "the emulator describes collections by gRPC only"),
      new Exemption(
          "curl -sf $QDRANT/collections/NAME | jq .result.status",
          "the emulator shows no status of a collection"),
      new Exemption(
          "curl -sf -X PATCH $QDRANT/collections/kb -H 'Content-Type: application/json' -d"
              + " '{\"strict_mode_config\":{\"unindexed_filtering_retrieve\":true}}'",
          "the emulator has no strict mode"),
      new Exemption(
          "curl -sf -X PUT $QDRANT/collections/NAME/index -H 'Content-Type: application/json' -d"
              + " '{\"field_name\":\"group_id\",\"field_schema\":{\"type\":\"keyword\",\"is_tenant\":true}}'",
          "the emulator creates indexes by gRPC only"),
      new Exemption(
          "curl -sf -X POST $QDRANT/collections/kb/points/scroll -H 'Content-Type: application/json' -d"
              + " '{\"shard_key\":\"tierkeeper/0123abcd-ef01/z\",\"limit\":1,\"with_payload\":true}'",
          "the emulator scrolls by gRPC only"),
      new Exemption(
          "curl -sf -X POST \"$QDRANT/collections/kb/points/delete?wait=true\" -H 'Content-Type:"
              + " application/json' -d '{\"points\":[11],\"shard_key\":\"tierkeeper/…/z\"}'",
          "the name of the shard key is in the message of the move"));

  /** Words that stand for something of the reader's own. */
  private static final List<List<String>> PLACEHOLDERS = List.of(
      List.of("\\bTENANT\\b", "acme"),
      List.of("tiermove NAME\\b", "tiermove kb-acme-promote-7f3a"),
      List.of("tieredcollection NAME\\b", "tieredcollection kb"),
      List.of("collections/NAME\\b", "collections/bare"),
      List.of("audit verify audit$", "audit verify /var/lib/tierkeeper/audit"),
      List.of("\\bFILE\\b", "audit.jsonl"),
      List.of("tools/bench trail [A-Z:]+", "tools/bench trail 100:10"),
      List.of("(--seed|--trial) [A-Z]+\\b", "$1 7"),
      // Of the trail of the demo.
      List.of("--at 2026-11-21T00:50:00Z", "--at 2026-11-21T23:51:30Z"),
      List.of(
          "18233:sha256:9c1e…",
          "198:sha256:cb9cb6902bdb8affb0a3a9c586c234b971c99eae2e6f9c1d67222ed1362ea35e"));

  @TempDir
  private Path directory;

  private EmulatedQdrant qdrant;
  private ApiServer server;
  private Cluster cluster;
  private Calls calls;
  private Fixtures fixtures;
  private int desks;

  @BeforeAll
  void start() throws Exception {
    for (String tool : List.of("bash", "curl", "jq", "openssl")) {
      assumeTrue(
          Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
              .anyMatch(entry -> Files.isExecutable(Path.of(entry, tool))),
          tool + " is not on PATH");
    }
    ApiServerBinaries binaries = ApiServerBinaries.find(System.getenv()).orElse(null);
    assumeTrue(binaries != null, ApiServerBinaries.ABSENT);
    // Of its own, since pages name objects in the namespace default, in which the demo of another
    // test works.
    server = ApiServer.start(binaries);
    qdrant = EmulatedQdrant.start(EmulatorOptions.defaults());
    Fixtures.fill(qdrant);
    cluster = new Cluster(server);
    fixtures = new Fixtures(cluster);
    calls = new Calls(this::program);
  }

  @AfterAll
  void stop() {
    if (calls != null) {
      calls.close();
    }
    if (qdrant != null) {
      qdrant.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private String program(Calls.Call call) throws IOException {
    Path program = Path.of(call.program());
    String name = program.getFileName().toString();
    return switch (name) {
      case "tierkeeper", "kubectl-tier" ->
        new TierkeeperCalls(Checkout.file(Fixtures.TRAIL)).run(call);
      case "kubectl" -> OtherCalls.kubelet(call);
      case "helm" -> OtherCalls.helm(call);
      case "mvn" -> OtherCalls.maven(call);
      case "docker", "kind" -> OtherCalls.engine(call);
      case "bench" -> OtherCalls.bench(call);
      case "build" ->
        OtherCalls.script(call, "tools/" + program.getParent().getFileName() + "/build");
      case "run" -> OtherCalls.script(call, ".ci/run");
      default -> throw new IllegalArgumentException("nothing checks calls of " + name);
    };
  }

  static List<String> pages() {
    return Script.pages().stream().filter(page -> !Script.of(page).isEmpty()).toList();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyCommandOfThePageWorks(String page) throws Exception {
    List<Script> scripts = Script.of(page);
    boolean installs = scripts.stream().anyMatch(script -> script.text().contains("~/.local/bin"));
    Path own = Files.createDirectories(directory.resolve("desk-" + desks++));
    List<String> wrong = new ArrayList<>();
    try (Desk desk = new Desk(own, calls, cluster.kubectl(), !installs)) {
      desk.set("KUBECONFIG", cluster.kubeconfig(own).toString());
      desk.set("QDRANT", qdrant.peers().getFirst().restEndpoint().toString());
      for (Script script : scripts) {
        wrong.addAll(run(script, desk));
      }
    }
    assertThat(wrong)
        .as(
            "correct the page, or what it names; a command that cannot run here belongs into ELSEWHERE")
        .isEmpty();
  }

  /** Runs a script, and returns what is wrong with it. */
  private List<String> run(Script script, Desk desk) throws IOException, InterruptedException {
    String text = here(script);
    if (text.isBlank()) {
      return List.of();
    }
    fixtures.before(text, desk.checkout());
    Desk.Ran ran = desk.run(text);
    List<String> wrong =
        new ArrayList<>(calls.wrong().stream().map(each -> script + ": " + each).toList());
    if (ran.code() != 0) {
      wrong.add(script + ": exit code " + ran.code() + " of\n" + text + ran.output());
    } else if (script.page().startsWith("docs/runbooks/alerts/")
        && text.contains("jq")
        && ran.output().isBlank()) {
      wrong.add(script + ": prints nothing for the state that the alert is about:\n" + text);
    } else if (!script.output().isEmpty()
        && !ran.output().isBlank()
        && !ran.output().equals(script.output())) {
      wrong.add(
          script + ": the page shows\n" + script.output() + "but the output is\n" + ran.output());
    }
    return wrong;
  }

  /** What of a script runs here. */
  private String here(Script script) {
    StringBuilder text = new StringBuilder();
    for (String line : script.text().replace("\\\n", " ").lines().toList()) {
      if (ELSEWHERE.stream().noneMatch(each -> each.covers(script, line))
          && EXEMPT.stream().noneMatch(each -> each.command().equals(line))) {
        text.append(Fixtures.named(line)).append('\n');
      }
    }
    String typed = text.toString();
    for (List<String> placeholder : PLACEHOLDERS) {
      typed = Pattern.compile(placeholder.get(0), Pattern.MULTILINE)
          .matcher(typed)
          .replaceAll(placeholder.get(1));
    }
    return typed;
  }

  @Test
  void whatIsExemptIsOnAPage() {
    assertThat(Script.pages().stream()
            .flatMap(page -> Script.of(page).stream())
            .flatMap(script -> script.text().lines()))
        .containsAll(EXEMPT.stream().map(Exemption::command).toList());
  }

  @Test
  void whatRunsElsewhereDoesSo() throws IOException {
    for (Elsewhere elsewhere : ELSEWHERE) {
      assertThat(Files.readString(Checkout.file(elsewhere.by())))
          .as(elsewhere.by())
          .contains(elsewhere.evidence());
      assertThat(Script.pages().stream()
              .flatMap(page -> Script.of(page).stream())
              .anyMatch(
                  script -> script.text().lines().anyMatch(line -> elsewhere.covers(script, line))))
          .as("no command is one of %s: remove it from ELSEWHERE", elsewhere)
          .isTrue();
    }
  }
}
