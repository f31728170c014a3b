package io.tierkeeper.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tierkeeper.lab.testbed.grafana.Dashboard;
import io.tierkeeper.lab.testbed.victorialogs.VictoriaLogs;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.api.SoftAssertions;

/** The audit dashboard as Grafana's data source for VictoriaLogs evaluates it. */
final class AuditDashboard {

  private AuditDashboard() {}

  /**
   * Verifies that each query returns data, for one collection and for all.
   *
   * @param source of the lines of a collection
   * @param end of the time range
   */
  static void assertShowsData(VictoriaLogs logs, String source, String subject, Instant end)
      throws IOException {
    SoftAssertions softly = new SoftAssertions();
    // The data source puts texts into in() as JSON, and * for All.
    for (String collection : List.of(TextNode.valueOf(source).toString(), "*")) {
      for (Dashboard dashboard : Dashboard.of(Dashboard.VICTORIA_LOGS)) {
        List<Dashboard.Query> queries = dashboard.queries(
            Map.of("collection", collection, "tenant", TextNode.valueOf(subject).toString()));
        assertThat(queries).hasSizeGreaterThan(15);
        for (Dashboard.Query query : queries) {
          softly
              .assertThat(values(logs, query, end))
              .as(dashboard.name() + ", " + query)
              .anyMatch(value -> !value.isEmpty() && !value.equals("0") && !value.equals("NaN"));
        }
      }
    }
    softly.assertAll();
  }

  private static Stream<String> values(VictoriaLogs logs, Dashboard.Query query, Instant end) {
    Map<String, String> parameters = new HashMap<>(
        Map.of("start", end.minus(Duration.ofDays(7)).toString(), "end", end.toString()));
    return switch (query.type()) {
      case "instant" ->
        logs.rows(query.expression(), parameters).stream()
            .flatMap(AuditDashboard::elements)
            .map(JsonNode::asText);
      case "stats" ->
        elements(logs.result("stats_query", query.expression(), parameters).at("/data/result"))
            .map(series -> series.at("/value/1").asText());
      case "statsRange" -> {
        parameters.put("step", "1h");
        yield elements(
                logs.result("stats_query_range", query.expression(), parameters).at("/data/result"))
            .flatMap(series -> elements(series.path("values")))
            .map(sample -> sample.path(1).asText());
      }
      case "fieldValue" -> {
        parameters.put("field", query.field());
        yield elements(
                logs.result("field_values", query.expression(), parameters).path("values"))
            .map(value -> value.path("value").asText());
      }
      default -> throw new IllegalArgumentException(query.toString());
    };
  }

  private static Stream<JsonNode> elements(JsonNode node) {
    return StreamSupport.stream(node.spliterator(), false);
  }
}
