package io.tierkeeper.cli.report;

import io.tierkeeper.audit.DecisionData;
import io.tierkeeper.audit.GateValue;
import io.tierkeeper.audit.MeasurementData;
import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.MoveStory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Draws the shares of tenants that moved against their thresholds, with their moves. */
final class TenantCharts {
  static final int MAX_CHARTS = 24;
  private static final int HEIGHT = 230;
  private static final int MAX_NAME = 60;

  private record Key(String source, String tenant) {}

  private final AuditScope scope;
  private final Map<Key, List<MoveStory>> moved = new LinkedHashMap<>();
  private final Map<Key, TenantSeries> series = new LinkedHashMap<>();
  private final int omitted;

  /** Charts of the tenants of these moves, which are in the order of time; the latest tenants where they are many. */
  TenantCharts(AuditScope scope, List<MoveStory> stories) {
    this.scope = scope;
    Set<Key> left = new HashSet<>();
    for (MoveStory story : stories.reversed()) {
      if (story.outcome() == MoveStory.Outcome.PLANNED) {
        continue;
      }
      Key key = new Key(story.source(), story.tenant());
      if (moved.size() < MAX_CHARTS || moved.containsKey(key)) {
        moved.computeIfAbsent(key, of -> new ArrayList<>()).addFirst(story);
        series.computeIfAbsent(key, of -> new TenantSeries());
      } else {
        left.add(key);
      }
    }
    omitted = left.size();
  }

  /** Takes in the next line. */
  void take(AuditLine line) {
    if (!scope.has(line.time())) {
      return;
    }
    if (line.data() instanceof MeasurementData data) {
      measured(line, data.top());
    } else if (line.data() instanceof DecisionData data) {
      TenantSeries of = series.get(new Key(line.source(), tenant(line)));
      if (of != null) {
        decided(of, line.time(), data);
      }
    }
  }

  private static String tenant(AuditLine line) {
    String tenant = AuditReading.tenant(line);
    return tenant == null ? "" : tenant;
  }

  private void measured(AuditLine line, MeasurementData.Top top) {
    for (Map.Entry<Key, TenantSeries> each : series.entrySet()) {
      int at = each.getKey().source().equals(line.source())
          ? top.tenants().indexOf(each.getKey().tenant())
          : -1;
      if (at >= 0) {
        each.getValue().tier(top.tiers().get(at));
        each.getValue()
            .add(line.time(), top.observedMass().get(at), top.dampedMass().get(at));
      }
    }
  }

  private static void decided(TenantSeries of, Instant time, DecisionData data) {
    for (DecisionData.Gate gate : data.gates()) {
      if (gate.required() instanceof GateValue.OfNumber(double required)) {
        switch (gate.name()) {
          case "ShareAbovePromote" -> of.promoteAbove(required);
          case "ShareBelowDemote" -> of.demoteBelow(required);
          default -> {
            // It compares something else than shares.
          }
        }
      }
    }
    of.tier(data.decision().from());
    of.add(time, data.observation().observedMass(), data.observation().dampedMass());
  }

  /** Tenants that moved and have no chart. */
  int omitted() {
    return omitted;
  }

  /** The charts, the tenant with the first move first. */
  List<Plot> plots(boolean several) {
    List<Plot> plots = new ArrayList<>();
    moved.forEach((key, stories) -> {
      Plot plot = plot(key, stories, several);
      if (plot != null) {
        plots.addFirst(plot);
      }
    });
    return plots;
  }

  private @Nullable Plot plot(Key key, List<MoveStory> stories, boolean several) {
    TenantSeries of = series.get(key);
    if (of == null || of.size() == 0) {
      return null;
    }
    double[] times = of.times();
    double[] promote = of.promote();
    double[] demote = of.demote();
    double top = max(List.of(of.observed(), of.damped(), promote, demote));
    Instant from = Instant.ofEpochMilli((long) times[0]);
    Instant to = Instant.ofEpochMilli((long) times[times.length - 1]);
    for (MoveStory story : stories) {
      from = scope.has(story.first()) && story.first().isBefore(from) ? story.first() : from;
      to = scope.has(story.last()) && story.last().isAfter(to) ? story.last() : to;
    }
    to = to.isAfter(from.plusSeconds(1)) ? to : from.plusSeconds(1);
    Plot plot = new Plot(
        "Share of " + (several ? Written.collection(key.source()) + " " : "")
            + Written.brief(key.tenant(), MAX_NAME) + ", from " + Written.time(from),
        Axis.instants(from, to),
        Axis.percentages(top > 0 ? top * 1.2 : 1),
        HEIGHT);
    bands(plot, times, of.dedicated(), to.toEpochMilli());
    plot.line("observed", times, of.observed(), "observed");
    plot.line("damped", times, of.damped(), "damped");
    threshold(plot, "promoteabove", times, promote, to.toEpochMilli(), "promote above");
    threshold(plot, "demotebelow", times, demote, to.toEpochMilli(), "demote below");
    plot.bands("tier", "dedicated shard key");
    for (MoveStory story : stories) {
      mark(plot, story);
    }
    plot.strips("running", "move");
    return plot;
  }

  private static void mark(Plot plot, MoveStory story) {
    Instant begun =
        story.milestone(MoveEvent.STARTED).map(MoveStory.At::time).orElse(story.first());
    boolean up = story.direction().equals("Promote");
    plot.strip("running", begun.toEpochMilli(), story.last().toEpochMilli());
    plot.arrow(
        up ? "promote" : "demote",
        begun.toEpochMilli(),
        up,
        Written.time(begun) + " " + Written.text(story.name()));
  }

  private static void bands(Plot plot, double[] times, boolean[] dedicated, double end) {
    double begin = Double.NaN;
    for (int i = 0; i < times.length; i++) {
      if (dedicated[i] && Double.isNaN(begin)) {
        begin = times[i];
      } else if (!dedicated[i] && !Double.isNaN(begin)) {
        plot.band("tier", begin, times[i], "");
        begin = Double.NaN;
      }
    }
    if (!Double.isNaN(begin)) {
      plot.band("tier", begin, end, "");
    }
  }

  /** A threshold holds until a decision has another. */
  private static void threshold(
      Plot plot, String kind, double[] times, double[] values, double end, String label) {
    if (Double.isNaN(values[values.length - 1])) {
      return;
    }
    double[] xs = new double[2 * times.length];
    double[] ys = new double[2 * times.length];
    for (int i = 0; i < times.length; i++) {
      xs[2 * i] = times[i];
      xs[2 * i + 1] = i + 1 < times.length ? times[i + 1] : end;
      ys[2 * i] = values[i];
      ys[2 * i + 1] = values[i];
    }
    plot.line(kind, xs, ys, label + " " + Written.number(values[values.length - 1] * 100) + " %");
  }

  private static double max(Collection<double[]> all) {
    return all.stream()
        .flatMapToDouble(Arrays::stream)
        .filter(value -> !Double.isNaN(value))
        .max()
        .orElse(0);
  }
}
