package io.tierkeeper.lab.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.launcher.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

  private record Ran(int code, String out, String err) {}

  private static Ran run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    return new Ran(code, out.toString(), err.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"demo", "operator", "release", "simulate", "explain", "audit verify", "huf export"
      })
  void everyCommandHasAHelpTextThatSaysWhatItDoes(String command) {
    List<String> words = new java.util.ArrayList<>(List.of(command.split(" ")));
    words.add("--help");
    Ran ran = run(words.toArray(String[]::new));
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).startsWith("Usage: tierkeeper " + command).contains(".");
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void theLauncherKnowsTheCommandsThatOtherDistributionsLack() {
    assertThat(Main.line().getSubcommands().entrySet().stream()
            .filter(entry -> entry.getValue().getCommand().getClass().getName().contains(".lab."))
            .map(Map.Entry::getKey))
        .containsExactlyInAnyOrderElementsOf(Main.LABORATORY);
  }

  @Test
  void saysItsVersion() {
    assertThat(run("--version").out()).matches("tierkeeper \\S+ \\(Java .*\\)\\R");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "simulate --scenario nope|--scenario nope is unknown; allowed: huf-10-step, steady-zipf",
        "simulate --all --scenario growth|--all and --scenario growth are mutually exclusive",
        "simulate --all --seeds 0|--seeds 0 must be between 1 and 10000",
        "simulate --all --days -1|--days -1.0 must be above 0",
        "simulate --all --tenants many|'many' is not an int",
        "simulate --all --threads 0|--threads 0 must be between 1 and",
        "simulate --all --policy /nonexistent|--policy /nonexistent must be a readable file with a TierPolicy",
        "simulate --set lambad=0.2|--set lambad=0.2: unknown name; allowed: damping.varianceWeight (lambda)",
        "simulate --fail-below coherence=2|--fail-below coherence=2: allowed: a decimal from 0 to 1",
        "simulate --scores /nonexistent|--scores /nonexistent must be a readable CSV file",
        "simulate --rivals|--policy, --rivals and --frontier need --all or a --scenario other",
        "simulate --format xml|'xml'",
        "demo --points 5|--points 5 must be between 20000 and 1000000",
        "demo --tenants many|'many' is not an int",
        "demo --qdrant localhost|--qdrant localhost must be http(s)://host:port",
        "demo --rest-port 6333|--rest-port needs --qdrant",
        "demo --kubeconfig /nonexistent|--kubeconfig /nonexistent must be a readable file",
        "audit verify /nonexistent/audit.jsonl|FILE /nonexistent/audit.jsonl must be a readable file",
        "audit verify pom.xml --public-key /nonexistent|--public-key /nonexistent must be a readable file",
        "audit verify pom.xml --public-key pom.xml|--public-key pom.xml must be a file with an Ed25519 public key in PEM; it holds no PEM block -----BEGIN PUBLIC KEY-----",
        "audit verify pom.xml --require-signatures|--require-signatures needs --public-key",
        "audit verify pom.xml --checkpoint 12|--checkpoint 12 must be SIZE:sha256:HASH",
        "audit verify pom.xml --checkpoint {\"size\":1}|must be JSON with size, headHash and time",
        "huf export /nonexistent/audit.jsonl --out x|FILE /nonexistent/audit.jsonl must be a readable audit file",
        "huf export pom.xml --out x --tau 2|--tau 2.0 must be at least 0 and below 1",
        "operator --kubeconfig /nonexistent|--kubeconfig /nonexistent must be a readable file",
        "explain|'TENANT'",
        "frobnicate|frobnicate",
        "demo --frobnicate|--frobnicate",
      })
  void answersAUsersMistakeWithOneLineAndExitCodeTwo(String line) {
    String[] parts = line.split("\\|", 2);
    Ran ran = run(parts[0].split(" "));
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains(parts[1]).startsWith("tierkeeper: ").hasLineCount(1);
    assertThat(ran.out()).isEmpty();
  }

  @Test
  void printsTheNotesTenStepsBesideOurs() throws Exception {
    JsonNode root = new ObjectMapper()
        .readTree(
            run("simulate", "--scenario", "huf-10-step", "--format", "json").out());
    assertThat(root.path("steps")).hasSize(11);
    for (JsonNode step : root.path("steps")) {
      if (step.path("step").asInt() > 0) {
        assertThat(step.path("alphaStar").asDouble())
            .isCloseTo(step.at("/note/alphaStar").asDouble(), within(0.0125));
        assertThat(step.path("localCoherence").isNumber()).isTrue();
      }
      assertThat(step.path("rhoPost").asDouble())
          .isCloseTo(step.at("/note/rhoPost").asDouble(), within(0.001));
    }
    assertThat(root.path("erosion").asDouble()).isCloseTo(-0.136, within(0.0005));
    assertThat(root.path("cumulativeCoherence").isNumber()).isTrue();
  }

  @Test
  void labelsTheNotesIllustrativeFigures() {
    assertThat(run("simulate", "--scenario", "huf-10-step").out())
        .contains("−13.6 %")
        .contains("illustrative figures of the source note");
    assertThat(run("simulate", "--format", "csv").out().lines().toList())
        .hasSize(12)
        .first()
        .asString()
        .contains("noteLocalCoherenceIllustrative");
  }

  @Test
  void findsAFileThatIsNoTrail(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("a.jsonl");
    java.nio.file.Files.writeString(file, "{\"not\":\"an audit line\"}\n");
    Ran ran = run("audit", "verify", file.toString());
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).contains("BROKEN").contains("line 1").contains("byte 0");
  }
}
