package io.tierkeeper.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.simulation.quality.Candidates;
import io.tierkeeper.simulation.quality.Estimate;
import io.tierkeeper.simulation.quality.FamilyFigures;
import io.tierkeeper.simulation.quality.Goal;
import io.tierkeeper.simulation.quality.MoveTally;
import io.tierkeeper.simulation.quality.PolicyFigures;
import io.tierkeeper.simulation.quality.RunFigures;
import io.tierkeeper.simulation.trace.Numbers;
import io.tierkeeper.simulation.trace.TraceSource;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Prints what the judge says of policies.
 *
 * @param families at least one, all with the same seeds
 * @param goals the goals of decision quality; none where not all families were played
 * @param scale points for each point of the trace where moves were really made; null where not
 */
record QualityReport(
    List<FamilyFigures> families,
    List<Goal> goals,
    @Nullable Double scale) {
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
      new Column(
          "optimumFlapsPer1000TenantDays",
          policy -> policy.optimumFlapsPer1000TenantDays().mean()),
      mean("overPromotionSizeInFallback", RunFigures::overInFallback),
      mean("belowPromotionSizeInDedicated", RunFigures::belowInDedicated),
      mean("meanDedicated", RunFigures::meanDedicated),
      mean("peakDedicated", RunFigures::peakDedicated),
      mean("movedPointsPerPointDay", RunFigures::movedPoints),
      mean("moves", RunFigures::moves),
      mean("cost", RunFigures::cost),
      mean("optimumCost", RunFigures::optimum));

  private static Column mean(String name, ToDoubleFunction<RunFigures> figure) {
    return new Column(name, policy -> policy.estimate(figure).mean());
  }

  /** A column about moves that were really made. */
  private record MoveColumn(String name, Function<MoveTally, Number> value) {}

  private static final List<MoveColumn> MOVE_COLUMNS = List.of(
      new MoveColumn("movesDone", MoveTally::done),
      new MoveColumn("movesAborted", MoveTally::aborted),
      new MoveColumn("movesUnderWay", MoveTally::underWay),
      new MoveColumn("secondsPerMove", MoveTally::secondsPerMove),
      new MoveColumn("longestMoveSeconds", MoveTally::longestSeconds),
      new MoveColumn("pointsMoved", MoveTally::points),
      new MoveColumn("operationsChecked", MoveTally::operations),
      new MoveColumn("lost", MoveTally::lost),
      new MoveColumn("phantom", MoveTally::phantom),
      new MoveColumn("doubled", MoveTally::doubled),
      new MoveColumn("leaked", MoveTally::leaked),
      new MoveColumn("breaches", MoveTally::breaches));

  private boolean recorded() {
    return !families.getFirst().source().seeded();
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
      TraceSource source = family.source();
      out.println(source.name() + ": " + source.description());
      out.println("  " + source.tenants() + " tenants, " + source.extent() + ", promotion share "
          + Numbers.plain(source.promotionShare()) + ", "
          + (recorded()
              ? "one recorded course: no confidence interval"
              : seeds() == 1 ? "1 seed: no confidence interval" : seeds() + " seeds"));
      // What happened once is counted; what happens again and again has a rate.
      boolean counted = recorded();
      Table table = new Table(
          "POLICY",
          "COST/OPTIMUM",
          "95 %",
          "WORST TENANT",
          counted ? "MOVES" : "MOVES/TENANT-DAY",
          "OPTIMUM'S",
          counted ? "FLAPS" : "FLAPS/1000",
          "OPTIMUM'S",
          "TOO BIG",
          "TOO SMALL",
          "DEDICATED");
      for (PolicyFigures policy : rows(family)) {
        Estimate cost = policy.costRatio();
        table.row(
            policy.name(),
            number(cost.mean(), 2),
            cost.hasInterval() ? number(cost.low(), 2) + " to " + number(cost.high(), 2) : "none",
            number(policy.worstTenantRatio(), 2),
            counted
                ? count(policy, RunFigures::moves)
                : number(policy.movesPerTenantDay().mean(), 4),
            counted
                ? count(policy, RunFigures::optimumMoves)
                : number(policy.optimumMovesPerTenantDay().mean(), 4),
            counted
                ? count(policy, RunFigures::flaps)
                : number(policy.flapsPer1000TenantDays().mean(), 1),
            counted
                ? count(policy, RunFigures::optimumFlaps)
                : number(policy.optimumFlapsPer1000TenantDays().mean(), 1),
            percent(policy.estimate(RunFigures::overInFallback).mean()),
            percent(policy.estimate(RunFigures::belowInDedicated).mean()),
            number(policy.estimate(RunFigures::meanDedicated).mean(), 1));
      }
      table.print(out, "  ");
      out.println();
      if (scale != null) {
        movesTable(out, family, scale);
      }
    }
    out.println(
        "TOO BIG: time in the fallback above the promotion size; TOO SMALL: time in a shard key of its own below it.");
    out.println("FLAPS: moves within 24 hours of an opposite one"
        + (recorded() ? "" : ", per 1,000 tenants and days")
        + ". A worst tenant's optimum counts as 1 at least.");
    if (!goals.isEmpty()) {
      out.println();
      out.println("Goals of " + Candidates.COST_BAND + ":");
      Table table = new Table("MET", "GOAL", "MEASURED");
      goals.forEach(goal -> table.row(goal.met() ? "yes" : "NO", goal.text(), goal.measured()));
      table.print(out, "  ");
    }
  }

  private static void movesTable(PrintWriter out, FamilyFigures family, double scale) {
    out.println(
        "  Moves made by the real engine in an emulated Qdrant, in virtual time; one point of the trace is "
            + Numbers.plain(scale) + " there:");
    Table table = new Table(
        "POLICY",
        "DONE",
        "ABORTED",
        "UNDER WAY",
        "S/MOVE",
        "LONGEST S",
        "POINTS MOVED",
        "CHECKED",
        "LOST",
        "PHANTOM",
        "DOUBLED",
        "LEAKED");
    for (PolicyFigures policy : family.policies()) {
      policy
          .made()
          .ifPresent(made -> table.row(
              policy.name(),
              Long.toString(made.done()),
              Long.toString(made.aborted()),
              Long.toString(made.underWay()),
              made.done() == 0 ? "-" : number(made.secondsPerMove(), 1),
              made.done() == 0 ? "-" : number(made.longestSeconds(), 1),
              Long.toString(made.points()),
              Long.toString(made.operations()),
              Long.toString(made.lost()),
              Long.toString(made.phantom()),
              Long.toString(made.doubled()),
              Long.toString(made.leaked())));
    }
    table.print(out, "  ");
    out.println();
  }

  void json(PrintWriter out) throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    ArrayNode list = root.putArray("families");
    for (FamilyFigures family : families) {
      ObjectNode node = list.addObject().put("name", family.source().name());
      node.put("tenants", family.source().tenants())
          .put("days", family.source().days())
          .put("promotionShare", family.source().promotionShare())
          .put("recorded", recorded());
      ArrayNode policies = node.putArray("policies");
      for (PolicyFigures policy : rows(family)) {
        ObjectNode row = policies.addObject().put("name", policy.name());
        // Without an interval its ends are null, not the mean.
        COLUMNS.forEach(
            column -> row.putPOJO(column.name(), known(column.value().apply(policy))));
        policy
            .made()
            .ifPresent(made -> MOVE_COLUMNS.forEach(
                column -> row.putPOJO(column.name(), known(column.value().apply(made)))));
      }
    }
    if (scale != null) {
      root.put("scale", scale);
    }
    root.put("defaultPolicy", Candidates.DEFAULT);
    root.put("boundedPolicy", Candidates.COST_BAND);
    root.put("seeds", recorded() ? null : seeds());
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
        + String.join(",", COLUMNS.stream().map(Column::name).toList())
        + (scale == null
            ? ""
            : "," + String.join(",", MOVE_COLUMNS.stream().map(MoveColumn::name).toList())));
    for (FamilyFigures family : families) {
      for (PolicyFigures policy : rows(family)) {
        out.println(family.source().name() + "," + policy.name() + "," + (recorded() ? "" : seeds())
            + ","
            + String.join(
                ",",
                COLUMNS.stream()
                    .map(column -> text(column.value().apply(policy)))
                    .toList())
            + (scale == null ? "" : moves(policy)));
      }
    }
  }

  private static String moves(PolicyFigures policy) {
    return MOVE_COLUMNS.stream()
        .map(column ->
            "," + policy.made().map(column.value()).map(QualityReport::text).orElse(""))
        .collect(Collectors.joining());
  }

  private static String text(Number value) {
    return Double.isNaN(value.doubleValue()) ? "" : value.toString();
  }

  /** What is not known is null, not a number that means so. */
  private static @Nullable Object known(Number value) {
    return Double.isNaN(value.doubleValue()) ? null : value;
  }

  private static String count(PolicyFigures policy, ToDoubleFunction<RunFigures> figure) {
    return number(policy.estimate(figure).mean(), 0);
  }

  private static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f %%", fraction * 100);
  }
}
