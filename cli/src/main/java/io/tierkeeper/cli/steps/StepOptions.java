package io.tierkeeper.cli.steps;

import io.tierkeeper.governance.Objective;
import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.simulation.steps.HufNote;
import io.tierkeeper.simulation.steps.StepComparison;
import io.tierkeeper.simulation.steps.StepFile;
import io.tierkeeper.simulation.steps.StepLimit;
import io.tierkeeper.simulation.steps.StepScenario;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Changes the ten steps: parameters, objective, steps or scores of one's own, and limits. */
public final class StepOptions {

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description =
          "With huf-10-step: set a parameter, by its field in a TierPolicy or its symbol in the note: damping.varianceWeight (lambda), damping.penaltyWeight (beta), damping.coherenceWeight (kappa_c), damping.trackingWeight (kappa_s), damping.window (window), damping.penalties.fallback, dedicated, promoting or demoting (penalty.fallback, …), promote.aboveShare, demote.belowShare. With a share, thresholds decide the tiers. Repeatable.")
  List<String> set = new ArrayList<>();

  @Option(
      names = "--objective",
      paramLabel = "FORMULA",
      description =
          "With huf-10-step: coupled (default; the penalty multiplies alpha) or literal (the formula of the note, whose minimum ignores the tier).")
  @Nullable
  Objective objective;

  @Option(
      names = "--steps",
      paramLabel = "FILE",
      description = "With huf-10-step: a YAML file with steps of your own instead of the note's.")
  @Nullable
  Path steps;

  @Option(
      names = "--scores",
      paramLabel = "FILE",
      description =
          "With huf-10-step: a CSV file with the columns step, tenant, score, and tier if thresholds shall not decide the tiers, instead of the note's steps. Rows of one step and tenant are added.")
  @Nullable
  Path scores;

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = "With --scores: tenant to show; default: the largest in step 0.")
  @Nullable
  String tenant;

  @Option(
      names = "--fail-below",
      paramLabel = "FIGURE=VALUE",
      description =
          "With huf-10-step: end with exit code 1 if a figure of the run is lower: coherence (cumulative), localCoherence (lowest of any step), erosion (such as -0.14), share (lowest of any step). Repeatable.")
  List<String> failBelow = new ArrayList<>();

  /**
   * What was asked for.
   *
   * @param comparison the run and its baselines
   * @param changes what is not as in the note, each as {@code name value (default value)}
   * @param limits in the order in which they were given
   * @param source the file of the steps or scores; empty for the note's
   */
  public record Request(
      StepComparison comparison, List<String> changes, List<StepLimit> limits, String source) {
    /** Keeps its own lists. */
    public Request {
      changes = List.copyOf(changes);
      limits = List.copyOf(limits);
    }

    /** Whether it is about the note's own steps. */
    public boolean ofNote() {
      return source.isEmpty();
    }

    /** Where the note contradicts itself; none for other steps. */
    public List<HufNote.Contradiction> contradictions() {
      return ofNote() ? HufNote.contradictions(comparison) : List.of();
    }

    /** The limits that the run misses. */
    public List<StepLimit> missed() {
      return limits.stream().filter(limit -> !limit.met(comparison.run())).toList();
    }
  }

  /** The first of these options that was given; empty where none was. */
  public String given() {
    return !set.isEmpty()
        ? "--set"
        : objective != null
            ? "--objective"
            : steps != null
                ? "--steps"
                : scores != null
                    ? "--scores"
                    : tenant != null ? "--tenant" : failBelow.isEmpty() ? "" : "--fail-below";
  }

  /**
   * Runs what was asked for.
   *
   * @throws UsageException naming the option, the value and what is allowed
   */
  public Request run() throws IOException {
    if (steps != null && scores != null) {
      throw new UsageException("--steps and --scores are mutually exclusive");
    }
    if (tenant != null && scores == null) {
      throw new UsageException("--tenant " + tenant + " needs --scores");
    }
    List<StepLimit> limits = limits();
    StepParameters parameters = StepParameters.of(set, objective);
    StepComparison comparison = StepComparison.of(scenario(), parameters.setting());
    return new Request(
        comparison,
        parameters.changes(),
        limits,
        steps != null ? steps.toString() : scores != null ? scores.toString() : "");
  }

  private StepScenario scenario() throws IOException {
    if (scores != null) {
      return ScoresFile.read(readable("--scores", scores, "CSV"), scores, tenant);
    }
    if (steps == null) {
      return StepFile.huf();
    }
    readable("--steps", steps, "YAML");
    try {
      return StepFile.read(steps);
    } catch (UsageException e) {
      throw e.of("--steps");
    }
  }

  private static String readable(String option, Path file, String kind) throws IOException {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new UsageException(option + " " + file + " must be a readable " + kind + " file");
    }
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new UsageException(option + " " + file + " must be UTF-8 text");
    }
  }

  private List<StepLimit> limits() {
    List<StepLimit> limits = new ArrayList<>();
    Set<StepLimit.Figure> seen = EnumSet.noneOf(StepLimit.Figure.class);
    for (String given : failBelow) {
      StepLimit limit = limit(given);
      if (!seen.add(limit.figure())) {
        throw new UsageException(
            "--fail-below " + given + ": " + limit.figure().key() + " is given twice");
      }
      limits.add(limit);
    }
    return limits;
  }

  private static StepLimit limit(String given) {
    String[] parts = given.split("=", 2);
    StepLimit.Figure figure = Arrays.stream(StepLimit.Figure.values())
        .filter(each -> each.key().equals(parts[0]))
        .findFirst()
        .orElseThrow(() -> new UsageException("--fail-below " + given
            + ": unknown figure; allowed: "
            + Arrays.stream(StepLimit.Figure.values())
                .map(each -> each.key() + "=VALUE")
                .collect(Collectors.joining(", "))));
    String allowed = "allowed: a decimal from " + (long) figure.min() + " to "
        + (long) figure.max() + ", as in " + figure.key() + "="
        + (figure == StepLimit.Figure.EROSION ? "-0.14" : "0.91");
    if (parts.length < 2 || !parts[1].matches("-?[0-9]{1,9}(\\.[0-9]{1,17})?")) {
      throw new UsageException("--fail-below " + given + ": " + allowed);
    }
    double least = Double.parseDouble(parts[1]);
    if (least < figure.min() || least > figure.max()) {
      throw new UsageException("--fail-below " + given + ": " + allowed);
    }
    return new StepLimit(figure, least);
  }
}
