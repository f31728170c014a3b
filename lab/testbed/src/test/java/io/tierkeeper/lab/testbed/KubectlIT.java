package io.tierkeeper.lab.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.api.v1alpha1.Crds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What kubectl shows of our resources on a real API server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KubectlIT {
  private static final List<String> KINDS =
      List.of("TierPolicy", "TieredCollection", "TenantTier", "TierMove");
  private static final String OBJECTS = """
      apiVersion: tierkeeper.io/v1alpha1
      kind: TierPolicy
      metadata: {name: standard}
      spec: {}
      ---
      apiVersion: tierkeeper.io/v1alpha1
      kind: TieredCollection
      metadata: {name: kb}
      spec: {qdrant: {endpoints: ["http://q:6334"]}, collection: knowledge_base, tenantKey: group_id,
        fallbackShardKey: default, policyRef: {name: standard}}
      ---
      apiVersion: tierkeeper.io/v1alpha1
      kind: TenantTier
      metadata: {name: kb-acme}
      spec: {collectionRef: {name: kb}, tenant: acme}
      ---
      apiVersion: tierkeeper.io/v1alpha1
      kind: TierMove
      metadata: {name: kb-acme-promote}
      spec: {collectionRef: {name: kb}, tenant: acme, direction: Promote, planHash: "sha256:%s",
        plan: {points: 10, steps: [CreateKey]}}
      """.formatted("0".repeat(64));
  private static final Map<String, String> STATUSES = Map.of(
      "tierpolicy/standard", "{\"conditions\":[%s]}",
      "tieredcollection/kb",
          "{\"mode\":\"Approve\",\"tenants\":7,\"dedicated\":1,\"activeMoves\":[\"kb-acme-promote\"],\"conditions\":[%s]}",
      "tenanttier/kb-acme",
          "{\"tier\":\"Fallback\",\"points\":151022,\"dampedMass\":\"0.171020\",\"alphaStar\":\"0.480123\",\"advice\":{\"action\":\"Promote\",\"reason\":\"AwaitingApproval\"},\"lastMove\":{\"name\":\"m0\"},\"conditions\":[%s]}",
      "tiermove/kb-acme-promote",
          "{\"phase\":\"Copying\",\"progress\":{\"done\":59,\"total\":100,\"percent\":59,\"etaSeconds\":96},\"conditions\":[%s]}");
  private static final String READY =
      "{\"type\":\"Ready\",\"status\":\"True\",\"reason\":\"AsAsked\",\"message\":\"Fine.\",\"lastTransitionTime\":\"2026-01-01T00:00:00Z\"}";

  private Path directory;
  private ApiServer kubernetes;
  private String namespace;

  @BeforeAll
  void createOneOfEachKind(@TempDir Path shared) throws Exception {
    directory = shared;
    kubernetes = RealApi.apiServer();
    kubernetes.applyCrds(Crds.all());
    namespace = kubernetes.newNamespace("kubectl");
    Files.writeString(directory.resolve("config"), kubernetes.kubeconfig());
    Files.writeString(directory.resolve("objects.yaml"), OBJECTS);
    assertThat(kubectl("apply", "-f", directory.resolve("objects.yaml").toString()))
        .hasLineCount(4);
    for (Map.Entry<String, String> status : STATUSES.entrySet()) {
      kubectl(
          "patch",
          status.getKey(),
          "--subresource=status",
          "--type=merge",
          "-p",
          "{\"status\":" + status.getValue().formatted(READY) + "}");
    }
  }

  @Test
  void printsTheColumnsOfEachKind() throws Exception {
    assertThat(table("tp"))
        .containsExactly(
            "NAME MODE DECISION PROMOTE DEMOTE READY AGE",
            "standard Recommend Thresholds 0.15 0.05 True");
    assertThat(table("tc"))
        .containsExactly(
            "NAME COLLECTION POLICY MODE TENANTS DEDICATED MOVES READY AGE",
            "kb knowledge_base standard Approve 7 1 kb-acme-promote True");
    assertThat(table("tt"))
        .containsExactly(
            "NAME COLLECTION TENANT INTENT TIER SHARE ADVICE READY AGE",
            "kb-acme kb acme Auto Fallback 0.171020 Promote True");
    assertThat(table("tmv"))
        .containsExactly(
            "NAME TENANT DIRECTION PHASE PROGRESS ETA APPROVED AGE",
            "kb-acme-promote acme Promote Copying 59 96 false");
    assertThat(kubectl("get", "tt", "-o", "wide").lines().findFirst().orElseThrow())
        .matches(".*AGE +POINTS +ALPHA +MOVE");
    assertThat(kubectl("get", "tiering", "-o", "name").lines()).hasSize(4);
  }

  @Test
  void waitsForConditionsAndDescribes() throws Exception {
    assertThat(kubectl("wait", "--for=condition=Ready", "tt/kb-acme", "--timeout=5s"))
        .contains("condition met");
    assertThat(kubectl("describe", "tmv", "kb-acme-promote"))
        .contains("Plan Hash:", "Phase:", "Copying");
  }

  @Test
  void explainsAField() throws Exception {
    assertThat(kubectl("explain", "tenanttier")).contains("GROUP:", "tierkeeper.io", "FIELDS:");
    assertThat(kubectl("explain", "tierpolicy.spec.mode"))
        .contains("FIELD: mode", "DESCRIPTION:", "ENUM:");
  }

  /** The document that {@code kubectl explain} prints from, so that not every field needs a process. */
  @Test
  void explainHasASentenceForEveryField() throws Exception {
    JsonNode schemas = new ObjectMapper()
        .readTree(kubernetes.client().raw("/openapi/v3/apis/tierkeeper.io/v1alpha1"))
        .at("/components/schemas");
    List<String> mute = new ArrayList<>();
    int[] fields = {0};
    for (String kind : KINDS) {
      JsonNode schema = schemas.get("io.tierkeeper.v1alpha1." + kind);
      assertThat(schema).as(kind).isNotNull();
      assertSentence(kind, schema, mute);
      for (String part : List.of("spec", "status")) {
        walk(kind + "." + part, schema.at("/properties/" + part), mute, fields);
      }
    }
    assertThat(mute).isEmpty();
    assertThat(fields[0]).isGreaterThan(150);
  }

  private static void walk(String path, JsonNode schema, List<String> mute, int[] fields) {
    fields[0]++;
    assertSentence(path, schema, mute);
    for (JsonNode properties : List.of(schema.path("properties"), schema.at("/items/properties"))) {
      properties
          .properties()
          .forEach(
              property -> walk(path + "." + property.getKey(), property.getValue(), mute, fields));
    }
  }

  private static void assertSentence(String path, JsonNode schema, List<String> mute) {
    String text = schema.path("description").asText();
    if (!text.endsWith(".") || !text.contains(" ")) {
      mute.add(path + ": " + text);
    }
  }

  private List<String> table(String kind) throws IOException, InterruptedException {
    return kubectl("get", kind)
        .lines()
        .map(line -> line.strip().replaceAll(" +", " ").replaceAll(" \\d+s$", ""))
        .toList();
  }

  private String kubectl(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(
        kubernetes.kubectl().toString(),
        "--kubeconfig=" + directory.resolve("config"),
        "--namespace=" + namespace,
        "--cache-dir=" + directory.resolve("cache")));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }
}
