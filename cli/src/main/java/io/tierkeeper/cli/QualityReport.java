package io.tierkeeper.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.cli.report.FigureTable;
import io.tierkeeper.simulation.quality.Candidates;
import io.tierkeeper.simulation.quality.FamilyFigures;
import io.tierkeeper.simulation.quality.Goal;
import io.tierkeeper.simulation.quality.MoveFigures;
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
import org.jspecify.annotations.Nullable;

/**
 * Prints the figures of policies.
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
      mean("overPromotionSizeInFallback", run -> run.tiers().overInFallback()),
      mean("belowPromotionSizeInDedicated", run -> run.tiers().belowInDedicated()),
      mean("meanDedicated", run -> run.tiers().meanDedicated()),
      mean("peakDedicated", run -> run.tiers().peakDedicated()),
      mean("movedPointsPerPointDay", RunFigures::movedPoints),
      mean("moves", RunFigures::moves),
      mean("cost", RunFigures::cost),
      mean("optimumCost", RunFigures::optimum));

  private static Column mean(String name, ToDoubleFunction<RunFigures> figure) {
    return new Column(name, policy -> policy.estimate(figure).mean());
  }

  /** A column about moves that were really made. */
  private record MoveColumn(String name, Function<MoveFigures, Number> value) {}

  private static final List<MoveColumn> MOVE_COLUMNS = List.of(
      new MoveColumn("movesDone", MoveFigures::done),
      new MoveColumn("movesAborted", MoveFigures::aborted),
      new MoveColumn("movesUnderWay", MoveFigures::underWay),
      new MoveColumn("secondsPerMove", MoveFigures::secondsPerMove),
      new MoveColumn("longestMoveSeconds", MoveFigures::longestSeconds),
      new MoveColumn("pointsMoved", MoveFigures::points),
      new MoveColumn("operationsChecked", MoveFigures::operations),
      new MoveColumn("lost", MoveFigures::lost),
      new MoveColumn("phantom", MoveFigures::phantom),
      new MoveColumn("doubled", MoveFigures::doubled),
      new MoveColumn("leaked", MoveFigures::leaked),
      new MoveColumn("breaches", MoveFigures::breaches));

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
              ? "one recorded trail: no confidence interval"
              : seeds() == 1 ? "1 seed: no confidence interval" : seeds() + " seeds"));
      print(out, FigureTable.of(family, rows(family)));
      out.println();
      if (scale != null) {
        movesTable(out, family, scale);
      }
    }
    out.println(
        "TOO BIG: time in the fallback above the promotion size; TOO SMALL: time in a dedicated shard key below it.");
    out.println("FLAPS: moves within 24 hours of the opposite move"
        + (recorded() ? "" : ", per 1,000 tenant-days")
        + ". The optimum of the worst tenant counts as at least 1.");
    if (!goals.isEmpty()) {
      out.println();
      out.println("Goals of " + Candidates.COST_BAND + ":");
      Table table = new Table("MET", "GOAL", "MEASURED");
      goals.forEach(goal -> table.row(goal.met() ? "yes" : "NO", goal.text(), goal.measured()));
      table.print(out, "  ");
    }
  }

  private static void movesTable(PrintWriter out, FamilyFigures family, double scale) {
    out.println("  Moves executed by the real engine in an emulated Qdrant, in virtual time; scale "
        + Numbers.plain(scale) + " points per point of the trace:");
    print(out, FigureTable.ofMoves(family));
    out.println();
  }

  private static void print(PrintWriter out, FigureTable figures) {
    Table table = new Table(figures.headings().stream()
        .map(heading -> heading.toUpperCase(Locale.ROOT))
        .toArray(String[]::new));
    figures.rows().forEach(row -> table.row(row.toArray(String[]::new)));
    table.print(out, "  ");
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
    List<String> headings = new ArrayList<>(List.of("family", "policy", "seeds"));
    COLUMNS.forEach(column -> headings.add(column.name()));
    if (scale != null) {
      MOVE_COLUMNS.forEach(column -> headings.add(column.name()));
    }
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (FamilyFigures family : families) {
      for (PolicyFigures policy : rows(family)) {
        List<@Nullable Object> row = new ArrayList<>();
        row.add(family.source().name());
        row.add(policy.name());
        row.add(recorded() ? null : seeds());
        COLUMNS.forEach(column -> row.add(column.value().apply(policy)));
        if (scale != null) {
          MOVE_COLUMNS.forEach(
              column -> row.add(policy.made().map(column.value()).orElse(null)));
        }
        rows.add(row);
      }
    }
    Csv.rows(out, headings, rows);
  }

  /** Unknown values are null, not a special number. */
  private static @Nullable Object known(Number value) {
    return Double.isNaN(value.doubleValue()) ? null : value;
  }
}
