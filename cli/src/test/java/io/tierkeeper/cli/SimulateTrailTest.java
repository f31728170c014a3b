package io.tierkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.launcher.Main;
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

/** {@code simulate} on a trail that a demo has left. */
class SimulateTrailTest {

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
        SimulateTrailTest.class.getResourceAsStream("recorded-demo.jsonl"))) {
      Files.copy(in, trail);
    }
  }

  private static Ran run(String command, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(Arrays.asList(args));
    int code = Main.run(
        new PrintWriter(out, true), new PrintWriter(err, true), words.toArray(String[]::new));
    return new Ran(code, out.toString(), err.toString());
  }

  private static JsonNode json(String... args) throws Exception {
    List<String> words = new ArrayList<>(Arrays.asList(args));
    words.add("--json");
    Ran ran = run("simulate", words.toArray(String[]::new));
    assertThat(ran.code()).as(ran.err()).isZero();
    return new ObjectMapper().readTree(ran.out());
  }

  @Test
  void judgesWhatHappenedAsReplayDoesAndPoliciesBesideIt() throws Exception {
    JsonNode report = json("--scenario", trail.toString(), "--policy", "naive", "cost-band");
    JsonNode family = report.path("families").path(0);
    assertThat(family.path("name").asText()).isEqualTo("default/kb");
    assertThat(family.path("recorded").asBoolean()).isTrue();
    JsonNode happened = family.path("policies").path(0);
    assertThat(happened.path("name").asText()).isEqualTo("as-recorded");
    assertThat(happened.path("moves").asInt()).isEqualTo(2);
    assertThat(family.at("/policies/1/moves").asInt())
        .as("acme, and a second one that was never named")
        .isEqualTo(4);
    assertThat(family.at("/policies/2/moves").asInt()).isZero();

    Path other = Files.writeString(
        directory.resolve("other.yaml"), "kind: TierPolicy\nmetadata: {name: other}\nspec: {}\n");
    JsonNode replayed = new ObjectMapper()
        .readTree(run("replay", trail.toString(), "--json", "--policy", other.toString())
            .out())
        .path("whatIf")
        .iterator()
        .next()
        .path("happened");
    // Whole milliseconds are charged, and the two split the time a little differently.
    assertThat(happened.path("cost").asDouble())
        .isCloseTo(replayed.path("cost").asDouble(), offset(1e-6));
    assertThat(happened.path("cost").asDouble() - happened.path("optimumCost").asDouble())
        .isCloseTo(replayed.path("regret").asDouble(), offset(1e-6));
  }

  @Test
  void givesNoIntervalWhereThereIsButOneCourse() throws Exception {
    JsonNode report = json("--scenario", directory.toString(), "--policy", "naive");
    assertThat(report.has("seeds")).isTrue();
    assertThat(report.path("seeds").isNull()).isTrue();
    for (JsonNode policy : report.at("/families/0/policies")) {
      assertThat(policy.path("costRatio").isNumber()).isTrue();
      assertThat(policy.path("costRatioLow").isNull()).isTrue();
      assertThat(policy.path("costRatioHigh").isNull()).isTrue();
    }
    assertThat(run("simulate", "--scenario", trail.toString()).out())
        .contains("one recorded trail: no confidence interval")
        .contains("as-recorded")
        .doesNotContain("NaN");
    assertThat(
            run("simulate", "--scenario", trail.toString(), "--format", "csv").out())
        .contains("default/kb,naive,,")
        .doesNotContain("NaN");
    assertThat(
            run("simulate", "--scenario", trail.toString(), "--format", "html").out())
        .contains("Recorded trail default/kb", "minutes</text>", "so without a confidence interval")
        .doesNotContain("NaN");
  }

  @Test
  void readsTheFilesOfATrailTogetherAndTellsSizesByAnotherShare() throws Exception {
    List<String> lines = Files.readAllLines(trail);
    Path whole = Files.createDirectory(directory.resolve("rotated"));
    Path first = Files.writeString(
        whole.resolve("kb.00000000000000000001.jsonl"),
        String.join("\n", lines.subList(0, 60)) + "\n");
    Path second = Files.writeString(
        whole.resolve("kb.jsonl"), String.join("\n", lines.subList(60, lines.size())) + "\n");
    JsonNode expected = json("--scenario", trail.toString(), "--policy", "naive");
    assertThat(json("--policy", "naive", "--scenario", second.toString(), first.toString()))
        .isEqualTo(expected);
    assertThat(json("--policy", "naive", "--scenario", whole.toString())).isEqualTo(expected);
    assertThat(json("--policy", "naive", "--scenario", whole.toString(), "--promotion-share", "0.9")
            .at("/families/0/policies/1/moves")
            .asInt())
        .isZero();
  }

  @Test
  void saysThatTheChainIsBrokenBeforeItComputesAnything() throws Exception {
    String text = Files.readString(trail);
    Files.writeString(trail, text.replaceFirst("\"points\":(\\d)", "\"points\":1$1"));
    Ran ran = run("simulate", "--scenario", trail.toString());
    assertThat(ran.code()).isOne();
    assertThat(ran.out())
        .startsWith("BROKEN " + trail + ": line ")
        .contains("nothing computed")
        .doesNotContain("POLICY");
    Ran asJson = run("simulate", "--scenario", trail.toString(), "--json");
    assertThat(new ObjectMapper().readTree(asJson.out()).path("chainIntact").asBoolean(true))
        .isFalse();
  }

  @Test
  void refusesWhatARecordedTrailDoesNotHave() {
    Ran seeds = run("simulate", "--scenario", trail.toString(), "--seeds", "3");
    assertThat(seeds.code()).isEqualTo(2);
    assertThat(seeds.err()).contains("a recorded trail is simulated as it is");
    Ran absent = run("simulate", "--scenario", directory.resolve("absent.jsonl").toString());
    assertThat(absent.code()).isEqualTo(2);
    assertThat(absent.err()).contains("absent.jsonl must be a readable file");
    Ran share = run("simulate", "--scenario", "growth", "--promotion-share", "0.1");
    assertThat(share.code()).isEqualTo(2);
  }
}
