package io.tierkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
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
    assertThat(run(trail.toString()).out()).startsWith("ok: 70 of 70 decisions (100.0 %)");
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
        .contains("nothing was computed")
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
