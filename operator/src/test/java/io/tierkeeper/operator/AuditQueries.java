package io.tierkeeper.operator;

import io.tierkeeper.lab.testbed.Checkout;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The questions of {@code docs/audit-queries.md}, asked of a trail. */
final class AuditQueries {

  private static final Pattern BLOCK = Pattern.compile("```(sql|sh)\\n(.*?)```", Pattern.DOTALL);

  /**
   * A question.
   *
   * @param sql for DuckDB
   * @param shell for jq
   */
  record Question(String sql, String shell) {}

  private final Question preparation;
  private final Map<String, Question> questions = new LinkedHashMap<>();

  AuditQueries() throws IOException {
    String[] sections = Files.readString(Checkout.file("docs/audit-queries.md")).split("(?m)^## ");
    preparation = question(sections[0]);
    for (int i = 1; i < sections.length; i++) {
      questions.put(sections[i].lines().findFirst().orElseThrow(), question(sections[i]));
    }
  }

  static boolean jqInstalled() {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "jq")));
  }

  private static Question question(String section) {
    List<MatchResult> blocks = BLOCK.matcher(section).results().toList();
    if (blocks.size() != 2 || !blocks.get(0).group(1).equals("sql")) {
      throw new IllegalArgumentException("SQL and a command, in: " + section);
    }
    return new Question(blocks.get(0).group(2), blocks.get(1).group(2));
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
      statement.execute(
          preparation.sql().replace("'audit/", "'" + directory.resolve("audit") + "/"));
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
    run(directory, preparation.shell());
    Map<String, List<String>> answers = new LinkedHashMap<>();
    for (Map.Entry<String, Question> question : questions.entrySet()) {
      answers.put(
          question.getKey(), run(directory, question.getValue().shell()).lines().toList());
    }
    return answers;
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
