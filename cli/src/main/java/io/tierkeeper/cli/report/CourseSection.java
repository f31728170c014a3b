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
import java.util.stream.Collectors;

/** One course of a policy: tiers, cost and damping over time, the tenants that have most to tell, and its decisions. */
final class CourseSection {
  private static final long SHOWN_SEED = 1;
  private static final int TENANTS = 6;
  private static final int TENANTS_OF_MANY = 2;
  private static final int MOVES = 60;
  private static final int MOVES_OF_MANY = 12;
  private static final double TALLEST = 12;

  private final TraceSource source;
  private final CostBand costs;
  private final boolean many;
  private final ShownCourse shown;
  private final Course course;
  private final StringBuilder page = new StringBuilder();

  /** @param many whether it is one of many, so that each is told in less detail */
  CourseSection(Candidate candidate, TraceSource source, CostBand costs, boolean many) {
    this.source = source;
    this.costs = costs;
    this.many = many;
    shown = ShownCourse.of(candidate, source, SHOWN_SEED, costs);
    course = shown.course();
  }

  /** The whole section. */
  String html() {
    Timeline timeline = course.timeline();
    page.append("<section><h3>One course under ")
        .append(Html.text(shown.policy()))
        .append(source.seeded() ? " (seed " + SHOWN_SEED + ")" : "")
        .append("</h3>\n");
    double[] now = shown.dedicated();
    double[] best = shown.dedicatedAtBest();
    double most = Math.max(max(now), max(best));
    figure(new Chart("Tenants with a shard key of their own", timeline, Math.max(1, most * 1.1))
        .line(best, "best", "optimum in hindsight")
        .line(now, "own", shown.policy()));
    double[] spent = shown.spent(costs);
    double[] least = shown.spentAtBest(costs);
    figure(new Chart("Cost so far", timeline, Math.max(max(spent), max(least)) * 1.05)
        .line(least, "best", "optimum in hindsight")
        .line(spent, "own", shown.policy()));
    figure(new Chart("alpha*, the damping, averaged over the tenants", timeline, 1)
        .line(shown.meanAlpha(), "own", "mean alpha*"));
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
    Chart chart = new Chart(
            "Tenant " + course.tenants().get(tenant) + ": size relative to the promotion size",
            course.timeline(),
            top)
        .shade(course.dedicated()[tenant], "tier", "in a shard key of its own")
        .level(1, "promotion size")
        .line(sizes, "observed", "observed")
        .line(shown.damped()[tenant], "damped", "damped")
        .strip(shown.optima().get(tenant).dedicated(), "beststrip", "dedicated at best");
    for (Moved move : course.moves()) {
      if (move.tenant() == tenant) {
        chart.move(
            move.step(),
            move.direction() == Direction.PROMOTE,
            time(move.step()) + " " + move.direction().label() + ": "
                + decision(move).reason().sentence());
      }
    }
    figure(chart);
  }

  private void figure(Chart chart) {
    page.append("<figure>").append(chart.svg()).append("</figure>\n");
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
