package io.tierkeeper.operator.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.lab.testbed.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Argo CD's scripts and kstatus on statuses that the operator has written; GitOpsIT writes them down. */
class ArgoCdTest {
  private static final Path FIXTURES = Checkout.file("operator/src/test/resources/gitops");
  private static final Path STORED =
      Checkout.file("crds/src/test/resources/stored-objects/v1alpha1-0.1");

  private final ArgoCd argo = new ArgoCd(Instant.parse("2026-11-30T12:00:00Z"));
  private final FluxHealth flux = new FluxHealth();

  private static JsonNode read(String name) throws IOException {
    return read(FIXTURES.resolve(name + ".yaml"));
  }

  private static JsonNode read(Path file) throws IOException {
    return Serialization.unmarshal("---\n" + Files.readString(file), JsonNode.class);
  }

  @ParameterizedTest
  @CsvSource({
    "TierPolicy-tiering-applied, Progressing, CURRENT, IN_PROGRESS",
    "TierPolicy-tiering-planned, Healthy, CURRENT, CURRENT",
    "TieredCollection-kb-applied, Progressing, CURRENT, IN_PROGRESS",
    "TieredCollection-kb-planned, Healthy, CURRENT, CURRENT",
    "TieredCollection-kb-degraded, Degraded, FAILED, FAILED",
    "TenantTier-kb-acme-applied, Progressing, CURRENT, IN_PROGRESS",
    "TenantTier-kb-acme-planned, Healthy, CURRENT, CURRENT",
    "TenantTier-kb-acme-moved, Healthy, CURRENT, CURRENT",
    "TenantTier-kb-acme-pinned, Progressing, IN_PROGRESS, IN_PROGRESS",
    "TenantTier-lonely-degraded, Degraded, FAILED, FAILED",
    "TierMove-AwaitingApproval, Suspended, IN_PROGRESS, IN_PROGRESS",
    "TierMove-Copying, Progressing, IN_PROGRESS, IN_PROGRESS",
    "TierMove-Verifying, Progressing, IN_PROGRESS, IN_PROGRESS",
    "TierMove-Aborted, Healthy, FAILED, FAILED",
    "TierMove-Succeeded, Healthy, CURRENT, CURRENT",
  })
  void healthIsWhatAPersonWouldSay(String name, String health, KStatus kstatus, KStatus seen)
      throws IOException {
    JsonNode object = read(name);
    assertThat(argo.health(object).status()).isEqualTo(health);
    assertThat(argo.health(object).message()).isNotBlank();
    assertThat(KStatus.of(object)).as("kstatus").isEqualTo(kstatus);
    assertThat(flux.of(object)).as("with the checks of examples/flux").isEqualTo(seen);
  }

  @Test
  void anApprovalThatIsMissingIsToldWhereTheTenantIs() throws IOException {
    assertThat(argo.health(read("TenantTier-kb-acme-planned")).message()).startsWith("Approv");
  }

  /** Steps of real moves, as a first release stored them. */
  static Stream<Path> steps() throws IOException {
    try (Stream<Path> files = Files.list(STORED)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("tiermove-"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("steps")
  void aMoveIsProgressingInEachOfItsSteps(Path file) throws IOException {
    JsonNode move = read(file);
    assertThat(argo.health(move).status()).isEqualTo("Progressing");
    assertThat(KStatus.of(move)).isEqualTo(KStatus.IN_PROGRESS);
  }

  @Test
  void aStalledMoveIsDegraded() throws IOException {
    JsonNode move = read("TierMove-Copying");
    ((ObjectNode) move.at("/status/conditions/0")).put("type", "Stalled").put("status", "True");
    assertThat(argo.health(move).status()).isEqualTo("Degraded");
    assertThat(KStatus.of(move)).isEqualTo(KStatus.FAILED);
  }

  @Test
  void aNewerGenerationIsProgressing() throws IOException {
    JsonNode tenant = read("TenantTier-kb-acme-moved");
    ((ObjectNode) tenant.path("metadata")).put("generation", 99);
    assertThat(argo.health(tenant).status()).isEqualTo("Progressing");
    assertThat(flux.of(tenant)).isEqualTo(KStatus.IN_PROGRESS);
  }

  @Test
  void theActionsOfAMoveFollowItsPhase() throws IOException {
    JsonNode waiting = read("TierMove-AwaitingApproval");
    assertThat(argo.actions(waiting)).isEqualTo(Map.of("approve", false, "abort", false));
    assertThat(argo.actions(read("TierMove-Copying")))
        .isEqualTo(Map.of("approve", true, "abort", false));
    assertThat(argo.actions(read("TierMove-Succeeded")))
        .isEqualTo(Map.of("approve", true, "abort", true));
    JsonNode approval = argo.act("approve", waiting);
    assertThat(approval.path("spec").toString()).isEqualTo("{\"approved\":true}");
    assertThat(approval.path("metadata").toString())
        .isEqualTo(
            "{\"annotations\":{\"tierkeeper.io/approved-by\":\"system:serviceaccount:argocd:argocd-server\"}}");
    assertThat(argo.act("abort", waiting).toString()).isEqualTo("{\"spec\":{\"abort\":true}}");
  }

  @Test
  void aTenantIsPinnedAndUnpinned() throws IOException {
    JsonNode tenant = read("TenantTier-kb-acme-moved");
    assertThat(argo.actions(tenant))
        .isEqualTo(Map.of("promote", false, "demote", false, "unpin", true));
    assertThat(argo.act("demote", tenant).toString())
        .isEqualTo("{\"spec\":{\"tier\":\"Fallback\"}}");
    assertThat(argo.act("promote", tenant).toString())
        .isEqualTo("{\"spec\":{\"tier\":\"Dedicated\"}}");
    JsonNode pinned = read("TenantTier-kb-acme-pinned");
    assertThat(argo.actions(pinned))
        .isEqualTo(Map.of("promote", false, "demote", true, "unpin", false));
    assertThat(argo.act("unpin", pinned).toString()).isEqualTo("{\"spec\":{\"tier\":\"Auto\"}}");
  }

  @Test
  void aCollectionIsSuspendedResumedAndEvaluated() throws IOException {
    JsonNode collection = read("TieredCollection-kb-planned");
    assertThat(argo.actions(collection))
        .isEqualTo(Map.of("evaluate", false, "suspend", false, "resume", true));
    assertThat(argo.act("suspend", collection).toString())
        .isEqualTo("{\"spec\":{\"suspend\":true}}");
    ((ObjectNode) collection.path("spec")).put("suspend", true);
    assertThat(argo.actions(collection))
        .isEqualTo(Map.of("evaluate", true, "suspend", true, "resume", false));
    assertThat(argo.act("resume", collection).toString())
        .isEqualTo("{\"spec\":{\"suspend\":false}}");
    assertThat(argo.act("evaluate", collection)
            .at("/metadata/annotations/tierkeeper.io~1requestedAt")
            .asText())
        .isEqualTo("2026-11-30T12:00:00Z");
  }

  @Test
  void aPolicyStopsMoves() throws IOException {
    JsonNode policy = read("TierPolicy-tiering-planned");
    assertThat(argo.actions(policy)).isEqualTo(Map.of("stop-moves", false));
    assertThat(argo.act("stop-moves", policy).toString())
        .isEqualTo("{\"spec\":{\"mode\":\"Recommend\"}}");
    ((ObjectNode) policy.path("spec")).put("mode", "Recommend");
    assertThat(argo.actions(policy)).isEqualTo(Map.of("stop-moves", true));
  }
}
