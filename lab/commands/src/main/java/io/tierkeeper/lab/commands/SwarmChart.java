package io.tierkeeper.lab.commands;

import io.tierkeeper.cli.report.Axis;
import io.tierkeeper.cli.report.Plot;
import io.tierkeeper.lab.swarm.ColdStart;
import io.tierkeeper.lab.swarm.SwarmReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Draws a swarm's cold start, and its reads second by second, as one SVG. */
final class SwarmChart {
  private static final int HEIGHT = 240;

  private SwarmChart() {}

  /** The whole picture. */
  static String of(SwarmReport report) {
    List<Plot> plots = new ArrayList<>(List.of(coldStart(report)));
    if (report.seconds().size() > 1) {
      plots.add(reads(report));
    }
    return Plot.document(plots);
  }

  private static Plot coldStart(SwarmReport report) {
    List<ColdStart.Step> steps = report.coldStart().steps();
    double most = steps.stream().mapToDouble(ColdStart.Step::matches).max().orElse(1);
    String title = String.format(
        Locale.ROOT, "Cold start: %d agents in %d groups", report.agents(), report.groups());
    double[] ranks = column(steps, ColdStart.Step::agent);
    return new Plot(
            title,
            Axis.across("agent of its group", 1, Math.max(2, steps.size())),
            Axis.upwards(100),
            HEIGHT)
        .line(
            "c0",
            ranks,
            column(steps, step -> 100 * step.covered()),
            "kinds of problems covered, %")
        .line("c2 dashed", ranks, column(steps, step -> 100 * step.expected()), "expected, %")
        .line(
            "c1 dashed",
            ranks,
            column(steps, step -> most == 0 ? 0 : 100 * step.matches() / most),
            String.format(Locale.ROOT, "packets found, %% of the maximum %.1f", most));
  }

  private static Plot reads(SwarmReport report) {
    List<SwarmReport.Second> seconds = report.seconds();
    double most = seconds.stream().mapToLong(SwarmReport.Second::reads).max().orElse(1);
    String title = String.format(
        Locale.ROOT,
        "Reads per second, all agents at once: %d answered, %d failed",
        report.calls().queries().calls(),
        report.calls().failedReads());
    Plot plot = new Plot(
        title,
        Axis.across("second", 0, seconds.getLast().second() + 1.0),
        Axis.upwards(Math.max(1, most)),
        HEIGHT);
    for (SwarmReport.GroupMove move : report.moves()) {
      String direction = move.direction().toLowerCase(Locale.ROOT);
      plot.band(
          "band",
          move.fromSecond(),
          move.toSecond(),
          direction + " " + move.group() + ": " + move.end());
    }
    if (!report.moves().isEmpty()) {
      plot.bands("band", "moves of groups");
    }
    plot.line(
        "c0",
        column(seconds, second -> second.second() + 0.5),
        column(seconds, SwarmReport.Second::reads),
        "reads per second");
    SwarmReport.Death death = report.death();
    if (death != null) {
      plot.event("event", death.second(), "one of three peers killed");
    }
    return plot;
  }

  private static <T> double[] column(List<T> rows, ToDoubleFunction<T> value) {
    return rows.stream().mapToDouble(value).toArray();
  }
}
