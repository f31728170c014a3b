package io.tierkeeper.lab.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.lab.testbed.KubernetesBackend;
import io.tierkeeper.lab.testbed.KubernetesBackends;
import io.tierkeeper.launcher.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The whole product on one machine, against a real API server where there is one: both moves under load, judged by the checker, and the trail they leave. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemoE2E {

  private Path directory;

  private int code;
  private JsonNode result;
  private Path auditFile;

  @BeforeAll
  void playTheDemo(@TempDir Path shared) throws Exception {
    directory = shared;
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    KubernetesBackend kubernetes = KubernetesBackends.realest();
    Path kubeconfig = Files.writeString(directory.resolve("cluster"), kubernetes.kubeconfig());
    List<String> words = new ArrayList<>(List.of("demo", "--json", "--dir", directory.toString()));
    if (kubernetes.real()) {
      words.addAll(List.of("--kubeconfig", kubeconfig.toString()));
    }
    code = run(out, err, words.toArray(String[]::new));
    assertThat(out.toString()).as("standard error: %s", err).isNotBlank();
    result = new ObjectMapper().readTree(out.toString());
    auditFile = Path.of(result.path("auditFile").asText());
  }

  private static int run(StringWriter out, StringWriter err, String... args) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  @Test
  void promotesAndDemotesUnderLoadWithoutAnAnomaly() {
    assertThat(code).as(result.toPrettyString()).isZero();
    assertThat(result.path("promotions").asInt()).isOne();
    assertThat(result.path("demotions").asInt()).isOne();
    assertThat(result.path("pointsWritten").asLong()).isGreaterThan(60_000);
    for (String anomaly : new String[] {
      "pointsLost", "pointsDoubled", "pointsLeaked", "pointsPhantom", "readsPartial", "readsFailed"
    }) {
      assertThat(result.path(anomaly).isNumber()).as(anomaly).isTrue();
      assertThat(result.path(anomaly).asLong()).as(anomaly).isZero();
    }
    // A freeze leaves a short stale window for what was written after the last pass: measured and
    // bounded.
    assertThat(result.path("longestStaleMillis").isNumber()).isTrue();
    assertThat(result.path("longestStaleMillis").asLong()).isLessThan(10_000);
  }

  @Test
  void leavesATrailThatVerifies() {
    StringWriter out = new StringWriter();
    assertThat(run(out, new StringWriter(), "audit", "verify", auditFile.toString()))
        .isZero();
    assertThat(out.toString()).startsWith("ok: " + result.path("auditLines").asLong() + " lines");
  }

  @Test
  void takesEveryDecisionOfTheTrailAgain() throws Exception {
    StringWriter out = new StringWriter();
    int replayed = run(out, new StringWriter(), "replay", "--json", auditFile.toString());
    JsonNode report = new ObjectMapper().readTree(out.toString());
    assertThat(report.path("differences")).isEmpty();
    assertThat(report.path("notReplayable")).isEmpty();
    assertThat(report.path("decisions").asLong()).isGreaterThan(20);
    assertThat(report.path("measurements").asLong()).isGreaterThan(20);
    assertThat(report.path("measurementsReproduced")).isEqualTo(report.path("measurements"));
    assertThat(report.path("reproduced").asLong())
        .isEqualTo(report.path("decisions").asLong());
    assertThat(replayed).isZero();
  }

  @Test
  void findsAChangeOfOneByteAnywhereInTheTrail() throws Exception {
    byte[] trail = Files.readAllBytes(auditFile);
    Random random = new Random(7);
    for (int i = 0; i < 60; i++) {
      byte[] changed = trail.clone();
      int at = random.nextInt(changed.length);
      changed[at] ^= (byte) (1 << random.nextInt(8));
      Path copy = Files.write(directory.resolve("changed-" + i + ".jsonl"), changed);
      StringWriter out = new StringWriter();
      int verified = run(out, new StringWriter(), "audit", "verify", "--json", copy.toString());
      assertThat(verified).as("byte %d", at).isOne();
      JsonNode fault = new ObjectMapper().readTree(out.toString()).path("fault");
      long line = 1 + lines(trail, at);
      // A broken line feed joins two lines; the first of them is the one that is named.
      assertThat(fault.path("line").asLong()).as("byte %d", at).isBetween(line, line + 1);
      assertThat(fault.path("offset").isNumber()).isTrue();
    }
  }

  private static long lines(byte[] trail, int before) {
    int count = 0;
    for (byte b : Arrays.copyOf(trail, before)) {
      count += b == '\n' ? 1 : 0;
    }
    return count;
  }

  @Test
  void exportsTheTrailsLastMeasurementAsHufArtifacts() throws Exception {
    Path huf = directory.resolve("huf");
    StringWriter out = new StringWriter();
    assertThat(run(
            out,
            new StringWriter(),
            "huf",
            "export",
            auditFile.toString(),
            "--out",
            huf.toString()))
        .as(out.toString())
        .isZero();
    assertThat(Files.readAllLines(huf.resolve("artifact_1_coherence_map.csv")))
        .first()
        .isEqualTo(
            "regime_id,rho_global_pre,rho_global_post,rho_discarded_pre,local_unity_post,local_unity_ok_post,global_discarded_budget");
    assertThat(huf.resolve("artifact_3_trace_report.jsonl")).isNotEmptyFile();
    assertThat(huf.resolve("run_stamp.json")).isNotEmptyFile();
  }
}
