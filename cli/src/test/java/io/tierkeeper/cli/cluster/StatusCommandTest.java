package io.tierkeeper.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class StatusCommandTest {

  private static final String AWAITING = """
      message: "Approval required before 2026-11-22T00:00:00Z. Approve with: kubectl annotate tiermove x."
      conditions:
      - {type: Ready, status: "False", reason: AwaitingApproval, message: Approval required., lastTransitionTime: "2026-11-21T00:00:00Z"}
      """;

  @TempDir
  Path directory;

  private VerbWorld world;

  @BeforeEach
  void start() {
    world = new VerbWorld(directory);
  }

  @Test
  void saysThatANamespaceHasNoCollections() {
    VerbWorld.Ran ran = world.run("status");
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .isEqualTo("No TieredCollections found in namespace " + world.namespace + ".\n");
  }

  @Test
  void isSettledWhereNothingMovesOrWaits() {
    world.collection("Approve", UnaryOperator.identity());
    world.tenant("globex", "Dedicated", "Hold", "");
    VerbWorld.Ran ran = world.run("status");
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .containsPattern("TieredCollection/kb +Settled +Approve +True +812,345")
        .containsPattern("└─ TenantTier/kb-globex +Settled +Dedicated +True +0.1710 +151,022");
  }

  @Test
  void showsAPlanThatWaitsUnderItsTenantAndWhatToDo() {
    world.collection("Approve", UnaryOperator.identity());
    world.tenant("acme", "Fallback", "Promote", "");
    world.promotion("AwaitingApproval", AWAITING);
    VerbWorld.Ran ran = world.run("status");
    assertThat(ran.code()).isEqualTo(3);
    assertThat(ran.out())
        .containsPattern("   └─ TierMove/kb-acme-promote-7f3a +Waiting +AwaitingApproval")
        .contains(
            "Approval required before 2026-11-22T00:00:00Z. See the plan with: tierkeeper plan acme; approve with: tierkeeper approve kb-acme-promote-7f3a\n")
        .doesNotContain("kubectl annotate");
  }

  @Test
  void endsWithFourWhereSomethingIsStalled() {
    world.collection("Approve", UnaryOperator.identity());
    world.tenant("acme", "Promoting", "Promote", "");
    world.promotion("Verifying", """
        startedAt: "2026-11-21T00:00:00Z"
        message: "Points differ. Resolve with: curl"
        conditions:
        - {type: Stalled, status: "True", reason: VerificationDifference, message: Points differ., lastTransitionTime: "2026-11-21T00:00:00Z"}
        """);
    VerbWorld.Ran ran = world.run("status");
    assertThat(ran.code()).isEqualTo(4);
    assertThat(ran.out())
        .containsPattern("TierMove/kb-acme-promote-7f3a +Stalled +Verifying")
        .contains("TierMove/kb-acme-promote-7f3a: Points differ. Resolve with: curl");
  }

  @Test
  void finishedMovesDoNotCount() {
    world.collection("Approve", UnaryOperator.identity());
    world.tenant("acme", "Fallback", "Hold", "");
    world.promotion("Expired", """
        conditions:
        - {type: Stalled, status: "True", reason: Expired, message: Expired., lastTransitionTime: "2026-11-21T00:00:00Z"}
        """);
    assertThat(world.run("status").code()).isZero();
  }

  @Test
  void leavesOutTenantsAtRestBeyondTheLimit() {
    world.collection("Approve", UnaryOperator.identity());
    for (String name : new String[] {"a", "b", "c"}) {
      world.tenant(name, "Fallback", "Hold", "");
    }
    assertThat(world.run("status", "--limit", "1").out()).contains("└─ 2 more at rest");
    assertThat(world.run("status").out())
        .contains("TenantTier/kb-c")
        .doesNotContain("more at rest");
  }

  @Test
  void aCollectionThatWasNeverEvaluatedWaits() {
    world.collection("Approve", yaml -> yaml.substring(0, yaml.indexOf("status:")));
    VerbWorld.Ran ran = world.run("status");
    assertThat(ran.code()).isEqualTo(3);
    assertThat(ran.out()).contains("Not evaluated yet; is the operator running?");
  }

  @Test
  void printsTheSameForPrograms() throws Exception {
    world.collection("Approve", UnaryOperator.identity());
    world.tenant("acme", "Fallback", "Promote", "");
    world.promotion("AwaitingApproval", AWAITING);
    JsonNode json =
        new ObjectMapper().readTree(world.run("status", "-o", "json").out());
    assertThat(json.path("state").asText()).isEqualTo("Waiting");
    JsonNode tenant = json.at("/collections/0/tenantTiers/0");
    assertThat(tenant.path("tenant").asText()).isEqualTo("acme");
    assertThat(tenant.at("/moves/0/planHash").asText()).isEqualTo(VerbWorld.HASH);
    assertThat(world.run("status", "-o", "yaml").out()).startsWith("state: \"Waiting\"\n");
    assertThat(world.run("status", "-A", "-o", "wide").out())
        .startsWith("NAMESPACE")
        .contains("ADVICE");
  }

  @Test
  void aMistakeIsOneLineWithTheAllowedValues() {
    world.collection("Approve", UnaryOperator.identity());
    VerbWorld.Ran format = world.run("status", "-o", "xml");
    assertThat(format.code()).isEqualTo(2);
    assertThat(format.err()).contains("'xml' is not table, wide, json or yaml").hasLineCount(1);
    VerbWorld.Ran name = world.run("status", "nope");
    assertThat(name.code()).isEqualTo(1);
    assertThat(name.err())
        .isEqualTo("tierkeeper: there is no TieredCollection nope in namespace " + world.namespace
            + "; there are: kb\n");
    VerbWorld.Ran context = world.run("status", "--context", "nope");
    assertThat(context.code()).isEqualTo(2);
    assertThat(context.err())
        .contains("--context nope does not exist in the kubeconfig; it has ")
        .hasLineCount(1);
  }

  @Test
  void aClusterThatDoesNotAnswerIsOneLine() throws Exception {
    Path kubeconfig = directory.resolve("away");
    java.nio.file.Files.writeString(kubeconfig, """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
        contexts: [{name: c, context: {cluster: c, user: u}}]
        current-context: c
        users: [{name: u, user: {}}]
        """);
    java.io.StringWriter err = new java.io.StringWriter();
    int code = io.tierkeeper.launcher.Main.run(
        new java.io.PrintWriter(new java.io.StringWriter()),
        new java.io.PrintWriter(err, true),
        "status",
        "--kubeconfig",
        kubeconfig.toString());
    assertThat(code).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("tierkeeper: no answer from the cluster at http://127.0.0.1:1/: ")
        .hasLineCount(1);
  }
}
