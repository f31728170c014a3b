package io.tierkeeper.cli.report;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.simulation.quality.Candidate;
import io.tierkeeper.simulation.quality.Estimate;
import io.tierkeeper.simulation.quality.FamilyFigures;
import io.tierkeeper.simulation.quality.Goal;
import io.tierkeeper.simulation.quality.PolicyFigures;
import io.tierkeeper.simulation.trace.TraceSource;
import java.util.ArrayList;
import java.util.List;

/**
 * A simulation as one page: inline SVG, no script, light and dark, and fit for printing. {@code simulation.jte} lays it
 * out and escapes its texts.
 *
 * @param families the figures, at least one
 * @param goals none where they were not evaluated
 * @param parts one for each family
 */
public record SimulationPage(
    List<FamilyFigures> families, List<Goal> goals, CostBand costs, List<Part> parts) {
  private static final int MAX_NAME = 17;

  /** What the page shows of a family. */
  public record Part(
      TraceSource source,
      Plot costs,
      FigureTable figures,
      FigureTable moves,
      CourseSection course) {}

  /**
   * The whole page.
   *
   * @param shown the policy whose tiers under the first seed are shown for each family, in the same order
   */
  public static String of(
      List<FamilyFigures> families, List<Candidate> shown, List<Goal> goals, CostBand costs) {
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < families.size(); i++) {
      FamilyFigures family = families.get(i);
      parts.add(new Part(
          family.source(),
          costs(family.policies()),
          FigureTable.of(family, family.policies()),
          FigureTable.ofMoves(family),
          CourseSection.of(shown.get(i), family.source(), costs, families.size() > 1)));
    }
    StringOutput page = new StringOutput();
    TemplateEngine.createPrecompiled(ContentType.Html)
        .render("simulation.jte", new SimulationPage(families, goals, costs, parts), page);
    return page.toString();
  }

  public boolean many() {
    return families.size() > 1;
  }

  public String title() {
    TraceSource source = families.getFirst().source();
    return many()
        ? "Decision quality of policies"
        : (source.seeded() ? "Scenario " : "Recorded trail ") + source.name();
  }

  /** How many seeds the figures stand on. */
  public String seeds() {
    FamilyFigures family = families.getFirst();
    int seeds = family.policies().getLast().runs().size();
    return !family.source().seeded()
        ? "on one recorded trail, so without a confidence interval"
        : seeds == 1
            ? "under one seed, so without a confidence interval"
            : "over " + seeds + " seeds";
  }

  /** Cost over optimum of each policy, with its interval. */
  private static Plot costs(List<PolicyFigures> policies) {
    double most =
        policies.stream().mapToDouble(policy -> end(policy.costRatio())).max().orElse(1);
    Plot plot = new Plot(
        "Cost over optimum",
        Axis.ratios(Math.max(Math.sqrt(10), most)),
        Axis.names(policies.stream().map(policy -> shortened(policy.name())).toList()),
        26 * policies.size() + 60);
    for (int i = 0; i < policies.size(); i++) {
      Estimate cost = policies.get(i).costRatio();
      double at = policies.size() - i - 0.5;
      plot.bar("bar", cost.mean(), at);
      if (cost.hasInterval()) {
        plot.interval("interval", cost.low(), cost.high(), at);
      }
    }
    return plot;
  }

  /** Where the bar of an estimate ends, or its interval. */
  private static double end(Estimate cost) {
    return cost.hasInterval() ? Math.max(cost.mean(), cost.high()) : cost.mean();
  }

  private static String shortened(String name) {
    return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME - 1) + "…";
  }
}
