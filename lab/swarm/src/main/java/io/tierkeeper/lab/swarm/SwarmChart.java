package io.tierkeeper.lab.swarm;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Draws a swarm's cold start, and its reads second by second, as one SVG that reads well on light and dark. */
public final class SwarmChart {

  private static final int WIDTH = 720;
  private static final int PANEL = 240;
  private static final int LEFT = 56;
  private static final int RIGHT = 24;
  private static final int TOP = 40;
  private static final int BOTTOM = 44;
  private static final int TICKS = 5;

  private final StringBuilder svg = new StringBuilder();

  private SwarmChart() {}

  /** The whole picture. */
  public static String of(SwarmReport report) {
    SwarmChart chart = new SwarmChart();
    boolean worked = report.seconds().size() > 1;
    chart.open(worked ? 2 * PANEL : PANEL);
    chart.coldStart(report);
    if (worked) {
      chart.reads(report);
    }
    return chart.svg.append("</svg>\n").toString();
  }

  private void open(int height) {
    svg.append(String.format(
        Locale.ROOT,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">%n",
        WIDTH,
        height));
    svg.append("<style>text{font:12px system-ui,sans-serif;fill:#222}.t{font-weight:600}"
        + ".a{stroke:#888;fill:none}.g{stroke:#8884;fill:none}.f{stroke:#0b6bcb;fill:none;stroke-width:2}"
        + ".m{stroke:#b4540a;fill:none;stroke-width:2;stroke-dasharray:5 3}.k{stroke:#c62828;stroke-width:2}"
        + ".v{fill:#0b6bcb22}rect.b{fill:#fff}"
        + "@media(prefers-color-scheme:dark){text{fill:#ddd}rect.b{fill:#161616}.f{stroke:#62b0ff}"
        + ".m{stroke:#ffb26b}.k{stroke:#ff6b6b}.v{fill:#62b0ff33}}</style>\n");
    svg.append(String.format(
        Locale.ROOT, "<rect class=\"b\" width=\"%d\" height=\"%d\"/>%n", WIDTH, height));
  }

  private void coldStart(SwarmReport report) {
    List<ColdStart.Step> steps = report.coldStart().steps();
    double most = steps.stream().mapToDouble(ColdStart.Step::matches).max().orElse(1);
    Panel panel = new Panel(0, 1, Math.max(2, steps.size()), 1);
    frame(
        panel,
        String.format(
            Locale.ROOT, "Cold start: %d agents in %d groups", report.agents(), report.groups()),
        "agent of its group",
        "%.0f");
    scale(panel, 100, "%.0f %%");
    line("f", steps.stream().map(step -> panel.at(step.rank(), step.finding())).toList());
    line(
        "m",
        steps.stream()
            .map(step -> panel.at(step.rank(), most == 0 ? 0 : step.matches() / most))
            .toList());
    text(
        WIDTH - RIGHT,
        panel.top() + TOP - 8,
        "end",
        "",
        String.format(
            Locale.ROOT,
            "solid: agents who find something; dashed: packets found (top %.1f)",
            most));
  }

  private void reads(SwarmReport report) {
    List<SwarmReport.Second> seconds = report.seconds();
    double most = seconds.stream().mapToLong(SwarmReport.Second::reads).max().orElse(1);
    Panel panel = new Panel(PANEL, 0, seconds.getLast().at() + 1.0, Math.max(1, most));
    for (SwarmReport.GroupMove move : report.moves()) {
      svg.append(String.format(
          Locale.ROOT,
          "<rect class=\"v\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>%s %s: %s</title></rect>%n",
          panel.x(move.from()),
          panel.y(panel.yMost()),
          Math.max(1, panel.x(move.to()) - panel.x(move.from())),
          panel.y(0) - panel.y(panel.yMost()),
          move.direction(),
          move.group(),
          move.end()));
      text(
          (panel.x(move.from()) + panel.x(move.to())) / 2,
          panel.y(0) - 6,
          "middle",
          "",
          move.direction().toLowerCase(Locale.ROOT));
    }
    frame(
        panel,
        String.format(
            Locale.ROOT,
            "Reads a second, all agents at once: %d answered, %d failed",
            report.reads().calls(),
            report.readsFailed()),
        "second",
        "%.0f");
    scale(panel, panel.yMost(), "%.0f");
    line(
        "f",
        seconds.stream()
            .map(second -> panel.at(second.at() + 0.5, second.reads()))
            .toList());
    Double killed = report.killedAtSecond();
    if (killed != null) {
      svg.append(String.format(
          Locale.ROOT,
          "<line class=\"k\" x1=\"%1$.1f\" x2=\"%1$.1f\" y1=\"%2$.1f\" y2=\"%3$.1f\"/>%n",
          panel.x(killed),
          panel.y(0),
          panel.y(panel.yMost())));
      text(
          panel.x(killed) + 6, panel.y(panel.yMost()) + 14, "start", "", "one of three peers dies");
    }
  }

  /** A rectangle of the picture with the ranges of its axes; the vertical one begins at 0. */
  private record Panel(int top, double xLeast, double xMost, double yMost) {
    double x(double value) {
      return LEFT + (value - xLeast) / (xMost - xLeast) * (WIDTH - LEFT - RIGHT);
    }

    double y(double value) {
      return top + PANEL - BOTTOM - value / yMost * (PANEL - TOP - BOTTOM);
    }

    String at(double x, double y) {
      return String.format(Locale.ROOT, "%.1f,%.1f", x(x), y(y));
    }
  }

  private void frame(Panel panel, String title, String axis, String format) {
    text(LEFT, panel.top() + 20, "start", "t", title);
    svg.append(String.format(
        Locale.ROOT,
        "<path class=\"a\" d=\"M%1$.1f,%2$.1fV%3$.1fH%4$.1f\"/>%n",
        panel.x(panel.xLeast()),
        panel.y(panel.yMost()),
        panel.y(0),
        panel.x(panel.xMost())));
    for (int i = 0; i <= TICKS; i++) {
      double value = panel.xLeast() + i * (panel.xMost() - panel.xLeast()) / TICKS;
      text(
          panel.x(value), panel.y(0) + 16, "middle", "", String.format(Locale.ROOT, format, value));
    }
    text(WIDTH - RIGHT, panel.y(0) + 34, "end", "", axis);
  }

  private void scale(Panel panel, double shown, String format) {
    for (int i = 0; i <= TICKS; i++) {
      double value = i * panel.yMost() / TICKS;
      if (i > 0) {
        svg.append(String.format(
            Locale.ROOT,
            "<path class=\"g\" d=\"M%.1f,%.1fH%d\"/>%n",
            panel.x(panel.xLeast()),
            panel.y(value),
            WIDTH - RIGHT));
      }
      text(
          LEFT - 6,
          panel.y(value) + 4,
          "end",
          "",
          String.format(Locale.ROOT, format, i * shown / TICKS));
    }
  }

  private void line(String look, List<String> points) {
    svg.append(points.stream()
        .collect(Collectors.joining(" ", "<polyline class=\"" + look + "\" points=\"", "\"/>\n")));
  }

  private void text(double x, double y, String anchor, String look, String words) {
    svg.append(String.format(
        Locale.ROOT,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>%s</text>%n",
        x,
        y,
        anchor,
        look.isEmpty() ? "" : " class=\"" + look + "\"",
        words.replace("&", "&amp;").replace("<", "&lt;")));
  }
}
