package io.tierkeeper.lab.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The chart's PrometheusRule and the ConfigMaps of the dashboards. */
class ChartObservabilityTest {

  private static final Path FILES = Checkout.file("charts/tierkeeper/files");

  @Test
  void installsNeitherUnlessConfigured() {
    assertThat(Chart.render(Map.of()))
        .noneMatch(object ->
            object.getKind().equals("PrometheusRule") || object.getKind().equals("ConfigMap"));
  }

  @Test
  void theRuleHasTheAlertsOfTheFileForTheReleaseItself() throws IOException {
    HasMetadata rule = rule(Map.of(
        "prometheusRule.enabled", true, "prometheusRule.labels.release", "kube-prometheus-stack"));
    assertThat(rule.getMetadata().getLabels())
        .containsEntry("release", "kube-prometheus-stack")
        .containsEntry("app.kubernetes.io/name", "tierkeeper");
    JsonNode file = Serialization.yamlMapper()
        .readTree(Files.readString(FILES.resolve("rules/tierkeeper.yaml"))
            .replace("job=\"tierkeeper\"", "namespace=\"vectors\""));
    assertThat(spec(rule).at("/groups/0/rules")).isEqualTo(file.at("/groups/0/rules"));
    assertThat(spec(rule).at("/groups")).hasSize(1);
    assertThat(spec(rule).toString()).doesNotContain("job=");
  }

  @Test
  void theAlertsAboutQdrantAreAddedForTheSeriesThatAreSelected() throws IOException {
    JsonNode spec = spec(rule(Map.of(
        "prometheusRule.enabled", true, "prometheusRule.qdrantMatchers", "service=\"vectors\"")));
    JsonNode file = Serialization.yamlMapper()
        .readTree(Files.readString(FILES.resolve("rules/qdrant.yaml"))
            .replace("job=\"qdrant\"", "service=\"vectors\""));
    assertThat(spec.at("/groups")).hasSize(2).contains(file.at("/groups/0"));
  }

  @Test
  void theCoherenceBelowWhichAnAlertFiresCanBeSet() {
    List<String> expressions =
        Chart.render("vectors", "prometheusRule: {enabled: true, coherenceBelow: 0.8}").stream()
            .filter(object -> object.getKind().equals("PrometheusRule"))
            .flatMap(
                rule -> StreamSupport.stream(spec(rule).at("/groups/0/rules").spliterator(), false))
            .filter(rule -> rule.path("alert").asText().equals("TierkeeperCoherenceLow"))
            .map(rule -> rule.path("expr").asText())
            .toList();
    assertThat(expressions).singleElement().asString().endsWith("< 0.8");
  }

  @Test
  void matchersLabelsDurationsAndPagesCanBeSet() {
    JsonNode spec = spec(rule(Map.of(
        "prometheusRule.enabled",
        true,
        "prometheusRule.matchers",
        "job=~\"vectors/.*\"",
        "prometheusRule.alertLabels.team",
        "search",
        "prometheusRule.disabled[0]",
        "TierkeeperFlapping",
        "prometheusRule.for.TierkeeperPauseForgotten",
        "7d",
        "prometheusRule.runbookUrl",
        "https://docs.example.com/{name}.html")));
    Map<String, JsonNode> rules = StreamSupport.stream(
            spec.at("/groups/0/rules").spliterator(), false)
        .collect(Collectors.toMap(each -> each.path("alert").asText(), each -> each));
    assertThat(rules).hasSize(11).doesNotContainKey("TierkeeperFlapping");
    assertThat(rules.values()).allSatisfy(each -> {
      assertThat(each.path("expr").asText()).contains("job=~\"vectors/.*\"");
      assertThat(each.at("/labels/team").asText()).isEqualTo("search");
      assertThat(each.at("/labels/severity").asText()).isIn("info", "warning", "critical");
    });
    assertThat(Objects.requireNonNull(rules.get("TierkeeperPauseForgotten"))
            .path("for")
            .asText())
        .isEqualTo("7d");
    assertThat(
            Objects.requireNonNull(rules.get("TierkeeperMoveStuck")).path("for").asText())
        .isEqualTo("10m");
    assertThat(Objects.requireNonNull(rules.get("TierkeeperMoveStuck"))
            .at("/annotations/runbook_url")
            .asText())
        .isEqualTo("https://docs.example.com/MoveStuck.html");
  }

  @ParameterizedTest
  @CsvSource({
    "prometheusRule.matchers, vectors",
    "prometheusRule.qdrantMatchers, vectors",
    "prometheusRule.disabled[0], TierkeeperNoSuchAlert",
    "prometheusRule.for.TierkeeperFlapping, soon",
    "prometheusRule.runbookUrl, docs",
    "dashboards.enable, x"
  })
  void refusesWhatItDoesNotKnow(String key, String value) {
    assertThatThrownBy(() -> Chart.render(Map.of("prometheusRule.enabled", true, key, value)))
        .hasMessageContaining(key.split("[.\\[]")[0]);
  }

  @Test
  void theDashboardsAreTheFilesWithTheLabelsOfTheSidecar() throws IOException {
    Map<String, String> found = Chart.render(Map.of(
            "dashboards.enabled",
            true,
            "dashboards.namespace",
            "grafana",
            "dashboards.labels.grafana_dashboard",
            "yes",
            "dashboards.annotations.grafana_folder",
            "Qdrant"))
        .stream()
        .filter(ConfigMap.class::isInstance)
        .map(ConfigMap.class::cast)
        .peek(map -> {
          assertThat(map.getMetadata().getNamespace()).isEqualTo("grafana");
          assertThat(map.getMetadata().getLabels()).containsEntry("grafana_dashboard", "yes");
          assertThat(map.getMetadata().getAnnotations()).containsEntry("grafana_folder", "Qdrant");
          assertThat(map.getMetadata().getName()).startsWith("tierkeeper-dashboard-");
        })
        .flatMap(map -> map.getData().entrySet().stream())
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    try (Stream<Path> files = Files.list(FILES.resolve("dashboards"))) {
      List<Path> dashboards = files.toList();
      assertThat(found.keySet())
          .isEqualTo(dashboards.stream()
              .map(file -> file.getFileName().toString())
              .collect(Collectors.toCollection(TreeSet::new)));
      for (Path file : dashboards) {
        assertThat(new ObjectMapper().readTree(found.get(file.getFileName().toString())))
            .isEqualTo(new ObjectMapper().readTree(file.toFile()));
      }
    }
  }

  private static HasMetadata rule(Map<String, ?> values) {
    return Chart.render(values).stream()
        .filter(object -> object.getKind().equals("PrometheusRule"))
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode spec(HasMetadata object) {
    return Serialization.jsonMapper().valueToTree(object).path("spec");
  }
}
