package io.tierkeeper.lab.testbed.grafana;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.lab.testbed.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A dashboard of the chart.
 *
 * @param name of its file
 * @param json as Grafana imports it
 */
public record Dashboard(String name, JsonNode json) {

  /** The type of the data source for metrics. */
  public static final String PROMETHEUS = "prometheus";

  /** The type of the data source for the audit trail. */
  public static final String VICTORIA_LOGS = "victoriametrics-logs-datasource";

  private static final Path DIRECTORY = Checkout.file("charts/tierkeeper/files/dashboards");

  /**
   * A query.
   *
   * @param where the panel, annotation or variable that it belongs to
   * @param type which call of VictoriaLogs evaluates it: {@code instant}, {@code stats}, {@code statsRange} or
   *     {@code fieldValue}; empty for Prometheus
   * @param expression with values in place of variables
   * @param field whose values a variable has; empty for other queries
   */
  public record Query(String where, String type, String expression, String field) {}

  /** All dashboards of the chart. */
  public static List<Dashboard> all() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      List<Dashboard> all = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        all.add(new Dashboard(
            file.getFileName().toString(), new ObjectMapper().readTree(file.toFile())));
      }
      return all;
    }
  }

  /** Those that read data sources of this type. */
  public static List<Dashboard> of(String dataSource) throws IOException {
    return all().stream()
        .filter(dashboard -> dashboard.dataSource().equals(dataSource))
        .toList();
  }

  /** The type of the data source, which is the first variable of each dashboard. */
  public String dataSource() {
    return json.at("/templating/list/0/query").asText();
  }

  /** The queries of panels, annotations and variables. */
  public List<Query> queries(Map<String, String> values) {
    List<Query> queries = new ArrayList<>();
    for (JsonNode panel : json.path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        queries.add(query(
            "panel " + panel.path("title").asText() + " " + target.path("refId").asText(),
            target,
            values));
      }
    }
    for (JsonNode annotation : json.at("/annotations/list")) {
      queries.add(query(
          "annotation " + annotation.path("name").asText(),
          annotation.has("expr") ? annotation : annotation.path("target"),
          values));
    }
    for (JsonNode variable : json.at("/templating/list")) {
      String where = "variable " + variable.path("name").asText();
      JsonNode query = variable.path("query");
      String definition = variable.path("definition").asText();
      if (query.isObject() && query.path("type").asText().equals("fieldValue")) {
        queries.add(new Query(
            where,
            "fieldValue",
            expand(query.path("query").asText(), values),
            query.path("field").asText()));
      } else if (definition.startsWith("label_values(")) {
        queries.add(new Query(
            where,
            "",
            expand(
                definition.substring("label_values(".length(), definition.lastIndexOf(',')),
                values),
            ""));
      }
    }
    return queries;
  }

  private static Query query(String where, JsonNode target, Map<String, String> values) {
    return new Query(
        where, target.path("queryType").asText(), expand(target.path("expr").asText(), values), "");
  }

  private static String expand(String query, Map<String, String> values) {
    String expanded = query;
    for (Map.Entry<String, String> value : values.entrySet()) {
      expanded = expanded.replace("$" + value.getKey(), value.getValue());
    }
    return expanded;
  }
}
