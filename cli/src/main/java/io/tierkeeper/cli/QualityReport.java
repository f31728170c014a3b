package io.tierkeeper.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.simulation.quality.Candidates;
import io.tierkeeper.simulation.quality.Estimate;
import io.tierkeeper.simulation.quality.FamilyFigures;
import io.tierkeeper.simulation.quality.Goal;
import io.tierkeeper.simulation.quality.PolicyFigures;
import io.tierkeeper.simulation.quality.RunFigures;
import io.tierkeeper.simulation.trace.Scenario;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Prints what the judge says of policies.
 *
 * @param families at least one, all with the same seeds
 * @param goals the goals of decision quality; none where not all families were played
 */
record QualityReport(List<FamilyFigures> families, List<Goal> goals) {
  private static final String BEST_RIVAL = "best-of-180 (";

  /** A column of every format. */
  private record Column(String name, Function<PolicyFigures, Double> value) {}

  private static final List<Column> COLUMNS = List.of(
      new Column("costRatio", policy -> policy.costRatio().mean()),
      new Column("costRatioLow", policy -> policy.costRatio().low()),
      new Column("costRatioHigh", policy -> policy.costRatio().high()),
      new Column("worstTenantRatio", PolicyFigures::worstTenantRatio),
      new Column("movesPerTenantDay", policy -> policy.movesPerTenantDay().mean()),
      new Column(
          "flapsPer1000TenantDays", policy -> policy.flapsPer1000TenantDays().mean()),
      new Column(
          "optimumMovesPerTenantDay",
          policy -> policy.optimumMovesPerTenantDay().mean()),
      mean("optimumFlapsPer1000TenantDays", run -> 1000 * run.optimumFlaps() / run.tenantDays()),
      mean("overPromotionSizeInFallback", RunFigures::overInFallback),
      mean("belowPromotionSizeInDedicated", RunFigures::belowInDedicated),
      mean("meanDedicated", RunFigures::meanDedicated),
      mean("peakDedicated", RunFigures::peakDedicated),
      mean("movedPointsPerPointDay", RunFigures::movedPoints));

  private static Column mean(String name, java.util.function.ToDoubleFunction<RunFigures> figure) {
    return new Column(name, policy -> policy.estimate(figure).mean());
  }

  private int seeds() {
    return families.getFirst().policies().getFirst().runs().size();
  }

  /** The policies, and behind them the best rival in hindsight. */
  private static List<PolicyFigures> rows(FamilyFigures family) {
    List<PolicyFigures> rows = new ArrayList<>(family.policies());
    PolicyFigures best = family.bestInHindsight();
    if (best != null) {
      rows.add(new PolicyFigures(BEST_RIVAL + best.name() + ")", best.runs()));
    }
    return rows;
  }

  void table(PrintWriter out) {
    for (FamilyFigures family : families) {
      Scenario scenario = family.scenario();
      out.println(scenario.name() + ": " + scenario.description());
      out.println(String.format(
          Locale.ROOT,
          "  %d tenants, %s days of %d minutes, promotion share %s, %d seeds",
          scenario.tenants(),
          plain(scenario.days()),
          scenario.step().toMinutes(),
          plain(scenario.promotionShare()),
          seeds()));
      Table table = new Table(
          "POLICY",
          "COST/OPTIMUM",
          "95 %",
          "WORST TENANT",
          "MOVES/TENANT-DAY",
          "OPTIMUM'S",
          "FLAPS/1000",
          "OPTIMUM'S",
          "TOO BIG",
          "TOO SMALL",
          "DEDICATED");
      for (PolicyFigures policy : rows(family)) {
        Estimate cost = policy.costRatio();
        table.row(
            policy.name(),
            number(cost.mean(), 2),
            number(cost.low(), 2) + " to " + number(cost.high(), 2),
            number(policy.worstTenantRatio(), 2),
            number(policy.movesPerTenantDay().mean(), 4),
            number(policy.optimumMovesPerTenantDay().mean(), 4),
            number(policy.flapsPer1000TenantDays().mean(), 1),
            number(
                policy
                    .estimate(run -> 1000 * run.optimumFlaps() / run.tenantDays())
                    .mean(),
                1),
            percent(policy.estimate(RunFigures::overInFallback).mean()),
            percent(policy.estimate(RunFigures::belowInDedicated).mean()),
            number(policy.estimate(RunFigures::meanDedicated).mean(), 1));
      }
      table.print(out, "  ");
      out.println();
    }
    out.println(
        "TOO BIG: time in the fallback above the promotion size; TOO SMALL: time in a shard key of its own below it.");
    out.println(
        "FLAPS: moves within 24 hours of an opposite one, per 1,000 tenants and days. A worst tenant's optimum counts as 1 at least.");
    if (!goals.isEmpty()) {
      out.println();
      out.println("Goals of " + Candidates.COST_BAND + ":");
      Table table = new Table("MET", "GOAL", "MEASURED");
      goals.forEach(goal -> table.row(goal.met() ? "yes" : "NO", goal.text(), goal.measured()));
      table.print(out, "  ");
    }
  }

  void json(PrintWriter out) throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    ArrayNode list = root.putArray("families");
    for (FamilyFigures family : families) {
      ObjectNode node = list.addObject().put("name", family.scenario().name());
      node.put("tenants", family.scenario().tenants())
          .put("days", family.scenario().days())
          .put("promotionShare", family.scenario().promotionShare());
      ArrayNode policies = node.putArray("policies");
      for (PolicyFigures policy : rows(family)) {
        ObjectNode row = policies.addObject().put("name", policy.name());
        COLUMNS.forEach(column -> row.put(column.name(), column.value().apply(policy)));
      }
    }
    root.put("defaultPolicy", Candidates.DEFAULT);
    root.put("boundedPolicy", Candidates.COST_BAND);
    root.put("seeds", seeds());
    if (!goals.isEmpty()) {
      ArrayNode judged = root.putArray("goals");
      goals.forEach(goal -> judged
          .addObject()
          .put("goal", goal.text())
          .put("measured", goal.measured())
          .put("met", goal.met()));
    }
    out.println(mapper.writeValueAsString(root));
  }

  void csv(PrintWriter out) {
    out.println("family,policy,seeds,"
        + String.join(",", COLUMNS.stream().map(Column::name).toList()));
    for (FamilyFigures family : families) {
      for (PolicyFigures policy : rows(family)) {
        out.println(family.scenario().name() + "," + policy.name() + "," + seeds() + ","
            + String.join(
                ",",
                COLUMNS.stream()
                    .map(column -> column.value().apply(policy).toString())
                    .toList()));
      }
    }
  }

  private static String plain(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : Double.toString(value);
  }

  private static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f %%", fraction * 100);
  }
}
