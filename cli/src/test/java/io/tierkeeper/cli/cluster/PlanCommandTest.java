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
class PlanCommandTest {

  @TempDir
  Path directory;

  private VerbWorld world;

  @BeforeEach
  void start() {
    world = new VerbWorld(directory);
  }

  @Test
  void listsPlansAndWhatWouldBePlanned() {
    world.collection("Approve", UnaryOperator.identity());
    world.tenant("acme", "Fallback", "Promote", "");
    world.promotion("AwaitingApproval", "");
    VerbWorld.Ran ran = world.run("plan");
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .containsPattern(
            "kb +acme +Promote +AwaitingApproval +151,022 +222.0 MiB +24h1m41s +kb-acme-promote-7f3a")
        .containsPattern("kb +initech +Promote +NoTenantTier +160,000 +- +24h1m42s +\\(estimate\\)")
        .doesNotContain("globex");
  }

  @Test
  void showsEverythingAboutOneAndTheCommandThatApprovesIt() throws Exception {
    world.collection("Approve", UnaryOperator.identity());
    world.tenant("acme", "Fallback", "Promote", "");
    world.promotion("AwaitingApproval", "");
    assertThat(world.run("plan", "acme").out())
        .startsWith("Promote tenant acme of collection kb in namespace " + world.namespace + ": ")
        .contains("\n  hash      " + VerbWorld.HASH + "\n")
        .contains("\n  peers     1, 2\n  segments  4 more\n")
        .contains(
            "\n  next      tierkeeper approve kb-acme-promote-7f3a, or tierkeeper reject kb-acme-promote-7f3a\n");
    JsonNode json =
        new ObjectMapper().readTree(world.run("plan", "kb-acme", "-o", "json").out());
    assertThat(json.at("/plans/0/planHash").asText()).isEqualTo(VerbWorld.HASH);
    assertThat(json.at("/plans/0/cost/bytes").asLong()).isEqualTo(232783872);
  }

  @Test
  void estimatesWhereThePolicyOnlyRecommendsAndSaysHowToGoOn() {
    world.collection("Recommend", UnaryOperator.identity());
    world.tenant("acme", "Fallback", "Promote", "");
    assertThat(world.run("plan", "acme").out())
        .contains("  plan      none yet (BetweenThresholds)\n")
        .contains(
            "about 24h1m41s with the retention of the old copy, estimated from the last measurement")
        .contains(
            "  next      Policy standard is in mode Recommend, which moves nothing; set spec.mode to Approve or Auto.");
  }

  @Test
  void saysThatNothingIsPlanned() {
    world.collection("Approve", yaml -> yaml.replaceAll("advice: Promote", "advice: Hold"));
    world.tenant("globex", "Dedicated", "Hold", "");
    assertThat(world.run("plan").err())
        .isEqualTo("No move is planned or advised in namespace " + world.namespace + ".\n");
    assertThat(world.run("plan", "globex").out())
        .startsWith(
            "No move is advised for tenant globex of collection kb, which is in tier Dedicated.")
        .contains("tierkeeper explain globex");
  }

  @Test
  void saysWhichTenantIsNotKnown() {
    world.collection("Approve", UnaryOperator.identity());
    VerbWorld.Ran ran = world.run("plan", "nope");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err())
        .contains(
            "there is no tenant, TenantTier or TierMove named nope in namespace " + world.namespace)
        .hasLineCount(1);
  }
}
