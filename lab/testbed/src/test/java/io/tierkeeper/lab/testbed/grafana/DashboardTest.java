package io.tierkeeper.lab.testbed.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierkeeper.lab.testbed.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The form in which Grafana imports a dashboard; that the panels show data is tested with a running operator. */
class DashboardTest {

  private static final int COLUMNS = 24;
  private static final Pattern VARIABLE = Pattern.compile("\\$(\\w+)");
  private static final Pattern METRIC = Pattern.compile("tierkeeper_[a-z0-9_]+");

  static List<Dashboard> dashboards() throws IOException {
    return Dashboard.all();
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void canBeImported(Dashboard dashboard) {
    JsonNode json = dashboard.json();
    assertThat(json.path("schemaVersion").asInt()).isGreaterThanOrEqualTo(36);
    assertThat(json.path("uid").asText()).matches("tierkeeper-[a-z]+");
    assertThat(json.path("title").asText()).startsWith("Tierkeeper / ");
    assertThat(json.has("id")).isFalse();
    assertThat(json.has("__inputs")).isFalse();
    assertThat(json.at("/time/from").asText()).isNotEmpty();
    assertThat(json.at("/templating/list/0/type").asText()).isEqualTo("datasource");
  }

  /** A fixed uid of a data source would be right in one Grafana only. */
  @ParameterizedTest
  @MethodSource("dashboards")
  void readsTheDataSourceThatIsChosen(Dashboard dashboard) {
    List<JsonNode> sources = dashboard.json().findValues("datasource");
    assertThat(sources).isNotEmpty().allSatisfy(source -> {
      assertThat(source.path("type").asText()).isEqualTo(dashboard.dataSource());
      assertThat(source.path("uid").asText()).isEqualTo("${datasource}");
    });
    for (JsonNode panel : dashboard.json().path("panels")) {
      if (!panel.path("type").asText().equals("row")) {
        assertThat(panel.has("datasource")).as(panel.path("title").asText()).isTrue();
        assertThat(panel.path("targets")).as(panel.path("title").asText()).isNotEmpty();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void hasPanelsThatDoNotOverlap(Dashboard dashboard) {
    Set<Integer> ids = new HashSet<>();
    Set<String> cells = new HashSet<>();
    for (JsonNode panel : dashboard.json().path("panels")) {
      assertThat(ids.add(panel.path("id").asInt())).isTrue();
      JsonNode grid = panel.path("gridPos");
      assertThat(grid.path("x").asInt() + grid.path("w").asInt()).isBetween(1, COLUMNS);
      for (int x = grid.path("x").asInt();
          x < grid.path("x").asInt() + grid.path("w").asInt();
          x++) {
        for (int y = grid.path("y").asInt();
            y < grid.path("y").asInt() + grid.path("h").asInt();
            y++) {
          assertThat(cells.add(x + "," + y)).as(panel.path("title").asText()).isTrue();
        }
      }
    }
  }

  /** Values may contain quotes; only in() gets them escaped by the data source. */
  @Test
  void logQueriesHaveVariablesOnlyInLists() throws IOException {
    assertThat(Dashboard.of(Dashboard.VICTORIA_LOGS)).isNotEmpty();
    for (Dashboard dashboard : Dashboard.of(Dashboard.VICTORIA_LOGS)) {
      for (Dashboard.Query query : dashboard.queries(Map.of())) {
        assertThat(query.type())
            .as(query.where())
            .isIn("instant", "stats", "statsRange", "fieldValue");
        assertThat(query.expression().replaceAll("\\bin\\(\\$\\w+\\)", ""))
            .as(query.where())
            .doesNotContain("$");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void usesVariablesThatExistAndMetricsThatTheDocumentationLists(Dashboard dashboard)
      throws IOException {
    String documented = Files.readString(Checkout.file("docs/metrics.md"));
    List<String> variables = new ArrayList<>(List.of("__rate_interval", "__interval", "__range"));
    dashboard
        .json()
        .at("/templating/list")
        .forEach(v -> variables.add(v.path("name").asText()));
    for (Dashboard.Query query : dashboard.queries(Map.of())) {
      VARIABLE
          .matcher(query.expression())
          .results()
          .forEach(variable -> assertThat(variables).as(query.where()).contains(variable.group(1)));
      METRIC
          .matcher(query.expression())
          .results()
          .forEach(metric -> assertThat(documented)
              .as(query.where())
              .containsPattern("`" + metric.group().replaceFirst("_bucket$", "") + "[`{]"));
    }
  }
}
