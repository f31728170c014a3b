package io.tierkeeper.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierkeeper.lab.testbed.Checkout;
import io.tierkeeper.lab.testbed.victorialogs.VictoriaLogs;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The questions of {@code docs/audit-queries.md}, asked of a trail. */
final class AuditQueries {

  /** Why a test that needs DuckDB is skipped. */
  static final String NO_DUCKDB = "the DuckDB driver is on Maven's class path of tests only";

  private static final Pattern BLOCK =
      Pattern.compile("```(sql|sh|logsql)\\n(.*?)```", Pattern.DOTALL);

  /**
   * A question.
   *
   * @param sql for DuckDB
   * @param shell for jq
   * @param logs for VictoriaLogs
   */
  record Question(String sql, String shell, String logs) {}

  private final String view;
  private final String merge;
  private final String curl;
  private final String ship;
  private final String count;
  private final Map<String, Question> questions = new LinkedHashMap<>();

  AuditQueries() throws IOException {
    String[] sections = Files.readString(Checkout.file("docs/audit-queries.md")).split("(?m)^## ");
    view = blocks(sections[0]).get(0).group(2);
    merge = blocks(sections[0]).get(1).group(2);
    curl = blocks(sections[0]).get(2).group(2);
    List<MatchResult> shipping =
        blocks(Files.readString(Checkout.file("docs/victorialogs.md")).split("(?m)^## Files")[1]);
    ship = shipping.get(0).group(2);
    count = shipping.get(1).group(2);
    for (int i = 1; i < sections.length; i++) {
      questions.put(sections[i].lines().findFirst().orElseThrow(), question(sections[i]));
    }
  }

  static boolean jqInstalled() {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "jq")));
  }

  static boolean duckDbThere() {
    return DriverManager.drivers()
        .anyMatch(driver -> driver.getClass().getName().startsWith("org.duckdb."));
  }

  private static List<MatchResult> blocks(String section) {
    return BLOCK.matcher(section).results().toList();
  }

  private static Question question(String section) {
    List<MatchResult> blocks = blocks(section);
    if (!blocks.stream()
        .map(block -> block.group(1))
        .toList()
        .equals(List.of("sql", "sh", "logsql"))) {
      throw new IllegalArgumentException("not SQL, a command and LogsQL, in: " + section);
    }
    return new Question(
        blocks.get(0).group(2), blocks.get(1).group(2), blocks.get(2).group(2));
  }

  /**
   * The rows of each answer, columns separated by tabs.
   *
   * @param directory contains {@code audit}
   */
  Map<String, List<String>> inSql(Path directory) throws SQLException {
    Map<String, List<String>> answers = new LinkedHashMap<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute(view.replace("'audit/", "'" + directory.resolve("audit") + "/"));
      for (Map.Entry<String, Question> question : questions.entrySet()) {
        List<String> rows = new ArrayList<>();
        try (ResultSet result = statement.executeQuery(question.getValue().sql())) {
          while (result.next()) {
            List<String> row = new ArrayList<>();
            for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
              row.add(String.valueOf(result.getString(i)));
            }
            rows.add(String.join("\t", row));
          }
        }
        answers.put(question.getKey(), rows);
      }
    }
    return answers;
  }

  /** The same with jq. */
  Map<String, List<String>> inShell(Path directory) throws IOException, InterruptedException {
    run(directory, merge);
    Map<String, List<String>> answers = new LinkedHashMap<>();
    for (Map.Entry<String, Question> question : questions.entrySet()) {
      answers.put(
          question.getKey(), run(directory, question.getValue().shell()).lines().toList());
    }
    return answers;
  }

  /**
   * Sends a trail to VictoriaLogs as the documentation does.
   *
   * @param directory contains {@code audit}
   */
  void ship(Path directory, VictoriaLogs logs) throws IOException, InterruptedException {
    runWith(logs, directory, ship);
    logs.flush();
  }

  /** The lines that the documentation's example of a call gives. */
  List<String> withCurl(VictoriaLogs logs) throws IOException, InterruptedException {
    return runWith(logs, Path.of("."), curl).lines().toList();
  }

  private static String runWith(VictoriaLogs logs, Path directory, String command)
      throws IOException, InterruptedException {
    return run(
        directory, command.replace("http://localhost:9428", logs.address().toString()));
  }

  /** The query that counts what was sent. */
  String count() {
    return count;
  }

  /**
   * The same with VictoriaLogs.
   *
   * @param now what "the last seven days" are relative to
   */
  Map<String, List<String>> inLogs(VictoriaLogs logs, Instant now) {
    Map<String, List<String>> answers = new LinkedHashMap<>();
    questions.forEach((title, question) -> answers.put(
        title,
        logs.rows(question.logs(), Map.of("time", now.toString())).stream()
            .map(row -> row.valueStream().map(JsonNode::asText).collect(Collectors.joining("\t")))
            .toList()));
    return answers;
  }

  /** The answers in two languages have as many rows; their columns are printed differently. */
  static void assertSameSize(Map<String, List<String>> answers, Map<String, List<String>> others) {
    assertThat(answers.keySet()).isEqualTo(others.keySet());
    answers.forEach(
        (question, rows) -> assertThat(rows).as(question).hasSameSizeAs(others.get(question)));
  }

  private static String run(Path directory, String command)
      throws IOException, InterruptedException {
    Process shell = new ProcessBuilder("bash", "-euc", command)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .start();
    String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (shell.waitFor() != 0) {
      throw new AssertionError(command + "\n" + output);
    }
    return output;
  }
}
