package io.tierkeeper.lab.testbed.prometheus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A sequence of scrapes, each of which lasts for a while, and what alerts fire at its end. The rules are evaluated by promtool, each
 * minute.
 */
public final class AlertScenario {

  private static final Duration STEP = Duration.ofMinutes(1);

  private record Stage(Scrape scrape, Duration lasts, List<Expectation> expected) {}

  private record Expectation(String alert, boolean fires) {}

  private final String name;
  private final List<Stage> stages = new ArrayList<>();

  public AlertScenario(String name) {
    this.name = name;
  }

  /** What it is about. */
  public String name() {
    return name;
  }

  /** The scrapes of the next while are all like this one, and at its end the alert fires or does not. */
  public AlertScenario then(Scrape scrape, Duration lasts, String alert, boolean fires) {
    stages.add(new Stage(scrape, lasts, List.of(new Expectation(alert, fires))));
    return this;
  }

  /** Evaluates the rules of a file. */
  public static void check(Path directory, Path rules, List<AlertScenario> scenarios)
      throws IOException, InterruptedException {
    String text = Files.readString(rules);
    Path file = Files.writeString(
        directory.resolve("scenarios.yaml"),
        "rule_files: ['" + rules.toAbsolutePath() + "']\nevaluation_interval: 1m\ntests:\n"
            + scenarios.stream()
                .map(scenario -> scenario.yaml(text))
                .collect(Collectors.joining()));
    PrometheusBinaries.promtool("test", "rules", file.toString());
  }

  private String yaml(String rules) {
    StringBuilder yaml = new StringBuilder("  - name: '" + name + "'\n    interval: 1m\n")
        .append("    input_series:\n");
    Set<String> names = stages.stream()
        .flatMap(stage -> stage.scrape.samples().keySet().stream())
        // The others only cost time.
        .filter(series -> rules.contains(series.substring(0, series.indexOf('{') + 1)))
        .collect(Collectors.toCollection(TreeSet::new));
    for (String series : names) {
      yaml.append("      - series: '").append(series.replace("'", "''")).append("'\n");
      yaml.append("        values: '").append(values(series)).append("'\n");
    }
    if (names.isEmpty()) {
      yaml.append("      []\n");
    }
    yaml.append("    promql_expr_test:\n");
    Duration end = Duration.ZERO;
    for (Stage stage : stages) {
      end = end.plus(stage.lasts);
      for (Expectation expected : stage.expected) {
        yaml.append("      - expr: 'count(ALERTS{alertname=\"Tierkeeper")
            .append(expected.alert)
            .append("\",alertstate=\"firing\"}) > bool 0'\n        eval_time: ")
            .append(end.minus(STEP).toMinutes())
            .append("m\n        exp_samples: ")
            .append(expected.fires ? "[{labels: '{}', value: 1}]" : "[]")
            .append('\n');
      }
    }
    return yaml.toString();
  }

  private String values(String series) {
    List<String> parts = new ArrayList<>();
    Duration at = Duration.ZERO;
    for (Stage stage : stages) {
      long repeats = stage.lasts.dividedBy(STEP) - 1;
      double value = stage.scrape.value(series);
      parts.add(
          Double.isNaN(value)
              ? "_x" + (repeats + 1)
              : number(shifted(series, value, stage.scrape.at(), at)) + "x" + repeats);
      at = at.plus(stage.lasts);
    }
    return String.join(" ", parts);
  }

  /** The tests of promtool begin at the epoch, so instants are moved there. */
  private static double shifted(String series, double value, Instant scraped, Duration at) {
    return series.substring(0, series.indexOf('{')).endsWith("_timestamp_seconds")
        ? value - scraped.toEpochMilli() / 1000.0 + at.toSeconds()
        : value;
  }

  private static String number(double value) {
    return new java.math.BigDecimal(value).toPlainString();
  }
}
