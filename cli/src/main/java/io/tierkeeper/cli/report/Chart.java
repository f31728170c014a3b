package io.tierkeeper.cli.report;

import io.tierkeeper.simulation.trace.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A chart over time as inline SVG; its colours are the page's. */
final class Chart {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 210;
  private static final int LEFT = 52;
  private static final int RIGHT = 12;
  private static final int TOP = 26;
  private static final int BOTTOM = 34;
  private static final int MOST_TICKS = 6;

  /** More points than this no page can show. */
  private static final int MOST_POINTS = 380;

  /** What the horizontal axis counts. */
  private enum Unit {
    DAY(24 * 60),
    HOUR(60),
    MINUTE(1);

    private final double minutes;

    Unit(double minutes) {
      this.minutes = minutes;
    }

    /** The largest one of which there are at least two. */
    static Unit of(Timeline timeline) {
      for (Unit unit : values()) {
        if (unit.in(timeline) >= 2) {
          return unit;
        }
      }
      return MINUTE;
    }

    double in(Timeline timeline) {
      return timeline.days() * DAY.minutes / minutes;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final String title;
  private final Timeline timeline;
  private final double top;
  private final List<String> behind = new ArrayList<>();
  private final List<String> marks = new ArrayList<>();
  private final List<String> legend = new ArrayList<>();
  private int legendWidth;

  /**
   * An empty chart.
   *
   * @param timeline when the steps are whose values are drawn
   * @param top where the vertical axis ends; it begins at 0
   */
  Chart(String title, Timeline timeline, double top) {
    this.title = title;
    this.timeline = timeline;
    this.top = top > 0 ? top : 1;
  }

  /** Shades the steps in which something holds. */
  Chart shade(boolean[] holds, String kind, String label) {
    bars(holds, kind, TOP, HEIGHT - BOTTOM - TOP, behind);
    return entry("<rect class=\"" + kind + "\" width=\"14\" height=\"10\" y=\"-9\"/>", label);
  }

  /** A strip at the foot of the chart for the steps in which something holds. */
  Chart strip(boolean[] holds, String kind, String label) {
    bars(holds, kind, HEIGHT - BOTTOM - 5, 5, marks);
    return entry("<rect class=\"" + kind + "\" width=\"14\" height=\"5\" y=\"-6\"/>", label);
  }

  /** A bar for each run of steps in which something holds. */
  private void bars(boolean[] holds, String kind, int y, int height, List<String> into) {
    int begin = -1;
    for (int i = 0; i <= holds.length; i++) {
      boolean now = i < holds.length && holds[i];
      if (now && begin < 0) {
        begin = i;
      } else if (!now && begin >= 0) {
        double from = x(begin);
        double to = x(i);
        into.add("<rect class=\"" + kind + "\" x=\"" + n(from) + "\" y=\"" + y + "\" width=\""
            + n(Math.max(0.4, to - from)) + "\" height=\"" + height + "\"/>");
        begin = -1;
      }
    }
  }

  /** A line through the values of the steps; NaN interrupts it, and what is above the top is drawn at the top. */
  Chart line(double[] values, String kind, String label) {
    StringBuilder path = new StringBuilder();
    int every = Math.max(1, values.length / MOST_POINTS);
    boolean drawn = false;
    for (int i = 0; i < values.length; i += every) {
      if (Double.isNaN(values[i])) {
        drawn = false;
        continue;
      }
      path.append(drawn ? 'L' : 'M')
          .append(n(x(i)))
          .append(' ')
          .append(n(y(Math.min(top, values[i]))));
      drawn = true;
    }
    marks.add("<path class=\"" + kind + "\" d=\"" + path + "\"/>");
    return entry("<path class=\"" + kind + "\" d=\"M0-4H14\"/>", label);
  }

  /** A level over the whole width. */
  Chart level(double value, String label) {
    if (value <= top) {
      behind.add("<path class=\"level\" d=\"M" + LEFT + " " + n(y(value)) + "H" + (WIDTH - RIGHT)
          + "\"/>");
    }
    return entry("<path class=\"level\" d=\"M0-4H14\"/>", label);
  }

  /** A move: a triangle at the head of the chart that says more when it is pointed at. */
  Chart move(int step, boolean up, String explanation) {
    double x = x(step);
    String shape = up
        ? "M" + n(x - 5) + " " + (TOP + 9) + "L" + n(x + 5) + " " + (TOP + 9) + "L" + n(x) + " "
            + TOP
        : "M" + n(x - 5) + " " + TOP + "L" + n(x + 5) + " " + TOP + "L" + n(x) + " " + (TOP + 9);
    marks.add("<path class=\"" + (up ? "promote" : "demote") + "\" d=\"" + shape + "Z\"><title>"
        + Html.text(explanation) + "</title></path>");
    return this;
  }

  private Chart entry(String symbol, String label) {
    if (!label.isEmpty()) {
      legend.add("<g transform=\"translate(" + (LEFT + legendWidth) + " " + (HEIGHT - 4) + ")\">"
          + symbol + "<text x=\"19\">" + Html.text(label) + "</text></g>");
      legendWidth += 36 + 7 * label.length();
    }
    return this;
  }

  String svg() {
    StringBuilder svg = new StringBuilder();
    svg.append("<svg viewBox=\"0 0 ")
        .append(WIDTH)
        .append(' ')
        .append(HEIGHT + 4)
        .append("\" role=\"img\" aria-label=\"")
        .append(Html.text(title))
        .append("\">\n<text class=\"title\" x=\"")
        .append(LEFT)
        .append("\" y=\"15\">")
        .append(Html.text(title))
        .append("</text>\n");
    behind.forEach(each -> svg.append(each).append('\n'));
    double every = tick(top);
    for (double at = 0; at <= top * 1.0001; at += every) {
      svg.append("<path class=\"grid\" d=\"M")
          .append(LEFT)
          .append(' ')
          .append(n(y(at)))
          .append('H')
          .append(WIDTH - RIGHT)
          .append("\"/><text class=\"axis\" text-anchor=\"end\" x=\"")
          .append(LEFT - 6)
          .append("\" y=\"")
          .append(n(y(at) + 4))
          .append("\">")
          .append(label(at, every))
          .append("</text>\n");
    }
    Unit unit = Unit.of(timeline);
    double length = unit.in(timeline);
    double tickEvery = tick(length);
    for (double at = 0; at <= length * 1.0001; at += tickEvery) {
      svg.append("<text class=\"axis\" text-anchor=\"middle\" x=\"")
          .append(n(x(at / length)))
          .append("\" y=\"")
          .append(HEIGHT - BOTTOM + 14)
          .append("\">")
          .append(at == 0 ? unit.word() + " 0" : label(at, tickEvery))
          .append("</text>\n");
    }
    marks.forEach(each -> svg.append(each).append('\n'));
    legend.forEach(each -> svg.append(each).append('\n'));
    return svg.append("</svg>\n").toString();
  }

  /** 1, 2 or 5 times a power of ten, so that there are a few ticks. */
  private static double tick(double length) {
    double raw = length / MOST_TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double fraction = raw / power;
    return power * (fraction <= 1 ? 1 : fraction <= 2 ? 2 : fraction <= 5 ? 5 : 10);
  }

  private static String label(double value, double every) {
    return Html.number(value, every >= 1 ? 0 : every >= 0.1 ? 1 : every >= 0.01 ? 2 : 4);
  }

  private double x(int step) {
    return x(timeline.between(0, step).toMillis() / (double) timeline.whole().toMillis());
  }

  private static double x(double fraction) {
    return LEFT + fraction * (WIDTH - RIGHT - LEFT);
  }

  private double y(double value) {
    return HEIGHT - BOTTOM - value / top * (HEIGHT - BOTTOM - TOP);
  }

  private static String n(double value) {
    String text = Html.number(value, 1);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
