package io.tierkeeper.cli.report;

import io.tierkeeper.audit.MeasurementData;
import io.tierkeeper.audit.MeasurementData.Summary;
import io.tierkeeper.governance.Coherence;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How the masses of a collection changed from the first to the last measurement line of a report.
 *
 * @param collection such as {@code data/kb}
 * @param period from the first line to the last
 * @param coherence product over the lines after the first
 * @param measurements number of the lines
 * @param numbers of the whole collection
 * @param tenants those whose shares changed most
 * @param omitted number of other tenants
 */
public record MassSection(
    String collection,
    String period,
    String coherence,
    String measurements,
    List<Row> numbers,
    List<Row> tenants,
    int omitted) {

  private static final int MAX_ROWS = 20;
  private static final int MAX_TENANTS = 2_000;

  /**
   * A number at the first line and at the last.
   *
   * @param erosion relative change, such as {@code -13.5 %}
   * @param points from and to, of a tenant
   */
  public record Row(String label, String first, String last, String erosion, String points) {}

  /** The lines of one collection, of which the first and the last are kept. */
  static final class Reading {
    private final Map<String, Tenant> tenants = new LinkedHashMap<>();
    private final Predicate<String> shown;
    private @Nullable Line first;
    private @Nullable Line last;
    private double coherence = 1;
    private long measurements;

    /** @param shown which tenants are of interest */
    Reading(Predicate<String> shown) {
      this.shown = shown;
    }

    void take(Instant time, MeasurementData data) {
      Line line = new Line(time, data.totalPoints(), data.summary());
      if (first == null) {
        first = line;
      } else {
        coherence *= data.summary().coherence();
      }
      last = line;
      measurements++;
      MeasurementData.Top top = data.top();
      for (int i = 0; i < top.tenants().size(); i++) {
        String name = top.tenants().get(i);
        double mass = top.dampedMass().get(i);
        long points = top.points().get(i);
        Tenant known = tenants.get(name);
        if (known != null) {
          tenants.put(name, new Tenant(known.first, mass, known.firstPoints, points));
        } else if (shown.test(name) && tenants.size() < MAX_TENANTS) {
          tenants.put(name, new Tenant(mass, mass, points, points));
        }
      }
    }

    /** What it comes to; null where there was no measurement. */
    @Nullable
    MassSection section(String collection) {
      Line from = first;
      Line to = last;
      if (from == null || to == null) {
        return null;
      }
      List<Row> rows = tenants.entrySet().stream()
          .sorted(Comparator.<Map.Entry<String, Tenant>>comparingDouble(
                  entry -> Math.abs(entry.getValue().last - entry.getValue().first))
              .reversed()
              .thenComparing(Map.Entry::getKey))
          .limit(MAX_ROWS)
          .map(entry -> entry.getValue().row(entry.getKey()))
          .toList();
      return new MassSection(
          collection,
          Written.time(from.time) + " to " + Written.time(to.time),
          Written.share(coherence),
          Written.count(measurements),
          List.of(
              new Row(
                  "Points",
                  Written.count(from.points),
                  Written.count(to.points),
                  erosion((double) from.points, (double) to.points),
                  ""),
              row(
                  "Effective tenants",
                  from.summary.effectiveTenants(),
                  to.summary.effectiveTenants()),
              row("Share in the fallback", from.summary.warmMass(), to.summary.warmMass()),
              row("Share in dedicated shard keys", from.summary.hotMass(), to.summary.hotMass())),
          rows,
          tenants.size() - rows.size());
    }
  }

  private record Line(Instant time, long points, Summary summary) {}

  private record Tenant(double first, double last, long firstPoints, long lastPoints) {
    Row row(String name) {
      return new Row(
          Written.text(name),
          Written.share(first),
          Written.share(last),
          erosion(first, last),
          Written.count(firstPoints) + " to " + Written.count(lastPoints));
    }
  }

  /** A line of the first release does not have every number. */
  private static Row row(String label, @Nullable Double first, @Nullable Double last) {
    return new Row(
        label,
        first == null ? "-" : Written.share(first),
        last == null ? "-" : Written.share(last),
        first == null || last == null ? "-" : erosion(first, last),
        "");
  }

  private static String erosion(double first, double last) {
    return first > 0
        ? String.format(Locale.ROOT, "%+.1f %%", 100 * Coherence.erosion(first, last))
        : "-";
  }
}
