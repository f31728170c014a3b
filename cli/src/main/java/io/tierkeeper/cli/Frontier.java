package io.tierkeeper.cli;

import io.tierkeeper.cli.report.Axis;
import io.tierkeeper.cli.report.Plot;
import io.tierkeeper.simulation.quality.FamilyFigures;
import io.tierkeeper.simulation.quality.PolicyFigures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The trade-off of every policy: time in the fallback above the promotion size against time in a dedicated shard key below
 * it, over all families; as CSV and as SVG with square-root axes, because most values are near zero.
 */
final class Frontier {
  private static final int HEIGHT = 460;
  private static final int COLOURS = 5;

  private Frontier() {}

  private record Point(
      String family, String policy, double tooBig, double tooSmall, boolean rival) {}

  /** Writes frontier.csv and frontier.svg into a directory, created if missing. */
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
        policy.estimate(run -> run.tiers().overInFallback()).mean(),
        policy.estimate(run -> run.tiers().belowInDedicated()).mean(),
        rival);
  }

  private static String csv(List<Point> points) {
    StringBuilder csv = new StringBuilder();
    Csv.rows(
        csv,
        List.of("family", "policy", "overPromotionSizeInFallback", "belowPromotionSizeInDedicated"),
        points.stream()
            .map(point -> List.of(point.family(), point.policy(), point.tooBig(), point.tooSmall()))
            .toList());
    return csv.toString();
  }

  private static String svg(List<Point> points) {
    double most = points.stream()
        .mapToDouble(point -> Math.max(point.tooBig(), point.tooSmall()))
        .max()
        .orElse(1);
    double max = Math.min(1, Math.max(0.01, most) * 1.05);
    List<String> policies = points.stream()
        .filter(point -> !point.rival())
        .map(Point::policy)
        .distinct()
        .toList();
    Plot plot = new Plot(
        "Time too big in the fallback against time too small in a dedicated shard key",
        Axis.shares("time in the fallback above the promotion size", max),
        Axis.shares("time in a dedicated shard key below it", max),
        HEIGHT);
    // Rivals lie below the policies.
    points.stream()
        .filter(Point::rival)
        .forEach(point -> plot.dot(
            "rival",
            point.tooBig(),
            point.tooSmall(),
            2.5,
            point.family() + ": " + point.policy()));
    points.stream()
        .filter(point -> !point.rival())
        .forEach(point -> plot.dot(
            colour(policies, point.policy()),
            point.tooBig(),
            point.tooSmall(),
            5,
            point.family() + ": " + point.policy()));
    policies.forEach(policy -> plot.dots(colour(policies, policy), policy));
    if (points.stream().anyMatch(Point::rival)) {
      plot.dots("rival", "best rivals");
    }
    return Plot.document(List.of(plot));
  }

  private static String colour(List<String> policies, String policy) {
    return "c" + policies.indexOf(policy) % COLOURS;
  }
}
