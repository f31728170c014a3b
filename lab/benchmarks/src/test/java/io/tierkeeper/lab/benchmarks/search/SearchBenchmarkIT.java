package io.tierkeeper.lab.benchmarks.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.lab.qdrant.local.LocalQdrant;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A short run on three peers of a real Qdrant, where there is a binary (QDRANT_BIN, PATH). */
class SearchBenchmarkIT {

  @Test
  void measuresBeforeAndAfterThePromotion(@TempDir Path charts) throws Exception {
    assumeTrue(
        LocalQdrant.binary(System.getenv()).isPresent(),
        "no real Qdrant: set QDRANT_BIN, or put qdrant on PATH");
    StringWriter out = new StringWriter();
    int code = new CommandLine(new SearchBenchmark())
        .setOut(new PrintWriter(out))
        .execute(
            // The big tenant has 24 MB: more than full_scan_threshold also in the larger of two
            // segments.
            "--points",
            "6000",
            "--dimensions",
            "2048",
            "--tenants",
            "20",
            "--queries",
            "10",
            "--rounds",
            "1",
            "-o",
            "json",
            "--charts",
            charts.toString());
    assertThat(code).isZero();
    JsonNode report = new ObjectMapper().readTree(out.toString());
    assertThat(report.path("timed").asBoolean()).isTrue();
    List<JsonNode> rows = list(report.path("rows"));
    assertThat(rows).hasSize(SearchRun.steps(false) - 4);
    for (JsonNode row : rows) {
      assertThat(row.at("/figures/latency/p99").asDouble())
          .as(row.toString())
          .isGreaterThanOrEqualTo(row.at("/figures/latency/p50").asDouble());
      assertThat(row.at("/figures/perSecond").asDouble()).isPositive();
      boolean exact = row.path("search").asText().equals("exact");
      if (exact) {
        assertThat(row.at("/figures/recall").asDouble()).as(row.toString()).isEqualTo(1);
      }
      if (exact || row.path("of").asText().equals("small tenants")) {
        assertThat(row.at("/figures/graphShare").asDouble()).as(row.toString()).isZero();
      }
    }
    assertThat(rows)
        .as("searches of the big tenant use its graph")
        .anyMatch(row -> row.path("search").asText().equals("hnsw_ef 128")
            && row.at("/figures/graphShare").asDouble() > 0);
    assertThat(
            list(report.path("shards")).stream().map(shard -> shard.path("key").asText()))
        .contains("default", "big");
    assertThat(charts.resolve("search-promotion.svg")).exists();
  }

  private static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }
}
