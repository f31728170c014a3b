package io.tierkeeper.cli.report;

import io.tierkeeper.cli.steps.StepOptions.Request;
import io.tierkeeper.simulation.steps.HufNote;
import io.tierkeeper.simulation.steps.StepComparison;
import io.tierkeeper.simulation.steps.StepComparison.Baseline;
import io.tierkeeper.simulation.steps.StepLimit;
import io.tierkeeper.simulation.steps.StepResult;
import io.tierkeeper.simulation.steps.StepScenario.NoteRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is printed of steps and their baselines, for the terminal and for the page. */
public record StepsTables(Request request) {

  private static final String NONE = "–";

  private StepComparison comparison() {
    return request.comparison();
  }

  /** What the table of steps shows. */
  public String heading() {
    String tenant = comparison().scenario().tenant();
    int evaluations = comparison().scenario().steps().size() - 1;
    return request.ofNote()
        ? "Regime " + tenant + " over the note's ten steps: ours, the note's, and the difference."
        : "Tenant " + tenant + " over " + evaluations + " step" + (evaluations == 1 ? "" : "s")
            + " of " + request.source() + ".";
  }

  /** What is not as in the note. */
  public List<String> settings() {
    List<String> settings = new ArrayList<>();
    if (!request.changes().isEmpty()) {
      settings.add("Set: " + String.join(", ", request.changes()) + ".");
    }
    StepComparison.Setting setting = comparison().setting();
    if (setting.byThreshold() || !comparison().scenario().tiersGiven()) {
      settings.add(String.format(
          Locale.ROOT,
          "Thresholds decide the tiers: promote above %s, demote below %s; a move takes one step.",
          setting.aboveShare(),
          setting.belowShare()));
    }
    return settings;
  }

  /** A row for each step. */
  public FigureTable steps() {
    boolean noted = comparison().scenario().noted();
    List<String> headings = new ArrayList<>(List.of("Step", "Tier", "P", "Alpha*"));
    if (noted) {
      headings.addAll(List.of("Note", "Diff"));
    }
    headings.add("Rho_post");
    if (noted) {
      headings.addAll(List.of("Note", "Diff"));
    }
    headings.add("C_local");
    if (noted) {
      headings.addAll(List.of("Note*", "Diff"));
    }
    List<List<String>> rows = new ArrayList<>();
    List<StepResult.Row> steps = comparison().run().steps();
    for (int i = 0; i < steps.size(); i++) {
      StepResult.Row row = steps.get(i);
      NoteRow note = comparison().scenario().steps().get(i).note();
      List<String> cells = new ArrayList<>(
          List.of(Integer.toString(i), row.tier().label(), number(row.penalty(), 2)));
      cells.addAll(compared(row.alphaStar(), note.alphaStar(), 2, noted));
      cells.addAll(compared(row.rhoPost(), note.rhoPost(), 3, noted));
      cells.addAll(compared(row.localCoherence(), note.localCoherence(), 3, noted));
      rows.add(cells);
    }
    return new FigureTable(headings, rows);
  }

  private static List<String> compared(
      @Nullable Double ours, @Nullable Double note, int decimals, boolean noted) {
    return noted
        ? List.of(number(ours, 4), number(note, decimals), difference(ours, note))
        : List.of(number(ours, 4));
  }

  /** The largest difference of each column; empty without a note. */
  public String largest() {
    List<StepComparison.Difference> largest = comparison().largestDifferences();
    return largest.isEmpty()
        ? ""
        : "Largest differences: "
            + largest.stream()
                .map(each -> each.column() + " " + number(each.difference(), 4) + " (step "
                    + each.step() + ")")
                .collect(Collectors.joining(", "))
            + ".";
  }

  /** Erosion and coherence of the whole run. */
  public FigureTable whole() {
    StepResult run = comparison().run();
    List<String> headings = new ArrayList<>(List.of("Whole run", "Ours"));
    List<String> erosion = new ArrayList<>(
        List.of("erosion of " + comparison().scenario().tenant(), percent(run.erosion(), 1)));
    List<String> coherence =
        new ArrayList<>(List.of("cumulative coherence C(H)", number(run.cumulativeCoherence(), 3)));
    if (request.ofNote()) {
      headings.add("Note");
      erosion.add(percent(HufNote.EROSION, 1) + " / " + percent(HufNote.EROSION_UNDER_DEMOTION, 1));
      coherence.add(number(HufNote.COHERENCE, 3) + "*");
    }
    return new FigureTable(headings, List.of(erosion, coherence));
  }

  /** What the baselines would have given. */
  public FigureTable baselines() {
    boolean relative = comparison().scenario().relative();
    List<String> headings = new ArrayList<>(List.of("Baseline", "C(H)", "Erosion", "Gain"));
    if (relative) {
      headings.addAll(List.of("C(H) same obs.", "Gain same obs."));
    }
    if (request.ofNote()) {
      headings.addAll(List.of("Note's gain*", "In the note"));
    }
    List<List<String>> rows = new ArrayList<>();
    for (Baseline baseline : comparison().baselines()) {
      List<String> row = new ArrayList<>(List.of(
          baseline.alternative().label(),
          number(baseline.own().cumulativeCoherence(), 4),
          percent(baseline.own().erosion(), 1),
          gain(baseline.own())));
      if (relative) {
        row.add(number(baseline.sameObservations().cumulativeCoherence(), 4));
        row.add(gain(baseline.sameObservations()));
      }
      if (request.ofNote()) {
        Optional<HufNote.Claim> claim = HufNote.claim(baseline.alternative());
        row.add(claim.map(each -> percent(each.gain(), 1)).orElse(NONE));
        row.add(claim.map(HufNote.Claim::words).orElse(NONE));
      }
      rows.add(row);
    }
    return new FigureTable(headings, rows);
  }

  private String gain(StepResult baseline) {
    double gain = comparison().gain(baseline);
    return Double.isNaN(gain) ? NONE : percent(gain, 2);
  }

  /** How to read the baselines. */
  public String baselinesExplained() {
    return "Gain: C(H) of the run relative to that of the baseline."
        + (comparison().scenario().relative()
            ? " Each baseline follows its own course, since a step changes the last share; with the same observations (same obs.) it sees what the run saw."
            : " Run and baselines see the same scores.");
  }

  /** One sentence for each limit. */
  public List<String> limits() {
    return request.limits().stream().map(this::limit).toList();
  }

  /** Such as {@code coherence 0.9178 is at least 0.91}. */
  public String limit(StepLimit limit) {
    double value = limit.figure().of(comparison().run());
    return limit.figure().key() + " " + exact(value, limit.least())
        + (limit.met(comparison().run()) ? " is at least " : " is below ") + limit.least();
  }

  /** Four decimals, or as many as tell it from the limit. */
  private static String exact(double value, double limit) {
    String text = number(value, 4);
    return value != limit && Double.parseDouble(text) == limit ? Double.toString(value) : text;
  }

  private static String number(@Nullable Double value, int decimals) {
    return value == null ? NONE : String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  private static String difference(@Nullable Double ours, @Nullable Double note) {
    return ours == null || note == null ? NONE : String.format(Locale.ROOT, "%+.4f", ours - note);
  }

  private static String percent(double fraction, int decimals) {
    return String.format(Locale.ROOT, "%+." + decimals + "f %%", fraction * 100).replace('-', '−');
  }
}
