package io.tierkeeper.lab.testbed.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.lab.testbed.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The alerts of the chart, one by one. */
class AlertRulesTest {

  private static final Path RULES = Checkout.file("charts/tierkeeper/files/rules");
  private static final Path PAGES = Checkout.file("docs/runbooks/alerts");
  private static final Pattern METRIC = Pattern.compile("(tierkeeper|collection|grpc|rest)_\\w+");

  @ParameterizedTest
  @ValueSource(strings = {"tierkeeper", "qdrant"})
  void followTheirTests(String name, @TempDir Path directory) throws Exception {
    assumeThat(PrometheusBinaries.installed()).as(PrometheusBinaries.MISSING).isTrue();
    Path rules = RULES.resolve(name + ".yaml");
    PrometheusBinaries.promtool("check", "rules", rules.toString());
    Path tests = Files.writeString(
        directory.resolve("tests.yaml"),
        Files.readString(Path.of("src/test/resources/" + name + "-rules-test.yaml"))
            .replace("[RULES]", "['" + rules + "']"));
    PrometheusBinaries.promtool("test", "rules", tests.toString());
  }

  @Test
  void readOnlyMetricsThatTheDocumentationLists() throws IOException {
    String documented = Files.readString(Checkout.file("docs/metrics.md"));
    for (JsonNode rule : rules("tierkeeper")) {
      List<String> metrics = METRIC
          .matcher(rule.path("expr").asText())
          .results()
          .map(MatchResult::group)
          .toList();
      assertThat(metrics)
          .isNotEmpty()
          .allSatisfy(metric -> assertThat(documented).containsPattern("`" + metric + "[`{]"));
    }
  }

  @Test
  void readOnlyMetricsThatQdrantHas() throws IOException {
    String recorded =
        Files.readString(Checkout.file("operator/src/test/resources/qdrant-1.19.0-metrics.txt"));
    for (JsonNode rule : rules("qdrant")) {
      assertThat(METRIC.matcher(rule.path("expr").asText()).results().map(MatchResult::group))
          .isNotEmpty()
          .allSatisfy(metric -> assertThat(recorded).contains("\n" + metric + "{"));
    }
  }

  @Test
  void haveASentenceASeverityAndAPageEach() throws IOException {
    String index = Files.readString(PAGES.resolveSibling("README.md"));
    for (JsonNode rule : rules()) {
      String name = rule.path("alert").asText().replaceFirst("^Tierkeeper", "");
      assertThat(rule.at("/annotations/summary").asText()).endsWith(".");
      assertThat(rule.at("/annotations/description").asText()).hasSizeGreaterThan(80);
      assertThat(rule.at("/annotations/runbook_url").asText()).endsWith("/alerts/" + name);
      assertThat(Files.readString(PAGES.resolve(name + ".md")))
          .startsWith("# " + name + "\n")
          .contains("**Severity**: " + rule.at("/labels/severity").asText() + ".")
          .contains("**Symptom**", "**Meaning**", "**Impact**", "**Diagnosis**", "```sh")
          .contains("**Resolution**", "**Afterwards**");
      assertThat(index).contains("| [" + name + "](alerts/" + name + ".md) |");
    }
    try (Stream<Path> pages = Files.list(PAGES)) {
      assertThat(pages).hasSize(rules().size());
    }
  }

  private static List<JsonNode> rules() throws IOException {
    return Stream.concat(rules("tierkeeper").stream(), rules("qdrant").stream()).toList();
  }

  private static List<JsonNode> rules(String name) throws IOException {
    return StreamSupport.stream(
            Serialization.yamlMapper()
                .readTree(RULES.resolve(name + ".yaml").toFile())
                .at("/groups/0/rules")
                .spliterator(),
            false)
        .toList();
  }
}
