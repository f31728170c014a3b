package io.tierkeeper.cli.report;

import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.governance.decision.Decision;
import io.tierkeeper.governance.decision.Gate;
import io.tierkeeper.simulation.quality.Candidate;
import io.tierkeeper.simulation.quality.Trajectory;
import io.tierkeeper.simulation.quality.Trajectory.Moved;
import io.tierkeeper.simulation.trace.TraceSource;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * What the page shows of one simulated course of a policy.
 *
 * @param moves the first decisions that moved a tenant
 * @param total how many there are
 */
public record CourseSection(String heading, List<Plot> plots, List<Row> moves, int total) {
  private static final long SHOWN_SEED = 1;
  private static final int TENANTS = 6;
  private static final int TENANTS_OF_MANY = 2;
  private static final int MOVES = 60;
  private static final int MOVES_OF_MANY = 12;

  /** The gates with a number of the tenant; the others are about the collection. */
  private static final Set<String> GATES_OF_TENANT = Set.of(
      "AccumulatedCost",
      "ShareAbovePromote",
      "ShareBelowDemote",
      "PointsAbovePromote",
      "PointsBelowDemote",
      "StabilizationWindow");

  /** A decision that moved a tenant. */
  public record Row(
      String when,
      String tenant,
      String direction,
      String dampedShare,
      String reason,
      List<Gate> gates) {}

  /** Simulates a course; {@code many} shows less of it, because it is one of many. */
  static CourseSection of(Candidate candidate, TraceSource source, CostBand costs, boolean many) {
    ShownCourse shown = ShownCourse.of(candidate, source, SHOWN_SEED, costs);
    Trajectory course = shown.course();
    return new CourseSection(
        "Simulation of " + shown.policy() + (source.seeded() ? " (seed " + SHOWN_SEED + ")" : ""),
        CoursePlots.of(shown, costs, many ? TENANTS_OF_MANY : TENANTS),
        course.moves().stream()
            .limit(many ? MOVES_OF_MANY : MOVES)
            .map(move -> row(course, move))
            .toList(),
        course.moves().size());
  }

  private static Row row(Trajectory course, Moved move) {
    Decision decision = decision(move);
    return new Row(
        time(course, move),
        course.tenants().get(move.tenant()),
        move.direction().label(),
        String.format(Locale.ROOT, "%.6f", decision.dampedMass()),
        decision.reason().label(),
        decision.gates().stream()
            .filter(gate -> GATES_OF_TENANT.contains(gate.name()))
            .toList());
  }

  /** The decision behind a move, which a simulated course always has. */
  static Decision decision(Moved move) {
    return Objects.requireNonNull(move.decision());
  }

  static String time(Trajectory course, Moved move) {
    Duration since = course.timeline().between(0, move.step());
    boolean brief = course.timeline().usualStep().compareTo(Duration.ofMinutes(1)) < 0;
    return String.format(
            Locale.ROOT,
            "day %d %02d:%02d",
            since.toDays(),
            since.toHoursPart(),
            since.toMinutesPart())
        + (brief ? String.format(Locale.ROOT, ":%02d", since.toSecondsPart()) : "");
  }
}
