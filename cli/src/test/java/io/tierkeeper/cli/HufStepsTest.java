package io.tierkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.governance.GovernanceParameters;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.Main;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.InputSource;

class HufStepsTest {
  private static final String STEPS = "../examples/scenarios/steps/huf-10-step.yaml";
  private static final String SCORES = "../examples/scenarios/steps/scores.csv";

  @TempDir
  private Path directory;

  private final StringWriter err = new StringWriter();

  private String run(int code, String... args) {
    StringWriter out = new StringWriter();
    err.getBuffer().setLength(0);
    List<String> words = new ArrayList<>(List.of("simulate"));
    words.addAll(List.of(args));
    assertThat(Main.run(
            new PrintWriter(out, true), new PrintWriter(err, true), words.toArray(String[]::new)))
        .as(err.toString())
        .isEqualTo(code);
    return out.toString();
  }

  private JsonNode json(String... args) throws Exception {
    List<String> words = new ArrayList<>(List.of(args));
    words.addAll(List.of("-o", "json"));
    return new ObjectMapper().readTree(run(ExitCode.OK, words.toArray(String[]::new)));
  }

  private static String percent(double fraction, int decimals) {
    return String.format(Locale.ROOT, "%+." + decimals + "f %%", fraction * 100).replace('-', '−');
  }

  @Test
  void printsOfEachStepAndBaselineWhatFollowsFromTheShares() throws Exception {
    JsonNode root = json();
    String table = run(ExitCode.OK);
    double product = 1;
    Map<String, Double> largest = new HashMap<>();
    for (int i = 0; i < 11; i++) {
      JsonNode step = root.at("/steps/" + i);
      if (i > 0) {
        double local = 1
            - Math.abs(step.path("rhoPost").asDouble()
                - root.at("/steps/" + (i - 1) + "/rhoPost").asDouble());
        assertThat(step.path("localCoherence").asDouble()).isCloseTo(local, within(1e-12));
        product *= local;
      }
      for (String figure : List.of("alphaStar", "rhoPost", "localCoherence")) {
        JsonNode noted = step.path("note").has(figure)
            ? step.at("/note/" + figure)
            : step.at("/note/" + figure + "Illustrative");
        if (noted.isNumber() && step.path(figure).isNumber()) {
          double difference = step.path(figure).asDouble() - noted.asDouble();
          assertThat(step.at("/difference/" + figure).asDouble())
              .isCloseTo(difference, within(1e-12));
          assertThat(table).contains(String.format(Locale.ROOT, "%+.4f", difference));
          largest.merge(figure, Math.abs(difference), Math::max);
        }
      }
    }
    assertThat(root.path("cumulativeCoherence").asDouble()).isCloseTo(product, within(1e-12));
    assertThat(table)
        .contains(String.format(
            Locale.ROOT,
            "Largest differences: alpha* %.4f (step 8), rho_post %.4f (step 9), C_local %.4f (step 4).",
            largest.get("alphaStar"),
            largest.get("rhoPost"),
            largest.get("localCoherence")));
    assertThat(root.path("largestDifferences")).hasSize(3);
    Map<String, Double> claimed =
        Map.of("fallbackThroughout", 0.02, "noDemotion", 0.02, "noPenalties", 0.016);
    for (JsonNode baseline : root.path("baselines")) {
      double gain = product / baseline.path("cumulativeCoherence").asDouble() - 1;
      assertThat(baseline.path("gain").asDouble()).isCloseTo(gain, within(1e-12));
      assertThat(table).contains(percent(gain, 2));
      assertThat(baseline.at("/sameObservations/gain").isNumber()).isTrue();
      assertThat(claimed.get(baseline.path("name").asText()))
          .isEqualTo(
              baseline.has("note") ? baseline.at("/note/gainIllustrative").asDouble() : null);
    }
    assertThat(root.path("baselines")).hasSize(4);
    assertThat(table)
        .contains("fallback throughout", "+0.26 %")
        .contains("no demotion", "−0.24 %")
        .contains("no penalties", "−0.88 %")
        .contains("no damping", "+9.01 %");
  }

  @Test
  void tellsWhatIsFittedAndWhereTheNoteContradictsItselfInEveryFormat() throws Exception {
    String table = run(ExitCode.OK);
    String page = run(ExitCode.OK, "-o", "html");
    JsonNode root = json();
    assertThat(root.at("/note/contradictions")).hasSize(6);
    String fitted = root.at("/note/fitted").asText();
    assertThat(fitted).contains("rho_post agrees by construction; alpha* is not fitted");
    assertThat(table).contains(fitted);
    for (JsonNode each : root.at("/note/contradictions")) {
      assertThat(table)
          .contains(each.path("subject").asText() + ": " + each.path("text").asText());
      assertThat(page).contains("<th>" + each.path("subject").asText() + "</th>");
    }
    assertThat(run(ExitCode.OK, "-o", "yaml")).contains("contradictions:", "baselines:");
  }

  @Test
  void setsParametersByFieldOrSymbol() throws Exception {
    JsonNode byField =
        json("--set", "damping.penalties.promoting=0.2", "--set", "damping.varianceWeight=0");
    JsonNode bySymbol = json("--set", "penalty.promoting=0.2", "--set", "lambda=0");
    assertThat(byField).isEqualTo(bySymbol);
    assertThat(bySymbol.at("/parameters/damping/varianceWeight").asDouble()).isZero();
    // Without variance the minimum is (2 kappa_c - beta P) / (2 (kappa_c + kappa_s)).
    assertThat(bySymbol.at("/steps/4/alphaStar").asDouble())
        .isCloseTo((2 * 0.0206 - 0.05 * 0.2) / (2 * (0.0206 + 0.0173)), within(1e-12));
    assertThat(json(
                "--set",
                "beta=0.1",
                "--set",
                "lambda=0",
                "--set",
                "kappa_c=0.05",
                "--set",
                "kappa_s=0.01")
            .at("/steps/4/alphaStar")
            .asDouble())
        .isCloseTo((2 * 0.05 - 0.1 * 0.15) / (2 * 0.06), within(1e-12));
    assertThat(json("--objective", "literal", "--set", "lambda=0")
            .at("/steps/4/alphaStar")
            .asDouble())
        .isCloseTo(0.0206 / (0.0206 + 0.0173), within(1e-12));
    assertThat(json("--set", "window=0")).isNotEqualTo(json());
    assertThat(run(ExitCode.OK, "--set", "lambda=0.2", "--objective", "literal"))
        .contains(
            "Set: damping.varianceWeight 0.2 (default 0.1), damping.objective Literal (default Coupled).");
  }

  @Test
  void aDefaultThatIsSetChangesNothing() {
    assertThat(run(ExitCode.OK, "--set", "penalty.promoting=0.15", "--objective", "coupled"))
        .isEqualTo(run(ExitCode.OK));
  }

  @Test
  void thresholdsDecideTheTiersOnceOneIsSet() throws Exception {
    assertThat(json().at("/parameters/tiersByThreshold").asBoolean()).isFalse();
    JsonNode root = json("--set", "promote.aboveShare=0.6", "--set", "demote.belowShare=0.57");
    assertThat(root.at("/steps/1/tier").asText()).isEqualTo("Promoting");
    assertThat(root.at("/steps/8/tier").asText()).isEqualTo("Demoting");
    assertThat(run(ExitCode.OK, "--set", "promote.aboveShare=0.6"))
        .contains("Thresholds decide the tiers: promote above 0.6, demote below 0.05");
  }

  @Test
  void runsStepsOfOnesOwn() throws Exception {
    assertThat(json("--steps", STEPS).path("steps")).isEqualTo(json().path("steps"));
    Path file = Files.writeString(directory.resolve("own.yaml"), """
        name: own
        tenant: acme
        start: {share: 0.4}
        steps:
          - {odds: 2}
          - {odds: 0.5}
        """);
    String table = run(ExitCode.OK, "--steps", file.toString());
    assertThat(table)
        .contains("Tenant acme over 2 steps of " + file)
        .contains("Thresholds decide the tiers")
        .doesNotContain("NOTE", "contradicts", "fitted");
    assertThat(run(ExitCode.OK, "--steps", file.toString(), "-o", "csv").lines())
        .hasSize(4);
  }

  @Test
  void runsScoresOfOnesOwn() throws Exception {
    JsonNode root = json("--scores", SCORES);
    assertThat(root.path("tenant").asText()).isEqualTo("acme");
    assertThat(root.at("/steps/0/rhoPost").asDouble()).isCloseTo(0.62, within(1e-12));
    assertThat(root.has("note")).isFalse();
    double y = 0.62;
    double alpha = root.at("/steps/1/alphaStar").asDouble();
    // Others have an alpha* of their own, so the blend is normalised; acme's part stays near it.
    assertThat(root.at("/steps/1/rhoPost").asDouble())
        .isCloseTo(alpha * y + (1 - alpha) * 0.58, within(0.002));
    assertThat(json("--scores", SCORES, "--tenant", "globex")
            .at("/steps/0/rhoPost")
            .asDouble())
        .isCloseTo(0.28, within(1e-12));
    String table = run(ExitCode.OK, "--scores", SCORES);
    assertThat(table)
        .contains("Tenant acme over 6 steps", "Run and baselines see the same scores")
        .doesNotContain("SAME OBS");
  }

  @Test
  void addsRowsOfOneTenantAndTakesItsTier() throws Exception {
    Path one = Files.writeString(
        directory.resolve("one.csv"),
        "step,tenant,score,tier\n0,a,3,Dedicated\n0,b,1,Fallback\n1,a,1,Demoting\n1,b,1,Fallback\n");
    Path split = Files.writeString(
        directory.resolve("split.csv"),
        "\uFEFFtier,score,tenant,step\r\nDedicated,2,a,0\r\nDedicated,1,a,0\r\nFallback,1,b,0\r\n"
            + "Demoting,1,a,1\r\nFallback,0.25,b,1\r\nFallback,0.75,b,1\r\n");
    JsonNode root = json("--scores", one.toString());
    assertThat(root.at("/steps/0/tier").asText()).isEqualTo("Dedicated");
    assertThat(root.at("/steps/1/tier").asText()).isEqualTo("Demoting");
    assertThat(root.at("/parameters/tiersByThreshold").asBoolean()).isFalse();
    assertThat(json("--scores", split.toString()).path("steps")).isEqualTo(root.path("steps"));
  }

  @Test
  void endsWithOneAndNamesEachLimitThatIsMissed() {
    String out = run(
        ExitCode.FAILURE,
        "--fail-below",
        "coherence=0.92",
        "--fail-below",
        "erosion=-0.14",
        "--fail-below",
        "share=0.55");
    assertThat(err.toString().lines())
        .containsExactly(
            "tierkeeper: coherence 0.9178 is below 0.92 (--fail-below)",
            "tierkeeper: share 0.5427 is below 0.55 (--fail-below)");
    assertThat(out).contains("erosion -0.1359 is at least -0.14");
    run(ExitCode.OK, "--fail-below", "coherence=0.91", "--fail-below", "localCoherence=0.98");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void jsonHasTheLimits() throws Exception {
    JsonNode limit = json("--fail-below", "coherence=0.91").at("/limits/0");
    assertThat(limit.path("figure").asText()).isEqualTo("coherence");
    assertThat(limit.path("atLeast").asDouble()).isEqualTo(0.91);
    assertThat(limit.path("value").asDouble()).isCloseTo(0.9178, within(0.0001));
    assertThat(limit.path("met").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--fail-below coherence=0.91 --fail-below localCoherence=0.5",
        "--set penalty.promoting=0.2",
        "--scores " + SCORES,
      })
  void writesOnePageThatNeedsNothingButItself(String options) throws Exception {
    List<String> words = new ArrayList<>(List.of(options.split(" ")));
    words.addAll(List.of("-o", "html"));
    String page = run(ExitCode.OK, words.toArray(String[]::new));
    assertThat(page)
        .startsWith("<!DOCTYPE html>")
        .contains("<svg ", "Baselines", "prefers-color-scheme: dark")
        .doesNotContain("<script", "http://", "https://", "src=", "url(", "NaN");
    String xml = page.substring(page.indexOf("<html")).replaceAll("<(meta|br)([^>]*)>", "<$1$2/>");
    assertThat(DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(xml)))
            .getElementsByTagName("svg")
            .getLength())
        .isEqualTo(3);
  }

  @Test
  void aPageEscapesNamesOfTenants() throws Exception {
    Path file = Files.writeString(
        directory.resolve("s.csv"), "step,tenant,score\n0,<b>,1\n0,c,1\n1,<b>,2\n1,c,1\n");
    assertThat(run(ExitCode.OK, "--scores", file.toString(), "-o", "html"))
        .contains("&lt;b&gt;")
        .doesNotContain("<b>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--set lambad=1|--set lambad=1: unknown name; allowed: damping.varianceWeight (lambda), damping.penaltyWeight (beta)",
        "--set =1|--set =1: unknown name",
        "--set lambda|--set lambda: has no value; allowed: lambda=VALUE",
        "--set lambda=|--set lambda=: has no value",
        "--set lambda=-1|--set lambda=-1: allowed: a decimal from 0 to 999999",
        "--set beta=1e3|--set beta=1e3: allowed: a decimal from 0 to 999999",
        "--set penalty.promoting=1000000|--set penalty.promoting=1000000: allowed: a decimal from 0 to 999999",
        "--set lambda=1 --set damping.varianceWeight=2|--set damping.varianceWeight=2: damping.varianceWeight is set twice",
        "--set window=1001|--set window=1001: allowed: a whole number from 0 to 1000",
        "--set window=1.5|--set window=1.5: allowed: a whole number from 0 to 1000",
        "--set kappa_c=0 --set kappa_s=0|--set kappa_c=0: allowed: above 0, unless trackingWeight is above 0",
        "--set promote.aboveShare=1|--set promote.aboveShare=1: allowed: a decimal above 0 and below 1",
        "--set promote.aboveShare=0.03|--set promote.aboveShare=0.03: demote.belowShare is 0.05; allowed: a share below promote.aboveShare, which is 0.03",
        "--set demote.belowShare=0.2|--set demote.belowShare=0.2: allowed: a share below promote.aboveShare, which is 0.15",
        "--objective convex|'--objective': expected one of [COUPLED, LITERAL] (case-insensitive) but was 'convex'",
        "--fail-below coherenz=1|--fail-below coherenz=1: unknown figure; allowed: coherence=VALUE, localCoherence=VALUE, erosion=VALUE, share=VALUE",
        "--fail-below coherence|--fail-below coherence: allowed: a decimal from 0 to 1, as in coherence=0.91",
        "--fail-below coherence=1.1|--fail-below coherence=1.1: allowed: a decimal from 0 to 1",
        "--fail-below erosion=-1.5|--fail-below erosion=-1.5: allowed: a decimal from -1 to 1000000, as in erosion=-0.14",
        "--fail-below share=0.1 --fail-below share=0.2|--fail-below share=0.2: share is given twice",
        "--steps pom.xml --scores pom.xml|--steps and --scores are mutually exclusive",
        "--tenant acme|--tenant acme needs --scores",
        "--steps nope.yaml|--steps nope.yaml must be a readable YAML file",
        "--scores .|--scores . must be a readable CSV file",
        "--steps ../examples/scenarios/growth.yaml|--steps ../examples/scenarios/growth.yaml line 3: tenant is missing",
        "--scores ../examples/scenarios/steps/scores.csv --tenant absent|--tenant absent has no score above 0 in step 0 of ../examples/scenarios/steps/scores.csv; allowed: acme, globex, initech",
        "--all --set lambda=1|--set needs --scenario huf-10-step",
        "--scenario growth --objective literal|--objective needs --scenario huf-10-step",
        "--scenario growth --steps pom.xml|--steps needs --scenario huf-10-step",
        "--scenario growth --scores pom.xml|--scores needs --scenario huf-10-step",
        "--scenario growth --tenant a|--tenant needs --scenario huf-10-step",
        "--scenario growth --fail-below coherence=1|--fail-below needs --scenario huf-10-step",
      })
  void namesOptionValueAndWhatIsAllowed(String options, String message) {
    assertThat(run(ExitCode.USAGE, options.split(" "))).isEmpty();
    assertThat(err.toString()).startsWith("tierkeeper: ").contains(message).hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "step,tenant\\n0,a\\n|line 1: has no column score; allowed: step,tenant,score, and tier",
        "step,tenant,score,weight\\n|line 1: column 'weight' is unknown; allowed: step,tenant,score, and tier",
        "step,tenant,score\\n0,a\\n|line 2: has 2 cells; allowed: 3",
        "step,tenant,score\\nx,a,1\\n|line 2: step is 'x'; allowed: a whole number from 0 to 1000",
        "step,tenant,score\\n1001,a,1\\n|line 2: step is '1001'; allowed: a whole number",
        "step,tenant,score\\n0, ,1\\n|line 2: tenant is empty; allowed: a name",
        "step,tenant,score\\n0,a,1\\n1,a,-1\\n|line 3: score is '-1'; allowed: a number from 0 to 1000000000000",
        "step,tenant,score\\n0,a,NaN\\n|line 2: score is 'NaN'",
        "step,tenant,score\\n0,a,much\\n|line 2: score is 'much'",
        "step,tenant,score,tier\\n0,a,1,Warm\\n|line 2: tier is 'Warm'; allowed: Fallback, Promoting, Dedicated, Demoting",
        "step,tenant,score,tier\\n0,a,1,Fallback\\n0,a,1,Dedicated\\n|line 3: tier is Dedicated, but an earlier row of step 0 and tenant a has Fallback",
        "step,tenant,score\\n0,a,1\\n|has 1 steps; allowed: 0, the start, and at least 1",
        "step,tenant,score\\n0,a,1\\n2,a,1\\n|has no row of step 1; allowed: every step from 0 to 2",
        "step,tenant,score\\n0,a,1\\n1,a,0\\n|all scores of step 1 are 0; allowed: one above 0",
        "step,tenant,score,step\\n0,a,1,0\\n|is no CSV: ",
        "step,tenant,score\\n0,\"a,1\\n|is no CSV: ",
      })
  void namesFileAndLineOfScores(String text, String message) throws Exception {
    Path file = Files.writeString(directory.resolve("s.csv"), text.replace("\\n", "\n"));
    assertThat(run(ExitCode.USAGE, "--scores", file.toString())).isEmpty();
    assertThat(err.toString())
        .startsWith("tierkeeper: --scores " + file)
        .contains(message)
        .hasLineCount(1);
  }

  /** The page shows what the command prints, and the example sets what the command runs with. */
  @Test
  void thePageAndTheExampleHaveTheFigures() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "huf-note.md"));
    String table = run(ExitCode.OK);
    Matcher block = Pattern.compile("(?s)```text\\n(.*?)```").matcher(page);
    assertThat(block.find()).isTrue();
    assertThat(block.group(1).lines())
        .hasSize(5)
        .allSatisfy(line -> assertThat(table).contains(line.strip()));

    Policy example = PolicyFile.read(Path.of("..", "examples", "huf-note", "policy.yaml"));
    assertThat(example.parameters()).isEqualTo(GovernanceParameters.defaults());
    assertThat(example.decisions().promote().share()).hasValue(0.15);
    assertThat(example.decisions().demote().share()).hasValue(0.05);
    json().at("/parameters/damping").fields().forEachRemaining(field -> {
      if (field.getValue().isNumber()) {
        assertThat(page)
            .containsPattern("\\| `damping\\." + field.getKey() + "` \\| `[a-z_]+` \\| "
                + Pattern.quote(field.getValue().asText()) + " \\|");
      }
    });
  }

  @Test
  void refusesTextThatIsNotUtf8() throws Exception {
    Path file = Files.write(
        directory.resolve("s.csv"),
        "step,tenant,score\n0,ä,1\n".getBytes(StandardCharsets.ISO_8859_1));
    run(ExitCode.USAGE, "--scores", file.toString());
    assertThat(err.toString()).contains("must be UTF-8 text").hasLineCount(1);
    run(ExitCode.USAGE, "--steps", file.toString());
    assertThat(err.toString()).contains("must be UTF-8 text").hasLineCount(1);
  }
}
