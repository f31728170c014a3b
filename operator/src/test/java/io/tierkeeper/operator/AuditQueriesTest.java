package io.tierkeeper.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.lab.testbed.Checkout;
import io.tierkeeper.lab.testbed.victorialogs.VictoriaLogs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The questions of the documentation, asked of the demo's trail, of which the older half is compressed. */
@NullUnmarked
class AuditQueriesTest {

  private static final Path RECORDED =
      Checkout.file("cli/src/test/resources/io/tierkeeper/cli/recorded-demo.jsonl");

  @TempDir
  Path directory;

  private List<String> lines;

  @BeforeEach
  void divide() throws IOException {
    lines = Files.readAllLines(RECORDED);
    Path audit = Files.createDirectory(directory.resolve("audit"));
    int half = lines.size() / 2;
    try (OutputStream compressed = new GZIPOutputStream(Files.newOutputStream(
        audit.resolve("default.kb-0123456789ab.00000000000000000001.jsonl.gz")))) {
      compressed.write(
          (String.join("\n", lines.subList(0, half)) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    Files.write(audit.resolve("default.kb-0123456789ab.jsonl"), lines.subList(half, lines.size()));
  }

  @Test
  void jqAndDuckDbGiveTheSameAnswers() throws Exception {
    assumeThat(AuditQueries.jqInstalled()).as("jq is not on PATH").isTrue();
    assumeThat(AuditQueries.duckDbThere()).as(AuditQueries.NO_DUCKDB).isTrue();
    AuditQueries queries = new AuditQueries();
    AuditQueries.assertSameSize(queries.inSql(directory), queries.inShell(directory));
  }

  @Test
  void jqAndVictoriaLogsGiveTheSameAnswers() throws Exception {
    assumeThat(VictoriaLogs.installed()).as(VictoriaLogs.MISSING).isTrue();
    assumeThat(AuditQueries.jqInstalled()).as("jq is not on PATH").isTrue();
    AuditQueries queries = new AuditQueries();
    Instant last =
        Instant.parse(new ObjectMapper().readTree(lines.getLast()).path("time").asText());
    try (VictoriaLogs logs = VictoriaLogs.start(directory.resolve("victorialogs"))) {
      queries.ship(directory, logs);
      JsonNode count = logs.rows(queries.count(), Map.of()).getFirst();
      assertThat(count.path("lines").asInt()).isEqualTo(lines.size());
      assertThat(count.path("distinct").asInt()).isEqualTo(lines.size());
      assertThat(count.path("last").asInt()).isEqualTo(lines.size());
      Map<String, List<String>> answers = queries.inLogs(logs, last);
      AuditQueries.assertSameSize(answers, queries.inShell(directory));
      assertThat(queries.withCurl(logs)).hasSameSizeAs(answers.get("Who approved?"));
      assertThat(answers.get("Who approved?"))
          .first()
          .asString()
          .contains("fabric8-kubernetes-client\tTierMove\tkb-acme-promote-0fd8");
      assertThat(answers.get("What did we decide last week?"))
          .anyMatch(row -> row.startsWith("Promote\tShareAbovePromote\t4\t3"));
      assertThat(answers.get("How long did each move take, and how did it end?"))
          .anyMatch(row -> row.matches("kb-acme-promote-0fd8\tPromote\t.*\tfinished\t[0-9.]+s"));
    }
  }
}
