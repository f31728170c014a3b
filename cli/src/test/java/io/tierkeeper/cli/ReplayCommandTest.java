package io.tierkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.launcher.Main;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code replay} of a trail that a demo has left. */
class ReplayCommandTest {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  @SuppressWarnings("NullAway.Init")
  private Path trail;

  private record Ran(int code, String out, String err) {}

  @BeforeEach
  void takeARecordedDemo() throws Exception {
    trail = directory.resolve("recorded-demo.jsonl");
    try (InputStream in = Objects.requireNonNull(
        ReplayCommandTest.class.getResourceAsStream("recorded-demo.jsonl"))) {
      Files.copy(in, trail);
    }
  }

  @Test
  void takesEveryDecisionOfARecordedDemoAgain() throws Exception {
    Ran ran = run(trail.toString(), "--json");
    JsonNode report = new ObjectMapper().readTree(ran.out());
    assertThat(report.path("decisions").asInt()).isEqualTo(70);
    assertThat(report.path("reproduced").asInt()).isEqualTo(70);
    assertThat(report.path("measurements").asInt()).isPositive();
    assertThat(report.path("measurementsReproduced")).isEqualTo(report.path("measurements"));
    assertThat(report.path("differences")).isEmpty();
    assertThat(report.path("notReplayable")).isEmpty();
    assertThat(ran.code()).isZero();
    assertThat(run(trail.toString()).out()).startsWith("PASS: 70 of 70 decisions (100.0 %)");
  }

  @Test
  void printsTheNumbersOfATenantAfterEachMeasurement() throws Exception {
    JsonNode report = new ObjectMapper()
        .readTree(run(trail.toString(), "--json", "--tenant", "acme").out());
    assertThat(report.path("masses")).hasSize(34);
    assertThat(report.at("/masses/0/tier").asText()).isEqualTo("Fallback");
    List<String> lines = run(trail.toString(), "--tenant", "acme").out().lines().toList();
    assertThat(lines).hasSize(35);
    assertThat(lines.getFirst().split("\t"))
        .hasSize(5)
        .contains(report.at("/masses/0/dampedMass").asText());
    assertThat(lines.getLast()).startsWith("PASS");
    assertThat(run(trail.toString(), "--tenant", "nobody").out()).startsWith("PASS");
  }

  @Test
  void readsACompressedTrail() throws Exception {
    String plain = run(trail.toString()).out();
    Path compressed = directory.resolve("recorded-demo.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
      Files.copy(trail, out);
    }
    assertThat(run(compressed.toString()).out()).isEqualTo(plain);
  }

  @Test
  void saysThatTheChainIsBrokenBeforeItComputesAnything() throws Exception {
    String text = Files.readString(trail);
    Files.writeString(trail, text.replaceFirst("\"points\":(\\d)", "\"points\":1$1"));
    Ran ran = run(trail.toString());
    assertThat(ran.code()).isOne();
    assertThat(ran.out())
        .startsWith("BROKEN " + trail + ": line ")
        .contains("CHANGED")
        .contains("nothing computed")
        .doesNotContain("reproduced");
    JsonNode json = new ObjectMapper().readTree(run(trail.toString(), "--json").out());
    assertThat(json.path("chainIntact").asBoolean(true)).isFalse();
    assertThat(json.path("fault").path("line").asInt()).isPositive();
    assertThat(json.has("decisions")).isFalse();
  }

  @Test
  void namesAFileThatIsNotThere() {
    Ran ran = run(directory.resolve("absent.jsonl").toString());
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("absent.jsonl must be a readable file");
  }

  @Test
  void saysWhatThePolicyOfTheDemoWouldHaveDoneWithoutWaitingForAPerson() throws Exception {
    JsonNode whatIf =
        whatIf("mode: Approve", "promote: {aboveShare: '0.15', stabilizationWindow: 2s}");
    assertThat(whatIf.at("/happened/promotions").asInt()).isOne();
    assertThat(whatIf.at("/happened/demotions").asInt()).isOne();
    assertThat(whatIf.at("/happened/flaps").asInt()).isOne();
    assertThat(whatIf.at("/happened/peakDedicated").asInt()).isOne();
    assertThat(whatIf.at("/otherwise/promotions").asInt()).isGreaterThan(1);
    assertThat(whatIf.at("/otherwise/peakDedicated").asInt()).isGreaterThan(1);
    assertThat(whatIf.at("/otherwise/regret").asDouble())
        .isPositive()
        .isLessThanOrEqualTo(whatIf.at("/otherwise/cost").asDouble());
    double sum = 0;
    for (JsonNode tenant : whatIf.path("tenants")) {
      sum += tenant.at("/otherwise/cost").asDouble();
      assertThat(seconds(tenant.path("otherwise")))
          .isCloseTo(seconds(tenant.path("happened")), offset(0.01));
    }
    assertThat(sum).isCloseTo(whatIf.at("/otherwise/cost").asDouble(), offset(1e-9));
  }

  private static double seconds(JsonNode course) {
    return course.path("dedicatedSeconds").asDouble()
        + course.path("fallbackSeconds").asDouble();
  }

  @Test
  void printsThatAPolicyWithHighThresholdsMovesNoTenant() throws Exception {
    JsonNode whatIf = whatIf("mode: Recommend", "promote: {aboveShare: '0.95'}");
    assertThat(whatIf.at("/otherwise/moves").asInt()).isZero();
    assertThat(whatIf.at("/otherwise/movedPoints").asInt()).isZero();
    assertThat(whatIf.at("/otherwise/peakDedicated").asInt()).isZero();
    assertThat(whatIf.at("/otherwise/dedicatedSeconds").asDouble()).isZero();
    assertThat(whatIf.at("/happened/movedPoints").asInt()).isPositive();
    assertThat(whatIf.path("assumptions").toString()).contains("mode Recommend moves nothing");
  }

  private JsonNode whatIf(String... fields) throws Exception {
    Path policy = Files.writeString(
        directory.resolve("other.yaml"),
        """
        apiVersion: tierkeeper.io/v1alpha1
        kind: TierPolicy
        metadata: {name: other}
        spec:
          mass: {minSamples: 2}
          demote: {belowShare: '0.05', stabilizationWindow: 2s}
          cooldown: {afterMove: 0s}
        """
            + String.join(
                "", Arrays.stream(fields).map(field -> "  " + field + "\n").toList()));
    Ran ran = run(trail.toString(), "--policy", policy.toString(), "--json");
    assertThat(ran.code()).as(ran.err()).isZero();
    return new ObjectMapper().readTree(ran.out()).path("whatIf").iterator().next();
  }

  @Test
  void namesFileLineFieldAndValueOfAWrongPolicy() throws Exception {
    assertThat(wrong("aboveShare: '0.15'", "aboveShares: '0.15'"))
        .contains("wrong.yaml line 6: spec.promote.aboveShares is not a known field");
    assertThat(wrong("aboveShare: '0.15'", "aboveShare: '1.5'"))
        .contains("wrong.yaml line 6: spec.promote.aboveShare")
        .contains("1.5");
    assertThat(wrong("mode: Auto", "mode: Magic"))
        .contains("wrong.yaml line 5: ")
        .contains("Magic")
        .contains("Recommend");
    assertThat(wrong("kind: TierPolicy", "kind: TenantTier"))
        .contains("no document of kind TierPolicy");
    assertThat(wrong("spec:", "spec: [")).contains("not valid YAML");
  }

  private String wrong(String text, String instead) throws Exception {
    Path policy = Files.writeString(directory.resolve("wrong.yaml"), """
        apiVersion: tierkeeper.io/v1alpha1
        kind: TierPolicy
        metadata: {name: other}
        spec:
          mode: Auto
          promote: {aboveShare: '0.15'}
        """.replace(text, instead));
    Ran ran = run(trail.toString(), "--policy", policy.toString());
    assertThat(ran.code()).isEqualTo(2);
    return ran.err();
  }

  private static Ran run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> words = new ArrayList<>(List.of("replay"));
    words.addAll(Arrays.asList(args));
    int code = Main.run(
        new PrintWriter(out, true), new PrintWriter(err, true), words.toArray(String[]::new));
    return new Ran(code, out.toString(), err.toString());
  }
}
