package io.tierkeeper.cli.report;

import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.simulation.quality.Candidate;
import io.tierkeeper.simulation.quality.Estimate;
import io.tierkeeper.simulation.quality.FamilyFigures;
import io.tierkeeper.simulation.quality.Goal;
import io.tierkeeper.simulation.quality.PolicyFigures;
import io.tierkeeper.simulation.trace.Numbers;
import io.tierkeeper.simulation.trace.TraceSource;
import java.util.List;

/** A simulation as one page: inline SVG, no script, light and dark, and fit for printing. */
public final class SimulationPage {
  private final CostBand costs;
  private final boolean many;
  private final StringBuilder page = new StringBuilder();

  private SimulationPage(CostBand costs, boolean many) {
    this.costs = costs;
    this.many = many;
  }

  /**
   * The whole page.
   *
   * @param families what the judge says, at least one
   * @param shown the policy whose course under the first seed is shown for each family, in the same order
   * @param goals none where they were not judged
   */
  public static String of(
      List<FamilyFigures> families, List<Candidate> shown, List<Goal> goals, CostBand costs) {
    return new SimulationPage(costs, families.size() > 1).write(families, shown, goals);
  }

  private String write(List<FamilyFigures> families, List<Candidate> shown, List<Goal> goals) {
    String title = many
        ? "Decision quality of policies"
        : (families.getFirst().source().seeded() ? "Scenario " : "Recorded trail ")
            + families.getFirst().source().name();
    page.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
        .append(Html.text(title))
        .append("</title>\n<style>\n")
        .append(STYLE)
        .append("</style></head><body><main>\n<h1>")
        .append(Html.text(title))
        .append("</h1>\n<p>Cost relative to the cheapest sequence of tiers in hindsight, ")
        .append(seeds(families.getFirst()))
        .append(
            ". A tenant in the fallback costs its relative excess over the promotion size, at most 5; in a")
        .append(" shard key of its own what it falls short of it; a promotion costs ")
        .append(Html.number(costs.promotionCost(), 0))
        .append(", a demotion ")
        .append(Html.number(costs.demotionCost(), 0))
        .append(
            ". The unit is a quarter of an hour at twice the promotion size. Too big is the time")
        .append(
            " in the fallback above that size, too small the time in a shard key of its own below")
        .append(" it; flaps are moves within 24 hours of the opposite one.</p>\n");
    if (!goals.isEmpty()) {
      goals(goals);
    }
    if (many) {
      overview(families);
    }
    for (int i = 0; i < families.size(); i++) {
      family(families.get(i), shown.get(i));
    }
    return page.append("</main></body></html>\n").toString();
  }

  private void goals(List<Goal> goals) {
    page.append("<section><h2>Goals</h2><table><thead>")
        .append(Html.row("th", List.of("Met", "Goal", "Measured")))
        .append("</thead><tbody>");
    goals.forEach(goal -> page.append(Html.row(
        "td",
        List.of(
            goal.met() ? "<b class=\"good\">yes</b>" : "<b class=\"bad\">no</b>",
            Html.text(goal.text()),
            Html.text(goal.measured())))));
    page.append("</tbody></table></section>\n");
  }

  private void overview(List<FamilyFigures> families) {
    List<String> names =
        families.getFirst().policies().stream().map(PolicyFigures::name).toList();
    page.append(
        "<section><h2>Cost over optimum, family by family</h2><table class=\"numbers\"><thead><tr><th>Family</th>");
    names.forEach(name -> page.append("<th>").append(Html.text(name)).append("</th>"));
    page.append("</tr></thead><tbody>");
    for (FamilyFigures family : families) {
      page.append("<tr><td><a href=\"#")
          .append(Html.text(family.source().name()))
          .append("\">")
          .append(Html.text(family.source().name()))
          .append("</a></td>");
      family
          .policies()
          .forEach(policy -> page.append("<td>")
              .append(Html.number(policy.costRatio().mean(), 2))
              .append("</td>"));
      page.append("</tr>\n");
    }
    page.append("</tbody></table></section>\n");
  }

  private void family(FamilyFigures family, Candidate shown) {
    TraceSource source = family.source();
    page.append("<section id=\"")
        .append(Html.text(source.name()))
        .append("\">")
        .append(many ? "<h2>" + Html.text(source.name()) + "</h2>" : "")
        .append("\n<p>")
        .append(Html.text(source.description()))
        .append(" ")
        .append(source.tenants())
        .append(" tenants, ")
        .append(Html.text(source.extent()))
        .append(", promotion share ")
        .append(Numbers.plain(source.promotionShare()))
        .append(".</p>\n");
    bars(family);
    figures(family);
    page.append("</section>\n");
    page.append(new CourseSection(shown, source, costs, many).html());
  }

  /** Cost over optimum of each policy on a logarithmic scale, with its interval. */
  private void bars(FamilyFigures family) {
    List<PolicyFigures> policies = family.policies();
    double most =
        policies.stream().mapToDouble(policy -> end(policy.costRatio())).max().orElse(1);
    Axis ratios = Axis.ratios(Math.max(3.2, most));
    Axis names =
        Axis.names(policies.stream().map(policy -> shortened(policy.name())).toList());
    Plot plot = new Plot("Cost over optimum", ratios, names, 26 * policies.size() + 60);
    for (int i = 0; i < policies.size(); i++) {
      Estimate cost = policies.get(i).costRatio();
      double at = policies.size() - i - 0.5;
      plot.bar("bar", cost.mean(), at);
      if (cost.hasInterval()) {
        plot.interval("interval", cost.low(), cost.high(), at);
      }
    }
    page.append(plot.svg());
  }

  /** Where the bar of an estimate ends, or its interval. */
  private static double end(Estimate cost) {
    return cost.hasInterval() ? Math.max(cost.mean(), cost.high()) : cost.mean();
  }

  private static String seeds(FamilyFigures family) {
    int seeds = family.policies().getLast().runs().size();
    return !family.source().seeded()
        ? "on what was recorded once, so without a confidence interval"
        : seeds == 1
            ? "under one seed, so without a confidence interval"
            : "over " + seeds + " seeds";
  }

  private static String shortened(String name) {
    return name.length() <= 17 ? name : name.substring(0, 16) + "…";
  }

  private void figures(FamilyFigures family) {
    table(FigureTable.of(family, family.policies()));
    FigureTable moves = FigureTable.ofMoves(family);
    if (!moves.rows().isEmpty()) {
      page.append(
              "<p>Moves made by the real engine in an emulated Qdrant, in virtual time; the course")
          .append(" below is drawn as if each took effect at once:</p>\n");
      table(moves);
    }
  }

  private void table(FigureTable figures) {
    page.append("<table class=\"numbers\"><thead>")
        .append(Html.row("th", figures.headings().stream().map(Html::text).toList()))
        .append("</thead><tbody>");
    figures
        .rows()
        .forEach(row -> page.append(Html.row("td", row.stream().map(Html::text).toList())));
    page.append("</tbody></table>\n");
  }

  private static final String STYLE = """
      :root { color-scheme: light dark; --ink: #1d2126; --soft: #5d6670; --back: #fff; --line: #dfe3e8; --own: #0063b1;
        --best: #c05600; --tier: #0063b11f; --good: #0a7a3d; --bad: #b3261e }
      @media (prefers-color-scheme: dark) { :root { --ink: #e4e7eb; --soft: #a2abb5; --back: #15181c; --line: #333a42;
        --own: #6cb6ff; --best: #ffa657; --tier: #6cb6ff2b; --good: #56d38a; --bad: #ff8a80 } }
      body { margin: 0; background: var(--back); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
      main { max-width: 860px; margin: 0 auto; padding: 24px 16px 64px }
      h1 { font-size: 1.7rem; margin: 0 0 .5rem } h2 { font-size: 1.3rem; margin: 2.5rem 0 .5rem }
      h3 { font-size: 1.05rem; margin: 1.6rem 0 .4rem } p { max-width: 46rem }
      a { color: var(--own) }
      table { border-collapse: collapse; width: 100%; font-size: .84rem; font-variant-numeric: tabular-nums; margin: .6rem 0 }
      th, td { text-align: left; padding: 4px 10px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top }
      th { color: var(--soft); font-weight: 600 }
      .numbers th { white-space: normal !important }
      .numbers td:not(:first-child), .numbers th:not(:first-child) { text-align: right; white-space: nowrap }
      td:first-child { white-space: nowrap } .required { color: var(--soft) }
      .good { color: var(--good) } .bad { color: var(--bad) }
      figure { margin: .8rem 0 } svg { display: block; width: 100%; height: auto }
      svg text { font: 12px system-ui, sans-serif; fill: var(--ink) } svg .title { font-weight: 600; font-size: 13px }
      svg .axis { fill: var(--soft); font-size: 11px } svg path { fill: none }
      .grid { stroke: var(--line) } .level { stroke: var(--soft); stroke-dasharray: 4 3 }
      .own, .damped { stroke: var(--own); stroke-width: 1.6 } .best { stroke: var(--best); stroke-width: 1.6 }
      .observed { stroke: var(--soft); stroke-width: 1 } .tier { fill: var(--tier) } .beststrip { fill: var(--best) }
      svg path.promote { fill: var(--good) } svg path.demote { fill: var(--bad) }
      .bar { fill: var(--own); opacity: .75 } .interval { stroke: var(--ink) }
      @media (max-width: 700px) { table { display: block; overflow-x: auto } }
      @media print { :root { color-scheme: light; --ink: #000; --soft: #444; --back: #fff; --line: #ccc; --own: #00508f;
        --best: #a04800; --tier: #00508f1f; --good: #07602f; --bad: #8f1d16 } main { max-width: none; padding: 0 }
        figure, tr { break-inside: avoid } h2, h3 { break-after: avoid } body { font-size: 11pt } }
      """;
}
