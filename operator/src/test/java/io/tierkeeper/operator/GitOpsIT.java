package io.tierkeeper.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.testbed.ApiServer;
import io.tierkeeper.lab.testbed.ApiServerBinaries;
import io.tierkeeper.lab.testbed.Checkout;
import io.tierkeeper.lab.testbed.KubernetesBackends;
import io.tierkeeper.operator.gitops.ArgoCd;
import io.tierkeeper.operator.gitops.FluxHealth;
import io.tierkeeper.operator.gitops.KStatus;
import io.tierkeeper.operator.gitops.Kubectl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The operator works on examples/kustomize as GitOps tools apply it: nothing drifts, and Argo CD and Flux see what happens. With {@code
 * -Dtierkeeper.gitops.write=DIR} the objects are written down as they were found: the fixture of ArgoCdTest.
 */
@NullUnmarked
class GitOpsIT {
  private static final ObjectMapper JSON = Serialization.jsonMapper();
  private static final String WRITE = System.getProperty("tierkeeper.gitops.write", "");
  private static final String API = "tierkeeper.io/v1alpha1";
  private static final Duration SOON = Duration.ofSeconds(40);
  private static final Duration MOVED = Duration.ofSeconds(90);
  private static final String NO_PLAN =
      "sha256:0000000000000000000000000000000000000000000000000000000000000000";

  @TempDir
  Path directory;

  private OperatorWorld world;
  private KubernetesClient client;
  private Kubectl kubectl;
  private Path checkout;
  private final ArgoCd argo = new ArgoCd(Instant.parse("2026-11-30T12:00:00Z"));
  private final FluxHealth flux = new FluxHealth();

  @BeforeEach
  void start() throws IOException {
    ApiServer server = KubernetesBackends.apiServer().orElse(null);
    Assumptions.assumeTrue(server != null, ApiServerBinaries.ABSENT);
    world = new OperatorWorld(directory.resolve("audit"), server);
    client = world.client;
    kubectl = new Kubectl(server, directory);
    checkout = copy(Checkout.file("examples/kustomize"), directory.resolve("kustomize"));
    world.write("acme", 300);
    world.write("globex", 40);
    for (int i = 0; i < 10; i++) {
      world.write("small" + i, 20);
    }
  }

  @AfterEach
  void stop() {
    if (world != null) {
      world.close();
    }
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
    return to;
  }

  /** An overlay of the example for this namespace and this Qdrant, with thresholds and times of a test. */
  private String overlay() throws IOException {
    Path overlay = checkout.resolve("test");
    Files.createDirectories(overlay);
    Files.writeString(overlay.resolve("kustomization.yaml"), """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        namespace: %s
        resources: [../production]
        patches:
          - target: {kind: TierPolicy}
            patch: |
              apiVersion: tierkeeper.io/v1alpha1
              kind: TierPolicy
              metadata: {name: tiering}
              spec:
                mass: {minSamples: 1}
                promote: {minPoints: 200, stabilizationWindow: 0s}
                demote: {maxPoints: 100, stabilizationWindow: 0s}
                cooldown: {afterMove: 0s, afterAbort: 0s}
                retain: {sourceFor: 0s, deleteOnlyInWindows: false}
                dedicated: {replicationFactor: 1, placement: WithFallback}
                windows: [{schedule: "* * * * *", duration: 4h}]
          - target: {kind: TieredCollection}
            patch: |
              - op: replace
                path: /spec/qdrant
                value: {endpoints: [%s], restPort: %d}
        """.formatted(
            world.namespace,
            world.qdrant.peers().stream()
                .map(EmulatedPeer::grpcEndpoint)
                .map(endpoint -> "\"" + endpoint + "\"")
                .collect(Collectors.joining(", ")),
            world.qdrant.peers().get(0).restPort()));
    return overlay.toString();
  }

  private String kubectl(String... arguments) throws IOException, InterruptedException {
    Kubectl.Ran ran = kubectl.run(arguments);
    assertThat(ran.code()).as(ran.output()).isZero();
    return ran.output();
  }

  private String apply(boolean serverSide) throws IOException, InterruptedException {
    return kubectl("apply", "-k", overlay(), "--server-side=" + serverSide);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingDriftsAndHealthIsSeen(boolean serverSide) throws Exception {
    apply(serverSide);
    assertThat(health("applied"))
        .containsOnlyKeys(
            "TierPolicy tiering",
            "TieredCollection kb",
            "TenantTier kb-acme",
            "TenantTier kb-globex")
        .allSatisfy((name, health) -> assertThat(health).isEqualTo("Progressing IN_PROGRESS"));

    try (TierkeeperOperator operator = world.start()) {
      String first = planned("");
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(health("planned"))
              .hasSize(5)
              .containsEntry("TierMove " + first, "Suspended IN_PROGRESS")
              .containsEntry("TierPolicy tiering", "Healthy CURRENT")
              .containsEntry("TieredCollection kb", "Healthy CURRENT")
              // The wave is not held up by an approval that nobody has given yet.
              .containsEntry("TenantTier kb-acme", "Healthy CURRENT")
              .containsEntry("TenantTier kb-globex", "Healthy CURRENT"));

      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(argo.health(get("TenantTier", "kb-acme")).message()).startsWith("Approv"));
      health("planned");

      act("abort", get("TierMove", first));
      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(health("aborted")).containsEntry("TierMove " + first, "Healthy FAILED"));

      String second = planned(first);
      approve(kubectl(
          "get",
          "tt",
          "kb-acme",
          "-n",
          world.namespace,
          "-o",
          "jsonpath={.status.advice.planHash}"));
      assertThat(apply(serverSide)).contains("kb-acme");
      await()
          .atMost(MOVED)
          .untilAsserted(() -> assertThat(health("moved"))
              .containsEntry("TierMove " + second, "Healthy CURRENT")
              .containsEntry("TenantTier kb-acme", "Healthy CURRENT"));
      assertThat(world.tier("kb-acme")).isEqualTo("Dedicated");
      assertThat(operator.leading()).isTrue();

      noDrift(serverSide);

      // A pin that nobody has approved yet.
      act("demote", get("TenantTier", "kb-acme"));
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(health("pinned"))
              .containsEntry("TenantTier kb-acme", "Progressing IN_PROGRESS"));
      noDrift(serverSide);
    }
  }

  @Test
  void whatNeedsAPersonIsDegradedAtOnce() throws Exception {
    apply(false);
    kubectl("delete", "tierpolicy", "tiering", "-n", world.namespace);
    world.apply("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TenantTier
        metadata: {name: lonely}
        spec: {collectionRef: {name: nowhere}, tenant: lonely}
        """);
    try (TierkeeperOperator operator = world.start()) {
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(health("degraded"))
              .containsEntry("TieredCollection kb", "Degraded FAILED")
              .containsEntry("TenantTier lonely", "Degraded FAILED"));
      assertThat(operator.leading()).isTrue();
    }
  }

  @Test
  void theDocumentedCommandAddsTheScriptsToThoseOfArgoCd() throws Exception {
    String command = Files.readString(Checkout.file("docs/gitops.md"))
        .lines()
        .filter(line -> line.startsWith("kubectl patch configmap"))
        .findFirst()
        .orElseThrow();
    kubectl("create", "configmap", "argocd-cm", "-n", world.namespace, "--from-literal=url=a");
    kubectl(command
        .replace("kubectl ", "")
        .replace("--namespace argocd", "--namespace " + world.namespace)
        .split(" "));
    assertThat(client
            .configMaps()
            .inNamespace(world.namespace)
            .withName("argocd-cm")
            .get()
            .getData())
        .containsEntry("url", "a")
        .hasSize(9)
        .allSatisfy((key, value) -> assertThat(value).isNotBlank());
  }

  /** The name of a plan that waits for an approval, other than this one. */
  private String planned(String other) {
    return await()
        .atMost(SOON)
        .until(
            () -> world
                .moveIn("AwaitingApproval")
                .map(move -> move.getMetadata().getName())
                .filter(name -> !name.equals(other)),
            name -> name.isPresent())
        .orElseThrow();
  }

  /** Commits an approval. */
  private void approve(String planHash) throws IOException {
    assertThat(planHash).startsWith("sha256:");
    Path file = checkout.resolve("production/tenants/kb-acme.yaml");
    String text = Files.readString(file);
    assertThat(text).contains(NO_PLAN);
    Files.writeString(file, text.replace(NO_PLAN, planHash));
  }

  /** An action as a click in Argo CD does it. */
  private void act(String action, JsonNode object) {
    assertThat(argo.actions(object)).containsEntry(action, false);
    client
        .genericKubernetesResources(API, object.path("kind").asText())
        .inNamespace(world.namespace)
        .withName(object.at("/metadata/name").asText())
        .patch(PatchContext.of(PatchType.JSON_MERGE), argo.act(action, object).toString());
  }

  private JsonNode get(String kind, String name) {
    return JSON.valueToTree(client
        .genericKubernetesResources(API, kind)
        .inNamespace(world.namespace)
        .withName(name)
        .get());
  }

  /** What Argo CD and Flux see of all our objects. */
  private Map<String, String> health(String stage) throws IOException {
    Map<String, String> health = new TreeMap<>();
    for (String kind : List.of("TierPolicy", "TieredCollection", "TenantTier", "TierMove")) {
      for (GenericKubernetesResource resource : client
          .genericKubernetesResources(API, kind)
          .inNamespace(world.namespace)
          .list()
          .getItems()) {
        resource.getMetadata().setManagedFields(null);
        JsonNode object = JSON.valueToTree(resource);
        KStatus seen = flux.of(object);
        if (object.has("status")) {
          // The rules of Flux's example are those of kstatus, except where there is no status.
          assertThat(seen).isEqualTo(KStatus.of(object));
        }
        String name = resource.getMetadata().getName();
        health.put(kind + " " + name, argo.health(object).status() + " " + seen);
        if (!WRITE.isEmpty()) {
          Files.createDirectories(Path.of(WRITE));
          Files.writeString(
              Path.of(WRITE, fixture(stage, object) + ".yaml"), Serialization.asYaml(resource));
        }
      }
    }
    return health;
  }

  /** The name of the fixture: a move's phase, or kind, name and stage. */
  private static String fixture(String stage, JsonNode object) {
    String kind = object.path("kind").asText();
    return kind.equals("TierMove")
        ? kind + "-" + object.at("/status/phase").asText("None")
        : kind + "-" + object.at("/metadata/name").asText() + "-" + stage;
  }

  /** What kubectl, Argo CD and Flux look at when they ask whether Git and cluster are the same. */
  private void noDrift(boolean serverSide) throws Exception {
    Kubectl.Ran diff = kubectl.run("diff", "-k", overlay(), "--server-side=" + serverSide);
    assertThat(diff.code()).as(diff.output()).isZero();
    Map<String, String> versions = versions();
    assertThat(apply(serverSide)).doesNotContain("configured", "created");
    assertThat(versions()).isEqualTo(versions);
    for (JsonNode wanted : wanted()) {
      JsonNode live =
          get(wanted.path("kind").asText(), wanted.at("/metadata/name").asText());
      assertThat(merged(live.path("spec"), wanted.path("spec")))
          .as("Argo CD compares %s by a merge patch", wanted.path("kind"))
          .isEqualTo(live.path("spec"));
    }
  }

  private Map<String, String> versions() throws Exception {
    Map<String, String> versions = new TreeMap<>();
    for (JsonNode wanted : wanted()) {
      String kind = wanted.path("kind").asText();
      String name = wanted.at("/metadata/name").asText();
      // The status changes with the measurements.
      versions.put(kind + " " + name, get(kind, name).at("/metadata/generation").asText());
    }
    return versions;
  }

  private List<JsonNode> wanted() throws Exception {
    return Stream.of(kubectl("kustomize", overlay()).split("(?m)^---$"))
        .map(document -> Serialization.unmarshal("---\n" + document, JsonNode.class))
        .toList();
  }

  /** A JSON merge patch (RFC 7386), which takes lists as a whole: a default inside an item would be a difference for ever. */
  private static JsonNode merged(JsonNode target, JsonNode patch) {
    if (!patch.isObject()) {
      return patch;
    }
    ObjectNode result = target.isObject() ? target.deepCopy() : JSON.createObjectNode();
    patch
        .properties()
        .forEach(field ->
            result.set(field.getKey(), merged(result.path(field.getKey()), field.getValue())));
    return result;
  }
}
