package io.tierkeeper.cli.report;

import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.simulation.quality.Trajectory;
import io.tierkeeper.simulation.quality.Trajectory.Moved;
import io.tierkeeper.simulation.trace.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Draws one simulated course: tiers, cost and damping over time, and the tenants with the most moves. */
final class CoursePlots {
  private static final double MAX_SIZE = 12;

  /** More points than this no page can show. */
  private static final int MAX_POINTS = 380;

  private final ShownCourse shown;
  private final Trajectory course;
  private final Axis time;

  /** When each step begins, in the unit of the axis. */
  private final double[] at;

  private final List<Plot> plots = new ArrayList<>();

  private CoursePlots(ShownCourse shown) {
    this.shown = shown;
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

  /**
   * All plots of a course.
   *
   * @param tenants how many tenants have a plot of their own
   */
  static List<Plot> of(ShownCourse shown, CostBand costs, int tenants) {
    CoursePlots plots = new CoursePlots(shown);
    plots.collection(costs);
    shown.mostMoved(tenants).forEach(plots::tenant);
    return plots.plots;
  }

  private void collection(CostBand costs) {
    double[] now = shown.dedicated();
    double[] best = shown.dedicatedAtBest();
    double most = Math.max(max(now), max(best));
    Plot tiers = plot("Tenants with a dedicated shard key", Math.max(1, most * 1.1));
    line(tiers, "best", best, "optimum in hindsight");
    plots.add(line(tiers, "own", now, shown.policy()));
    double[] spent = shown.spent(costs);
    double[] least = shown.spentAtBest(costs);
    Plot cost = plot("Cumulative cost", Math.max(max(spent), max(least)) * 1.05);
    line(cost, "best", least, "optimum in hindsight");
    plots.add(line(cost, "own", spent, shown.policy()));
    plots.add(line(
        plot("Damping alpha*, mean over the tenants", 1), "own", shown.meanAlpha(), "mean alpha*"));
  }

  private void tenant(int tenant) {
    double[] sizes = course.sizes()[tenant];
    double top = Math.max(1.5, Math.min(MAX_SIZE, max(sizes) * 1.08));
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
            CourseSection.time(course, move) + " " + move.direction().label() + ": "
                + CourseSection.decision(move).reason().sentence());
      }
    }
    plots.add(plot);
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

  private static double max(double[] values) {
    return Arrays.stream(values).max().orElse(1);
  }
}
