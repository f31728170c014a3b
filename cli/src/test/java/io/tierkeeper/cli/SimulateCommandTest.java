package io.tierkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulateCommandTest {
  private static final String POLICY = """
      apiVersion: tierkeeper.io/v1alpha1
      kind: TierPolicy
      metadata:
        name: mine
      spec:
        promote:
          aboveShare: "0.02"
          stabilizationWindow: 30m
        demote:
          belowShare: "0.01"
        limits:
          maxDedicated: 3
      """;

  @TempDir
  private Path directory;

  private final StringWriter err = new StringWriter();

  private String run(int code, String... args) {
    StringWriter out = new StringWriter();
    err.getBuffer().setLength(0);
    assertThat(Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args))
        .as(err.toString())
        .isEqualTo(code);
    return out.toString();
  }

  @Test
  void printsOneJsonObjectWithEveryFamilyAndTheGoals() throws Exception {
    String out = run(
        ExitCode.OK,
        "simulate",
        "--all",
        "--json",
        "--seeds",
        "2",
        "--tenants",
        "3",
        "--days",
        "2");
    assertThat(out.lines()).hasSize(1);
    JsonNode json = new ObjectMapper().readTree(out);
    assertThat(json.path("families")).hasSize(11);
    for (JsonNode family : json.path("families")) {
      assertThat(family.path("name").asText()).isNotEmpty();
      List<String> names = new ArrayList<>();
      for (JsonNode policy : family.path("policies")) {
        names.add(policy.path("name").asText());
        for (String figure : List.of(
            "costRatio",
            "costRatioLow",
            "costRatioHigh",
            "worstTenantRatio",
            "movesPerTenantDay",
            "flapsPer1000TenantDays")) {
          assertThat(policy.path(figure).isNumber()).as(figure).isTrue();
        }
        assertThat(policy.path("worstTenantRatio").asDouble()).isGreaterThanOrEqualTo(1);
      }
      assertThat(names)
          .contains(
              json.path("defaultPolicy").asText(), json.path("boundedPolicy").asText());
    }
    assertThat(json.path("seeds").asInt()).isEqualTo(2);
    assertThat(json.path("goals").size()).isGreaterThan(5);
  }

  @Test
  void comparesTierPoliciesFromFilesAndSaysTheSameOnAnyNumberOfThreads() throws Exception {
    Path file = Files.writeString(directory.resolve("mine.yaml"), POLICY);
    String[] command = {
      "simulate",
      "--scenario",
      "growth",
      "--policy",
      file.toString(),
      "cost-band",
      "--seeds",
      "2",
      "--days",
      "10",
      "--format",
      "csv",
      "--threads",
      "1"
    };
    String out = run(ExitCode.OK, command);
    assertThat(out.lines()).hasSize(3);
    assertThat(out.lines().skip(1)).allMatch(line -> line.startsWith("growth,"));
    assertThat(out).contains("growth,mine,2,").contains("growth,cost-band,2,");
    command[command.length - 1] = "3";
    assertThat(run(ExitCode.OK, command)).isEqualTo(out);
  }

  @Test
  void playsAScenarioOfOnesOwnAndWritesTheFrontier() throws Exception {
    Path file = Files.writeString(directory.resolve("own.yaml"), """
        name: own
        promotionShare: 0.05
        duration: 3d
        tenants:
          - {count: 4, pattern: Steady, size: [0.5, 2]}
        """);
    Path frontier = directory.resolve("frontier");
    String out = run(
        ExitCode.OK,
        "simulate",
        "--scenario",
        file.toString(),
        "--seeds",
        "2",
        "--rivals",
        "--frontier",
        frontier.toString());
    assertThat(out)
        .contains("own: ")
        .contains("4 tenants, 3 days of 15 minutes")
        .contains("best-of-180 (promote ");
    assertThat(Files.readString(frontier.resolve("frontier.csv")))
        .startsWith("family,policy,")
        .contains("own,cost-band,");
    assertThat(Files.readString(frontier.resolve("frontier.svg"))).contains("<svg ", "own: naive");
  }

  @Test
  void writesOnePageThatNeedsNothingButItself() throws Exception {
    String page = run(
        ExitCode.OK,
        "simulate",
        "--scenario",
        "burst-purge",
        "--seeds",
        "2",
        "--days",
        "6",
        "--tenants",
        "5",
        "--format",
        "html");
    assertThat(page)
        .startsWith("<!DOCTYPE html>")
        .contains("<svg ", "promotion size", "Decisions that moved", "AccumulatedCost")
        .doesNotContain("<script", "http://", "https://", "src=", "url(", "NaN");
    // Every tag is closed: an XML reader takes the page once it knows the two that HTML leaves
    // open.
    String xml = page.substring(page.indexOf("<html")).replaceAll("<(meta|br)([^>]*)>", "<$1$2/>");
    assertThat(javax.xml.parsers.DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new org.xml.sax.InputSource(new java.io.StringReader(xml)))
            .getElementsByTagName("svg")
            .getLength())
        .isGreaterThan(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "aboveShare: \"0.02\"|aboveShare: \"2\"|line 7: spec.promote.aboveShare: ",
        "belowShare: \"0.01\"|belowShare: \"0.03\"|line 10: spec.demote.belowShare: 0.03; allowed: a share below promote.aboveShare, which is 0.02",
        "aboveShare|aboveShar|line 7: spec.promote.aboveShar is not a known field",
        "limits:|limitz:|line 12: spec.limitz is not a known field",
        "maxDedicated: 3|maxDedicated: some|line 12: spec.limits.maxDedicated: Cannot deserialize value of type",
        "kind: TierPolicy|kind: TierPolitics|line 1: contains no document of kind TierPolicy",
        "  name: mine|  nam: mine|line 4: metadata.name is missing",
        "metadata:|metadata: [|not valid YAML",
      })
  void namesFileLineFieldValueAndWhatIsAllowedInAPolicy(String good, String bad, String message)
      throws Exception {
    assertThat(POLICY).contains(good);
    Path file = Files.writeString(directory.resolve("bad.yaml"), POLICY.replace(good, bad));
    String out = run(ExitCode.USAGE, "simulate", "--all", "--policy", file.toString());
    assertThat(out).isEmpty();
    assertThat(err.toString())
        .startsWith("tierkeeper: --policy " + file)
        .contains(message)
        .hasLineCount(1);
  }

  @Test
  void namesFileAndLineInAScenario() throws Exception {
    Path file = Files.writeString(directory.resolve("bad.yaml"), "name: x\npromotionShare: 7\n");
    run(ExitCode.USAGE, "simulate", "--scenario", file.toString());
    assertThat(err.toString())
        .isEqualTo("tierkeeper: --scenario " + file
            + " line 2: promotionShare is '7'; allowed is a number from 1.0E-6 to 0.5"
            + System.lineSeparator());
  }
}
