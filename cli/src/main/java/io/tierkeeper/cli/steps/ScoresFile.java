package io.tierkeeper.cli.steps;

import io.tierkeeper.governance.TierState;
import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.simulation.steps.StepScenario;
import io.tierkeeper.simulation.steps.StepScenario.NoteRow;
import io.tierkeeper.simulation.steps.StepScenario.Observation;
import io.tierkeeper.simulation.steps.StepScenario.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;
import org.jspecify.annotations.Nullable;

/** Reads what tenants contribute in each step from CSV; docs/huf-note.md describes the columns. */
final class ScoresFile {
  private static final List<String> NEEDED = List.of("step", "tenant", "score");
  private static final String TIER = "tier";
  private static final int MAX_STEPS = 1_000;
  private static final int MAX_TENANTS = 10_000;
  private static final double MAX_SCORE = 1e12;

  private final Path file;
  private final TreeMap<Integer, TreeMap<String, Double>> scores = new TreeMap<>();
  private final TreeMap<Integer, TreeMap<String, TierState>> tiers = new TreeMap<>();

  private ScoresFile(Path file) {
    this.file = file;
  }

  /**
   * Reads a text.
   *
   * @param file its name in errors
   * @param tenant the tenant to show; null for the largest in step 0
   * @throws UsageException naming file, line, column, value and what is allowed
   */
  static StepScenario read(String text, Path file, @Nullable String tenant) throws IOException {
    ScoresFile scores = new ScoresFile(file);
    CSVFormat format = CSVFormat.RFC4180
        .builder()
        .setHeader()
        .setSkipHeaderRecord(true)
        .setIgnoreEmptyLines(true)
        .setDuplicateHeaderMode(DuplicateHeaderMode.DISALLOW)
        .get();
    try (CSVParser parser =
        CSVParser.parse(text.startsWith("\uFEFF") ? text.substring(1) : text, format)) {
      scores.rows(parser);
    } catch (UncheckedIOException | IllegalArgumentException e) {
      throw new UsageException("--scores " + file + " is no CSV: " + e.getMessage());
    }
    return scores.scenario(tenant);
  }

  private void rows(CSVParser parser) {
    List<String> columns = parser.getHeaderNames();
    for (String column : NEEDED) {
      if (!columns.contains(column)) {
        throw invalid(1, "has no column " + column + "; allowed: step,tenant,score, and tier");
      }
    }
    for (String column : columns) {
      if (!NEEDED.contains(column) && !column.equals(TIER)) {
        throw invalid(
            1, "column '" + column + "' is unknown; allowed: step,tenant,score, and tier");
      }
    }
    boolean withTiers = columns.contains(TIER);
    for (CSVRecord row : parser) {
      long line = parser.getCurrentLineNumber();
      if (!row.isConsistent()) {
        throw invalid(line, "has " + row.size() + " cells; allowed: " + columns.size());
      }
      row(line, row, withTiers);
    }
  }

  private void row(long line, CSVRecord row, boolean withTiers) {
    String number = row.get("step");
    if (!number.matches("[0-9]{1,4}") || Integer.parseInt(number) > MAX_STEPS) {
      throw invalid(
          line, "step is '" + number + "'; allowed: a whole number from 0 to " + MAX_STEPS);
    }
    int step = Integer.parseInt(number);
    String tenant = row.get("tenant");
    if (tenant.isBlank()) {
      throw invalid(line, "tenant is empty; allowed: a name");
    }
    double score = score(line, row.get("score"));
    scores.computeIfAbsent(step, each -> new TreeMap<>()).merge(tenant, score, Double::sum);
    if (withTiers) {
      TierState tier = tier(line, row.get(TIER));
      TierState before =
          tiers.computeIfAbsent(step, each -> new TreeMap<>()).putIfAbsent(tenant, tier);
      if (before != null && before != tier) {
        throw invalid(
            line,
            "tier is " + tier.label() + ", but an earlier row of step " + step + " and tenant "
                + tenant + " has " + before.label());
      }
    }
  }

  private double score(long line, String text) {
    String allowed = "; allowed: a number from 0 to 1000000000000; negative scores need a shift";
    double score;
    try {
      score = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw invalid(line, "score is '" + text + "'" + allowed);
    }
    if (!(score >= 0 && score <= MAX_SCORE)) {
      throw invalid(line, "score is '" + text + "'" + allowed);
    }
    return score;
  }

  private TierState tier(long line, String text) {
    return Arrays.stream(TierState.values())
        .filter(each -> each.label().equals(text))
        .findFirst()
        .orElseThrow(() -> invalid(
            line,
            "tier is '" + text + "'; allowed: "
                + Arrays.stream(TierState.values())
                    .map(TierState::label)
                    .collect(Collectors.joining(", "))));
  }

  private StepScenario scenario(@Nullable String tenant) {
    if (scores.size() < 2) {
      throw new UsageException("--scores " + file + " has " + scores.size()
          + " steps; allowed: 0, the start, and at least 1");
    }
    List<Step> steps = new ArrayList<>();
    for (Map.Entry<Integer, TreeMap<String, Double>> each : scores.entrySet()) {
      int step = each.getKey();
      if (step != steps.size()) {
        throw new UsageException("--scores " + file + " has no row of step " + steps.size()
            + "; allowed: every step from 0 to " + scores.lastKey());
      }
      if (each.getValue().values().stream().noneMatch(score -> score > 0)) {
        throw new UsageException(
            "--scores " + file + ": all scores of step " + step + " are 0; allowed: one above 0");
      }
      steps.add(new Step(
          new Observation.Contributions(each.getValue()),
          tiers.getOrDefault(step, new TreeMap<>()),
          NoteRow.NONE));
    }
    long tenants = scores.values().stream()
        .flatMap(each -> each.keySet().stream())
        .distinct()
        .count();
    if (tenants > MAX_TENANTS) {
      throw new UsageException(
          "--scores " + file + " has " + tenants + " tenants; allowed: at most " + MAX_TENANTS);
    }
    return new StepScenario(String.valueOf(file.getFileName()), shown(tenant), steps);
  }

  private String shown(@Nullable String tenant) {
    TreeMap<String, Double> start = scores.firstEntry().getValue();
    if (tenant == null) {
      return start.entrySet().stream()
          .max(Map.Entry.<String, Double>comparingByValue()
              .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
          .orElseThrow()
          .getKey();
    }
    if (!(start.getOrDefault(tenant, 0.0) > 0)) {
      throw new UsageException("--tenant " + tenant + " has no score above 0 in step 0 of " + file
          + "; allowed: "
          + start.entrySet().stream()
              .filter(each -> each.getValue() > 0)
              .map(Map.Entry::getKey)
              .limit(20)
              .collect(Collectors.joining(", ")));
    }
    return tenant;
  }

  private UsageException invalid(long line, String what) {
    return new UsageException("--scores " + file + " line " + line + ": " + what);
  }
}
