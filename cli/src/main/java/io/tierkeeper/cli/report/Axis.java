package io.tierkeeper.cli.report;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One axis of a {@link Plot}.
 *
 * @param label what it counts; empty where the title says so
 * @param min the least value, above 0 on a logarithmic scale
 * @param max the largest value; larger ones are drawn there
 * @param scale how values become positions
 * @param grid whether ticks have lines across the plot
 */
public record Axis(
    String label, double min, double max, Scale scale, boolean grid, List<Tick> ticks) {
  private static final int MAX_TICKS = 6;

  /** How far ticks of time may be apart. */
  private static final List<Duration> UNITS = List.of(
      Duration.ofSeconds(1),
      Duration.ofSeconds(5),
      Duration.ofSeconds(15),
      Duration.ofMinutes(1),
      Duration.ofMinutes(5),
      Duration.ofMinutes(15),
      Duration.ofHours(1),
      Duration.ofHours(3),
      Duration.ofHours(12),
      Duration.ofDays(1),
      Duration.ofDays(2),
      Duration.ofDays(7),
      Duration.ofDays(14),
      Duration.ofDays(30),
      Duration.ofDays(90),
      Duration.ofDays(365));

  /** How values become positions. */
  public enum Scale {
    LINEAR,
    /** Gives room to small values, 0 among them. */
    SQUARE_ROOT,
    LOGARITHMIC;

    double of(double value) {
      return switch (this) {
        case LINEAR -> value;
        case SQUARE_ROOT -> Math.sqrt(value);
        case LOGARITHMIC -> Math.log10(value);
      };
    }
  }

  /** A labelled value. */
  public record Tick(double value, String label) {}

  /** Counts across the plot, without grid; ticks are 1, 2 or 5 times a power of ten apart. */
  public static Axis across(String label, double min, double max) {
    return new Axis(label, min, max, Scale.LINEAR, false, linear(min, max));
  }

  /** Counts upwards from 0, with grid. */
  public static Axis upwards(double max) {
    return new Axis("", 0, max, Scale.LINEAR, true, linear(0, max));
  }

  /** Counts upwards between two values, with grid. */
  public static Axis between(double min, double max) {
    return new Axis("", min, max, Scale.LINEAR, true, linear(min, max));
  }

  private static List<Tick> linear(double min, double max) {
    double raw = (max - min) / MAX_TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double fraction = raw / power;
    double every = power * (fraction <= 1 ? 1 : fraction <= 2 ? 2 : fraction <= 5 ? 5 : 10);
    int decimals = every >= 1 ? 0 : every >= 0.1 ? 1 : every >= 0.01 ? 2 : 4;
    List<Tick> ticks = new ArrayList<>();
    for (double at = Math.ceil(min / every) * every; at <= max + every * 1e-4; at += every) {
      ticks.add(new Tick(at, String.format(Locale.ROOT, "%." + decimals + "f", at)));
    }
    return ticks;
  }

  /** Shares from 0 to {@code max}, at most 1, on a square-root scale. */
  public static Axis shares(String label, double max) {
    List<Tick> ticks = new ArrayList<>();
    for (double share : new double[] {0, 0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1}) {
      if (share <= max) {
        ticks.add(new Tick(share, String.format(Locale.ROOT, "%.0f %%", share * 100)));
      }
    }
    return new Axis(label, 0, max, Scale.SQUARE_ROOT, true, ticks);
  }

  /** Shares of one as percentages from 0, with grid. */
  public static Axis percentages(double max) {
    List<Tick> ticks = linear(0, max * 100).stream()
        .map(tick -> new Tick(tick.value() / 100, tick.label() + " %"))
        .toList();
    return new Axis("", 0, max, Scale.LINEAR, true, ticks);
  }

  /**
   * Moments in UTC, whose values are milliseconds since 1970; ticks are whole units of time apart, none where its label would
   * not fit.
   *
   * @param to after {@code from}
   */
  public static Axis instants(Instant from, Instant to) {
    long first = from.toEpochMilli();
    long last = to.toEpochMilli();
    long every = UNITS.stream()
        .map(Duration::toMillis)
        .filter(unit -> (last - first) / unit < MAX_TICKS + 1)
        .findFirst()
        .orElse(Math.max(1, (last - first) / MAX_TICKS));
    long day = Duration.ofDays(1).toMillis();
    DateTimeFormatter form = DateTimeFormatter.ofPattern(
            every >= day ? "yyyy-MM-dd" : every >= 60_000 ? "HH:mm" : "HH:mm:ss", Locale.ROOT)
        .withZone(ZoneOffset.UTC);
    List<Tick> ticks = new ArrayList<>();
    for (long at = Math.ceilDiv(first, every) * every;
        at <= last - (last - first) / 30;
        at += every) {
      Instant tick = Instant.ofEpochMilli(at);
      ticks.add(new Tick(
          at,
          every < day && at % day == 0
              ? DateTimeFormatter.ISO_LOCAL_DATE.withZone(ZoneOffset.UTC).format(tick)
              : form.format(tick)));
    }
    return new Axis("", first, last, Scale.LINEAR, false, List.copyOf(ticks));
  }

  /** Ratios from 1 on a logarithmic scale. */
  public static Axis ratios(double max) {
    List<Tick> ticks = new ArrayList<>();
    for (double ratio : new double[] {1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000}) {
      if (ratio <= max * 1.001) {
        ticks.add(new Tick(ratio, String.format(Locale.ROOT, "%.0f", ratio)));
      }
    }
    return new Axis("", 1, max, Scale.LOGARITHMIC, true, ticks);
  }

  /** Names from top to bottom; the first stands at {@code names.size() - 0.5}, the last at 0.5. */
  public static Axis names(List<String> names) {
    List<Tick> ticks = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      ticks.add(new Tick(names.size() - i - 0.5, names.get(i)));
    }
    return new Axis("", 0, names.size(), Scale.LINEAR, false, ticks);
  }

  /** Where a value stands, 0 at the beginning and 1 at the end. */
  double fraction(double value) {
    double least = scale.of(min);
    return (scale.of(Math.clamp(value, min, max)) - least) / (scale.of(max) - least);
  }
}
