package io.tierkeeper.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class ExplainTenantTest {

  private static final String GATES = """
      {name: ShareAbovePromote, current: "0.171020", required: "> 0.150000", met: true},
      {name: StabilizationWindow, current: 28m, required: 30m, met: false, earliest: "2026-11-21T00:50:00Z"},
      {name: MaintenanceWindow, current: closed, required: open, met: false, earliest: "2026-11-22T01:00:00Z"}""";

  @TempDir
  Path directory;

  private VerbWorld world;

  @BeforeEach
  void start() {
    world = new VerbWorld(directory);
  }

  private VerbWorld.Ran explain(String... words) {
    ExplainCommand verb = new ExplainCommand();
    verb.clock = InstantSource.fixed(Instant.parse("2026-11-21T00:48:00Z"));
    return world.run(verb, words);
  }

  @Test
  void saysWhatIsMissingAndWhenItMayBeMet() {
    world.collection("Approve", UnaryOperator.identity());
    world.tenant("acme", "Fallback", "Hold", GATES);
    assertThat(explain("acme").out())
        .contains("Tenant acme of collection kb is in tier Fallback with 151022 points.")
        .contains("""
              to be promoted:
                StabilizationWindow is 28m and has to be 30m, at the earliest 2026-11-21T00:50:00Z (in 2m)
                MaintenanceWindow is closed and has to be open, at the earliest 2026-11-22T01:00:00Z (in 24h12m)
                earliest 2026-11-22T01:00:00Z (in 24h12m)
            """);
  }

  @Test
  void explainsATenantWithoutTenantTierFromPolicyAndMeasurement() throws Exception {
    world.collection("Recommend", UnaryOperator.identity());
    VerbWorld.Ran ran = explain("globex");
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .startsWith("Tenant globex of collection kb has no TenantTier; it is in tier Dedicated")
        .containsPattern("ShareBelowDemote +0.109000 +< 0.050000 +no")
        .contains("    Mode is Recommend and has to be Approve or Auto\n")
        .contains("    TenantTier is absent and has to be present\n")
        .contains("    no earliest time is known\n");
    JsonNode json = new ObjectMapper().readTree(explain("globex", "-o", "json").out());
    assertThat(json.path("tier").asText()).isEqualTo("Dedicated");
    assertThat(json.path("obstacles")).hasSize(3);
  }

  @Test
  void listsTheLastDecisionsTheNewestFirst() {
    world.collection("Approve", UnaryOperator.identity());
    world.tenant("acme", "Fallback", "Hold", GATES);
    world.promotion(
        "Expired", "finishedAt: \"2026-11-20T00:00:00Z\"\nmessage: The plan has changed.");
    world.store("""
        apiVersion: events.k8s.io/v1
        kind: Event
        metadata: {name: kb-acme.1}
        type: Normal
        action: Evaluate
        reason: AdviceChanged
        note: Hold
        eventTime: "2026-11-21T00:40:00.000000Z"
        reportingController: tierkeeper.io/operator
        reportingInstance: one
        regarding: {apiVersion: tierkeeper.io/v1alpha1, kind: TenantTier, name: kb-acme, namespace: %s}
        """.formatted(world.namespace));
    assertThat(explain("acme").out()).contains("""
          last decisions:
            2026-11-21T00:40:00Z  AdviceChanged  TenantTier/kb-acme: Hold
            2026-11-20T00:00:00Z  Expired  TierMove/kb-acme-promote-7f3a: The plan has changed.
        """);
  }

  @Test
  void theEarlierSpellingsStillWork() throws Exception {
    world.collection("Approve", UnaryOperator.identity());
    world.tenant("acme", "Fallback", "Hold", GATES);
    JsonNode json =
        new ObjectMapper().readTree(explain("acme", "--format", "json").out());
    assertThat(json.at("/gates/0/name").asText()).isEqualTo("ShareAbovePromote");
    assertThat(explain("acme", "--format", "text").out()).contains("ShareAbovePromote");
  }

  @Test
  void saysWhyATenantIsNotKnown() {
    world.collection("Approve", UnaryOperator.identity());
    VerbWorld.Ran ran = explain("nope");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err())
        .contains("tenant nope is not known")
        .contains("topTenants")
        .hasLineCount(1);
  }
}
