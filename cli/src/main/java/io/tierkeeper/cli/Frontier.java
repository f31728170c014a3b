package io.tierkeeper.cli;

import io.tierkeeper.simulation.quality.FamilyFigures;
import io.tierkeeper.simulation.quality.PolicyFigures;
import io.tierkeeper.simulation.quality.RunFigures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What every policy must trade: time in the fallback above the promotion size against time in a shard key of its own below
 * it, over all families; as CSV and as SVG, whose axes are square roots, since most of it happens near zero.
 */
final class Frontier {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 460;
  private static final int LEFT = 70;
  private static final int RIGHT = 20;
  private static final int TOP = 50;
  private static final int BOTTOM = 60;
  private static final int COLOURS = 5;
  private static final double[] TICKS = {0, 0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1};

  private Frontier() {}

  private record Point(
      String family, String policy, double tooBig, double tooSmall, boolean rival) {}

  /** Writes frontier.csv and frontier.svg into a directory, which is made if it is not there. */
  static void write(Path directory, List<FamilyFigures> families) throws IOException {
    Files.createDirectories(directory);
    List<Point> points = new ArrayList<>();
    for (FamilyFigures family : families) {
      family.policies().forEach(policy -> points.add(point(family, policy, false)));
      family.rivals().forEach(policy -> points.add(point(family, policy, true)));
    }
    Files.writeString(directory.resolve("frontier.csv"), csv(points));
    Files.writeString(directory.resolve("frontier.svg"), svg(points));
  }

  private static Point point(FamilyFigures family, PolicyFigures policy, boolean rival) {
    return new Point(
        family.source().name(),
        policy.name(),
        policy.estimate(RunFigures::overInFallback).mean(),
        policy.estimate(RunFigures::belowInDedicated).mean(),
        rival);
  }

  private static String csv(List<Point> points) {
    StringBuilder csv = new StringBuilder(
        "family,policy,overPromotionSizeInFallback,belowPromotionSizeInDedicated\n");
    for (Point point : points) {
      csv.append(String.join(
              ",",
              point.family(),
              point.policy(),
              Double.toString(point.tooBig()),
              Double.toString(point.tooSmall())))
          .append('\n');
    }
    return csv.toString();
  }

  private static String svg(List<Point> points) {
    double most = points.stream()
        .mapToDouble(point -> Math.max(point.tooBig(), point.tooSmall()))
        .max()
        .orElse(1);
    double scale = Math.min(1, Math.max(0.01, most) * 1.05);
    List<String> policies = points.stream()
        .filter(point -> !point.rival())
        .map(Point::policy)
        .distinct()
        .toList();
    StringBuilder svg = new StringBuilder();
    svg.append(String.format(Locale.ROOT, """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="Time too big in the fallback against time too small in a dedicated shard">
        <style>
          text { font: 13px system-ui, sans-serif; fill: #222 }
          .axis { stroke: #888; stroke-width: 1 } .grid { stroke: #ddd }
          .rival { fill: #bbb } .p0 { fill: #0072b2 } .p1 { fill: #d55e00 } .p2 { fill: #009e73 } .p3 { fill: #cc79a7 } .p4 { fill: #e69f00 }
          .back { fill: #fff }
          @media (prefers-color-scheme: dark) { text { fill: #ddd } .back { fill: #16191d } .grid { stroke: #333 } .rival { fill: #666 } .p0 { fill: #56b4e9 } }
        </style>
        <rect class="back" width="%d" height="%d"/>
        """, WIDTH, HEIGHT, WIDTH, HEIGHT));
    for (double share : TICKS) {
      if (share > scale) {
        continue;
      }
      svg.append(String.format(
          Locale.ROOT,
          """
          <line class="grid" x1="%.1f" y1="%d" x2="%.1f" y2="%d"/><line class="grid" x1="%d" y1="%.1f" x2="%d" y2="%.1f"/>
          <text x="%.1f" y="%d" text-anchor="middle">%.0f %%</text><text x="%d" y="%.1f" text-anchor="end">%.0f %%</text>
          """,
          x(share, scale),
          TOP,
          x(share, scale),
          HEIGHT - BOTTOM,
          LEFT,
          y(share, scale),
          WIDTH - RIGHT,
          y(share, scale),
          x(share, scale),
          HEIGHT - BOTTOM + 18,
          share * 100,
          LEFT - 8,
          y(share, scale) + 4,
          share * 100));
    }
    for (boolean rivals : new boolean[] {true, false}) {
      for (Point point : points) {
        if (point.rival() == rivals) {
          svg.append(String.format(
              Locale.ROOT,
              "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%s\"><title>%s: %s</title></circle>\n",
              rivals ? "rival" : "p" + policies.indexOf(point.policy()) % COLOURS,
              x(point.tooBig(), scale),
              y(point.tooSmall(), scale),
              rivals ? "2.5" : "5",
              point.family(),
              point.policy()));
        }
      }
    }
    int legend = LEFT;
    for (String policy : policies) {
      svg.append(String.format(
          Locale.ROOT,
          "<circle class=\"p%d\" cx=\"%d\" cy=\"24\" r=\"5\"/><text x=\"%d\" y=\"28\">%s</text>\n",
          policies.indexOf(policy) % COLOURS,
          legend,
          legend + 10,
          policy));
      legend += 40 + 8 * policy.length();
    }
    if (points.stream().anyMatch(Point::rival)) {
      svg.append(String.format(
          Locale.ROOT,
          "<circle class=\"rival\" cx=\"%d\" cy=\"24\" r=\"3\"/><text x=\"%d\" y=\"28\">best rivals</text>\n",
          legend,
          legend + 10));
    }
    svg.append(String.format(
        Locale.ROOT,
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">time in the fallback above the promotion size</text>\n"
            + "<text transform=\"translate(18 %d) rotate(-90)\" text-anchor=\"middle\">time in a shard key of its own below it</text>\n</svg>\n",
        (LEFT + WIDTH - RIGHT) / 2,
        HEIGHT - 14,
        (TOP + HEIGHT - BOTTOM) / 2));
    return svg.toString();
  }

  private static double x(double share, double scale) {
    return LEFT + Math.sqrt(share / scale) * (WIDTH - RIGHT - LEFT);
  }

  private static double y(double share, double scale) {
    return HEIGHT - BOTTOM - Math.sqrt(share / scale) * (HEIGHT - BOTTOM - TOP);
  }
}
