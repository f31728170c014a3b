package io.tierkeeper.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A plot as SVG: two axes, marks, and a legend. Every {@code kind} is a class of the style sheet, which is the page's
 * for {@link #svg} and brought along by {@link #document}.
 */
public final class Plot {
  public static final int WIDTH = 760;
  private static final int RIGHT = 16;
  private static final int TOP = 26;
  private static final int BOTTOM = 34;
  private static final int STRIP = 5;

  /** The style of plots that are files: series are {@code c0} to {@code c4}. */
  private static final String STYLE = """
      <style>
      text { font: 12px system-ui, sans-serif; fill: #222 } .title { font-weight: 600; font-size: 13px }
      .axis { fill: #666; font-size: 11px } path { fill: none; stroke-width: 2 } path.grid { stroke: #8884; stroke-width: 1 }
      .back { fill: #fff } .rival { fill: #bbb } .band { fill: #0072b222 }
      .c0 { fill: #0072b2; stroke: #0072b2 } .c1 { fill: #d55e00; stroke: #d55e00 } .c2 { fill: #009e73; stroke: #009e73 }
      .c3 { fill: #cc79a7; stroke: #cc79a7 } .c4 { fill: #e69f00; stroke: #e69f00 } path.dashed { stroke-dasharray: 5 3 }
      path.c0, path.c1, path.c2, path.c3, path.c4 { fill: none } circle { stroke: none } .event { stroke: #c62828 }
      @media (prefers-color-scheme: dark) { text { fill: #ddd } .axis { fill: #aaa } .back { fill: #16191d }
        .rival { fill: #666 } .band { fill: #56b4e933 } .c0 { fill: #56b4e9; stroke: #56b4e9 } .event { stroke: #ff6b6b } }
      </style>
      """;

  private final String title;
  private final Axis x;
  private final Axis y;
  private final int height;
  private final int left;
  private final List<String> behind = new ArrayList<>();
  private final List<String> marks = new ArrayList<>();
  private final StringBuilder legend = new StringBuilder();
  private int legendWidth;

  /**
   * An empty plot.
   *
   * @param height of all of it, with title and legend
   */
  public Plot(String title, Axis x, Axis y, int height) {
    this.title = title;
    this.x = x;
    this.y = y;
    this.height = height;
    int widest =
        y.ticks().stream().mapToInt(tick -> tick.label().length()).max().orElse(0);
    left = Math.max(52, 7 * widest + 10) + (y.label().isEmpty() ? 0 : 22);
  }

  /** A line; NaN interrupts it. Both arrays have the same length. */
  public Plot line(String kind, double[] xs, double[] ys, String label) {
    StringBuilder path = new StringBuilder();
    boolean drawn = false;
    for (int i = 0; i < xs.length; i++) {
      if (Double.isNaN(ys[i])) {
        drawn = false;
        continue;
      }
      path.append(drawn ? 'L' : 'M').append(x(xs[i])).append(' ').append(y(ys[i]));
      drawn = true;
    }
    marks.add(path(kind, path.toString()));
    return legend(path(kind, "M0-4H14"), label);
  }

  /** A dot; {@code tip} appears when it is pointed at. */
  public Plot dot(String kind, double at, double value, double radius, String tip) {
    marks.add("<circle class=\"" + kind + "\" cx=\"" + x(at) + "\" cy=\"" + y(value) + "\" r=\""
        + number(radius) + "\">" + tip(tip) + "</circle>");
    return this;
  }

  /** An entry of the legend for dots. */
  public Plot dots(String kind, String label) {
    return legend("<circle class=\"" + kind + "\" cx=\"7\" cy=\"-4\" r=\"5\"/>", label);
  }

  /** Shades a range of x over the whole height. */
  public Plot band(String kind, double from, double to, String tip) {
    behind.add(rectangle(kind, from, to, TOP, bottom() - TOP, tip));
    return this;
  }

  /** A horizontal bar from the beginning of the axis, 14 pixels thick. */
  public Plot bar(String kind, double to, double at) {
    marks.add(rectangle(kind, x.min(), to, yPixels(at) - 7, 14, ""));
    return this;
  }

  /** A horizontal interval with ends. */
  public Plot interval(String kind, double from, double to, double at) {
    String ends = " " + number(yPixels(at) - 4) + "v8";
    marks.add(path(
        kind,
        "M" + x(from) + " " + y(at) + "H" + x(to) + "M" + x(from) + ends + "M" + x(to) + ends));
    return this;
  }

  /** An entry of the legend for bands. */
  public Plot bands(String kind, String label) {
    return legend("<rect class=\"" + kind + "\" width=\"14\" height=\"10\" y=\"-9\"/>", label);
  }

  /** Marks a range of x at the foot of the plot. */
  public Plot strip(String kind, double from, double to) {
    marks.add(rectangle(kind, from, to, bottom() - STRIP, STRIP, ""));
    return this;
  }

  /** An entry of the legend for strips. */
  public Plot strips(String kind, String label) {
    return legend(
        "<rect class=\"" + kind + "\" width=\"14\" height=\"" + STRIP + "\" y=\"-6\"/>", label);
  }

  /** A level over the whole width. */
  public Plot level(String kind, double value, String label) {
    if (value <= y.max()) {
      behind.add(path(kind, "M" + left + " " + y(value) + "H" + (WIDTH - RIGHT)));
    }
    return legend(path(kind, "M0-4H14"), label);
  }

  /** A moment: a line over the whole height with a text next to it. */
  public Plot event(String kind, double at, String text) {
    marks.add(path(kind, "M" + x(at) + " " + TOP + "V" + bottom()));
    boolean late = x.fraction(at) > 0.7;
    marks.add(text("note", late ? "end" : "start", xPixels(at) + (late ? -6 : 6), TOP + 14, text));
    return this;
  }

  /** A triangle at the head of the plot that points up or down. */
  public Plot arrow(String kind, double at, boolean up, String tip) {
    double middle = xPixels(at);
    int base = up ? TOP + 9 : TOP;
    int peak = up ? TOP : TOP + 9;
    marks.add("<path class=\"" + kind + "\" d=\"M" + number(middle - 5) + " " + base + "H"
        + number(middle + 5) + "L" + number(middle) + " " + peak + "Z\">" + tip(tip) + "</path>");
    return this;
  }

  private Plot legend(String symbol, String label) {
    if (!label.isEmpty()) {
      legend.append("<g transform=\"translate(" + (left + legendWidth) + " " + (height - 4) + ")\">"
          + symbol + "<text x=\"19\">" + escape(label) + "</text></g>\n");
      legendWidth += 34 + 13 * label.length() / 2;
    }
    return this;
  }

  /** An element for a page. */
  public String svg() {
    return "<svg viewBox=\"0 0 " + WIDTH + " " + (height + 4) + "\" role=\"img\" aria-label=\""
        + escape(title) + "\">\n" + content() + "</svg>\n";
  }

  /** A file with some plots, one below the other. */
  public static String document(List<Plot> plots) {
    StringBuilder body = new StringBuilder();
    int top = 0;
    for (Plot plot : plots) {
      body.append("<g transform=\"translate(0 " + top + ")\">\n" + plot.content() + "</g>\n");
      top += plot.height + 10;
    }
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + WIDTH + " " + top
        + "\" role=\"img\" aria-label=\"" + escape(plots.getFirst().title) + "\">\n" + STYLE
        + "<rect class=\"back\" width=\"" + WIDTH + "\" height=\"" + top + "\"/>\n" + body
        + "</svg>\n";
  }

  private String content() {
    StringBuilder svg = new StringBuilder();
    svg.append(text("title", "start", left, 15, title));
    behind.forEach(each -> svg.append(each).append('\n'));
    for (Axis.Tick tick : y.ticks()) {
      double at = yPixels(tick.value());
      if (y.grid()) {
        svg.append(path("grid", "M" + left + " " + number(at) + "H" + (WIDTH - RIGHT)));
      }
      svg.append(text("axis", "end", left - 6, at + 4, tick.label()));
    }
    for (Axis.Tick tick : x.ticks()) {
      double at = xPixels(tick.value());
      if (x.grid()) {
        svg.append(path("grid", "M" + number(at) + " " + TOP + "V" + bottom()));
      }
      svg.append(text("axis", "middle", at, bottom() + 14, tick.label()));
    }
    svg.append(text("axis", "end", WIDTH - RIGHT, height - 4, x.label()));
    if (!y.label().isEmpty()) {
      svg.append("<text class=\"axis\" text-anchor=\"middle\" transform=\"translate(18 "
          + (TOP + bottom()) / 2 + ") rotate(-90)\">" + escape(y.label()) + "</text>\n");
    }
    marks.forEach(each -> svg.append(each).append('\n'));
    return svg.append(legend).toString();
  }

  private int bottom() {
    return height - BOTTOM;
  }

  private double xPixels(double value) {
    return left + x.fraction(value) * (WIDTH - RIGHT - left);
  }

  private double yPixels(double value) {
    return bottom() - y.fraction(value) * (bottom() - TOP);
  }

  private String x(double value) {
    return number(xPixels(value));
  }

  private String y(double value) {
    return number(yPixels(value));
  }

  private String rectangle(String kind, double from, double to, double top, int tall, String tip) {
    double width = Math.max(0.4, xPixels(to) - xPixels(from));
    return "<rect class=\"" + kind + "\" x=\"" + x(from) + "\" y=\"" + number(top) + "\" width=\""
        + number(width) + "\" height=\"" + tall + "\">" + tip(tip) + "</rect>";
  }

  private static String path(String kind, String shape) {
    return "<path class=\"" + kind + "\" d=\"" + shape + "\"/>";
  }

  private static String text(String kind, String anchor, double x, double y, String words) {
    return words.isEmpty()
        ? ""
        : "<text class=\"" + kind + "\" text-anchor=\"" + anchor + "\" x=\"" + number(x) + "\" y=\""
            + number(y) + "\">" + escape(words) + "</text>\n";
  }

  private static String tip(String text) {
    return text.isEmpty() ? "" : "<title>" + escape(text) + "</title>";
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** One decimal, none where it is 0; a tenth of a pixel shows nowhere. */
  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
