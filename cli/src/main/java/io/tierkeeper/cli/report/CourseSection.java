package io.tierkeeper.cli.report;

import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.governance.decision.Decision;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.Gate;
import io.tierkeeper.simulation.quality.Candidate;
import io.tierkeeper.simulation.quality.Course;
import io.tierkeeper.simulation.quality.Course.Moved;
import io.tierkeeper.simulation.trace.Timeline;
import io.tierkeeper.simulation.trace.TraceSource;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** One course of a policy: tiers, cost and damping over time, the tenants that have most to tell, and its decisions. */
final class CourseSection {
  private static final long SHOWN_SEED = 1;
  private static final int TENANTS = 6;
  private static final int TENANTS_OF_MANY = 2;
  private static final int MOVES = 60;
  private static final int MOVES_OF_MANY = 12;
  private static final double TALLEST = 12;

  /** More points than this no page can show. */
  private static final int MAX_POINTS = 380;

  private final TraceSource source;
  private final CostBand costs;
  private final boolean many;
  private final ShownCourse shown;
  private final Course course;
  private final Axis time;

  /** When each step begins, in the unit of the axis. */
  private final double[] at;

  private final StringBuilder page = new StringBuilder();

  /** @param many whether it is one of many, so that each is told in less detail */
  CourseSection(Candidate candidate, TraceSource source, CostBand costs, boolean many) {
    this.source = source;
    this.costs = costs;
    this.many = many;
    shown = ShownCourse.of(candidate, source, SHOWN_SEED, costs);
    course = shown.course();
    Timeline timeline = course.timeline();
    TimeUnit unit = unit(timeline.whole());
    double length = unit.toMillis(1);
    time =
        Axis.across(unit.name().toLowerCase(Locale.ROOT), 0, timeline.whole().toMillis() / length);
    at = new double[timeline.steps() + 1];
    for (int i = 0; i < at.length; i++) {
      at[i] = timeline.between(0, i).toMillis() / length;
    }
  }

  /** The largest unit of which there are at least two. */
  private static TimeUnit unit(Duration whole) {
    return whole.toDays() >= 2
        ? TimeUnit.DAYS
        : whole.toHours() >= 2 ? TimeUnit.HOURS : TimeUnit.MINUTES;
  }

  /** The whole section. */
  String html() {
    page.append("<section><h3>One course under ")
        .append(Html.text(shown.policy()))
        .append(source.seeded() ? " (seed " + SHOWN_SEED + ")" : "")
        .append("</h3>\n");
    double[] now = shown.dedicated();
    double[] best = shown.dedicatedAtBest();
    double most = Math.max(max(now), max(best));
    Plot tiers = plot("Tenants with a dedicated shard key", Math.max(1, most * 1.1));
    line(tiers, "best", best, "optimum in hindsight");
    figure(line(tiers, "own", now, shown.policy()));
    double[] spent = shown.spent(costs);
    double[] least = shown.spentAtBest(costs);
    Plot cost = plot("Cumulative cost", Math.max(max(spent), max(least)) * 1.05);
    line(cost, "best", least, "optimum in hindsight");
    figure(line(cost, "own", spent, shown.policy()));
    figure(line(
        plot("Damping alpha*, mean over the tenants", 1), "own", shown.meanAlpha(), "mean alpha*"));
    List<Integer> telling = shown.telling(many ? TENANTS_OF_MANY : TENANTS);
    for (int tenant : telling) {
      tenant(tenant);
    }
    page.append("</section>\n");
    moves();
    return page.toString();
  }

  private void tenant(int tenant) {
    double[] sizes = course.sizes()[tenant];
    double top = Math.max(1.5, Math.min(TALLEST, max(sizes) * 1.08));
    Plot plot = plot(
        "Tenant " + course.tenants().get(tenant) + ": size relative to the promotion size", top);
    runs(course.dedicated()[tenant], (from, to) -> plot.band("tier", from, to, ""));
    plot.bands("tier", "in a dedicated shard key").level("level", 1, "promotion size");
    line(plot, "observed", sizes, "observed");
    line(plot, "damped", shown.damped()[tenant], "damped");
    runs(shown.optima().get(tenant).dedicated(), (from, to) -> plot.strip("beststrip", from, to));
    plot.strips("beststrip", "dedicated at optimum");
    for (Moved move : course.moves()) {
      if (move.tenant() == tenant) {
        boolean up = move.direction() == Direction.PROMOTE;
        plot.arrow(
            up ? "promote" : "demote",
            at[move.step()],
            up,
            time(move.step()) + " " + move.direction().label() + ": "
                + decision(move).reason().sentence());
      }
    }
    figure(plot);
  }

  private Plot plot(String title, double top) {
    return new Plot(title, time, Axis.upwards(top > 0 ? top : 1), 210);
  }

  /** A line through the values of the steps, of which no more are drawn than a page can show. */
  private Plot line(Plot plot, String kind, double[] values, String label) {
    int every = Math.max(1, values.length / MAX_POINTS);
    int points = (values.length + every - 1) / every;
    double[] xs = new double[points];
    double[] ys = new double[points];
    for (int i = 0; i < points; i++) {
      xs[i] = at[i * every];
      ys[i] = values[i * every];
    }
    return plot.line(kind, xs, ys, label);
  }

  /** Calls for each run of steps in which something holds, with the moments where it begins and ends. */
  private void runs(boolean[] holds, BiConsumer<Double, Double> each) {
    int begin = -1;
    for (int i = 0; i <= holds.length; i++) {
      boolean now = i < holds.length && holds[i];
      if (now && begin < 0) {
        begin = i;
      } else if (!now && begin >= 0) {
        each.accept(at[begin], at[i]);
        begin = -1;
      }
    }
  }

  private void figure(Plot plot) {
    page.append("<figure>").append(plot.svg()).append("</figure>\n");
  }

  private void moves() {
    int most = many ? MOVES_OF_MANY : MOVES;
    page.append("<section><h3>Decisions that moved</h3>\n");
    if (course.moves().isEmpty()) {
      page.append("<p>None.</p></section>\n");
      return;
    }
    page.append("<table><thead>")
        .append(
            Html.row("th", List.of("When", "Tenant", "Move", "Damped share", "Reason", "Gates")))
        .append("</thead><tbody>");
    course.moves().stream()
        .limit(most)
        .forEach(move -> page.append(Html.row(
            "td",
            List.of(
                time(move.step()),
                Html.text(course.tenants().get(move.tenant())),
                move.direction().label(),
                Html.number(decision(move).dampedMass(), 6),
                Html.text(decision(move).reason().label()),
                gates(decision(move).gates())))));
    page.append("</tbody></table>\n");
    if (course.moves().size() > most) {
      page.append("<p>The first ")
          .append(most)
          .append(" of ")
          .append(course.moves().size())
          .append(".</p>\n");
    }
    page.append("</section>\n");
  }

  /** The gates that carry a number of this tenant; the others are about the collection. */
  private static String gates(List<Gate> gates) {
    return gates.stream()
        .filter(gate -> List.of(
                "AccumulatedCost",
                "ShareAbovePromote",
                "ShareBelowDemote",
                "PointsAbovePromote",
                "PointsBelowDemote",
                "StabilizationWindow")
            .contains(gate.name()))
        .map(gate -> Html.text(gate.name() + ": " + gate.current())
            + "<br><span class=\"required\">required " + Html.text(gate.required()) + "</span>")
        .collect(Collectors.joining("<br>"));
  }

  /** What decided a move; a course that was played tells of each. */
  private static Decision decision(Moved move) {
    return Objects.requireNonNull(move.decision());
  }

  private String time(int step) {
    Duration since = course.timeline().between(0, step);
    boolean brief = course.timeline().usualStep().compareTo(Duration.ofMinutes(1)) < 0;
    return String.format(
            Locale.ROOT,
            "day %d %02d:%02d",
            since.toDays(),
            since.toHoursPart(),
            since.toMinutesPart())
        + (brief ? String.format(Locale.ROOT, ":%02d", since.toSecondsPart()) : "");
  }

  private static double max(double[] values) {
    return Arrays.stream(values).max().orElse(1);
  }
}
