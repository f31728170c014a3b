package io.tierkeeper.lab.testbed.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.lab.testbed.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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

  private static final Path DIRECTORY = Checkout.file("charts/tierkeeper/files/dashboards");

  /** All dashboards of the chart. */
  public static List<Dashboard> all() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      List<Dashboard> all = new java.util.ArrayList<>();
      for (Path file : files.sorted().toList()) {
        all.add(new Dashboard(
            file.getFileName().toString(), new ObjectMapper().readTree(file.toFile())));
      }
      return all;
    }
  }

  /** The queries of panels, annotations and variables by where they are, with values in place of variables. */
  public Map<String, String> queries(Map<String, String> values) {
    Map<String, String> queries = new LinkedHashMap<>();
    for (JsonNode panel : json.path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        queries.put(
            "panel " + panel.path("title").asText() + " " + target.path("refId").asText(),
            expand(target.path("expr").asText(), values));
      }
    }
    for (JsonNode annotation : json.at("/annotations/list")) {
      queries.put(
          "annotation " + annotation.path("name").asText(),
          expand(annotation.path("expr").asText(), values));
    }
    for (JsonNode variable : json.at("/templating/list")) {
      String definition = variable.path("definition").asText();
      if (definition.startsWith("label_values(")) {
        queries.put(
            "variable " + variable.path("name").asText(),
            expand(
                definition.substring("label_values(".length(), definition.lastIndexOf(',')),
                values));
      }
    }
    return queries;
  }

  private static String expand(String query, Map<String, String> values) {
    String expanded = query;
    for (Map.Entry<String, String> value : values.entrySet()) {
      expanded = expanded.replace("$" + value.getKey(), value.getValue());
    }
    return expanded;
  }
}
