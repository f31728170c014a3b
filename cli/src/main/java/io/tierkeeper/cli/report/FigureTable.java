package io.tierkeeper.cli.report;

import io.tierkeeper.simulation.quality.Estimate;
import io.tierkeeper.simulation.quality.FamilyFigures;
import io.tierkeeper.simulation.quality.MoveFigures;
import io.tierkeeper.simulation.quality.PolicyFigures;
import io.tierkeeper.simulation.quality.RunFigures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Figures as a table, for the terminal and for the page.
 *
 * @param headings one for each column
 * @param rows one text for each column
 */
public record FigureTable(List<String> headings, List<List<String>> rows) {

  private record Column<T>(String heading, Function<T, String> text) {}

  private static final List<Column<MoveFigures>> OF_MOVES = List.of(
      new Column<>("Done", made -> Long.toString(made.done())),
      new Column<>("Aborted", made -> Long.toString(made.aborted())),
      new Column<>("Under way", made -> Long.toString(made.underWay())),
      new Column<>("s/move", made -> seconds(made.secondsPerMove())),
      new Column<>("Longest s", made -> seconds(made.longestSeconds())),
      new Column<>("Points moved", made -> Long.toString(made.points())),
      new Column<>("Checked", made -> Long.toString(made.operations())),
      new Column<>("Lost", made -> Long.toString(made.lost())),
      new Column<>("Phantom", made -> Long.toString(made.phantom())),
      new Column<>("Doubled", made -> Long.toString(made.doubled())),
      new Column<>("Leaked", made -> Long.toString(made.leaked())));

  /**
   * The figures of policies: rates for scenarios, counts for a recorded trail.
   *
   * @param policies those of the family, or more
   */
  public static FigureTable of(FamilyFigures family, List<PolicyFigures> policies) {
    return table(policies, family.source().seeded() ? rates() : counts());
  }

  /** The outcome of executed moves; without rows if none was executed. */
  public static FigureTable ofMoves(FamilyFigures family) {
    List<String> headings = new ArrayList<>(List.of("Policy"));
    OF_MOVES.forEach(column -> headings.add(column.heading()));
    List<List<String>> rows = new ArrayList<>();
    for (PolicyFigures policy : family.policies()) {
      policy.made().ifPresent(made -> {
        List<String> row = new ArrayList<>(List.of(policy.name()));
        OF_MOVES.forEach(column -> row.add(column.text().apply(made)));
        rows.add(row);
      });
    }
    return new FigureTable(headings, rows);
  }

  private static FigureTable table(
      List<PolicyFigures> policies, List<Column<PolicyFigures>> columns) {
    return new FigureTable(
        columns.stream().map(Column::heading).toList(),
        policies.stream()
            .map(policy ->
                columns.stream().map(column -> column.text().apply(policy)).toList())
            .toList());
  }

  private static List<Column<PolicyFigures>> rates() {
    return around(List.of(
        new Column<>("Moves/tenant-day", each -> number(each.movesPerTenantDay().mean(), 4)),
        new Column<>("Optimum's", each -> number(each.optimumMovesPerTenantDay().mean(), 4)),
        new Column<>("Flaps/1000", each -> number(each.flapsPer1000TenantDays().mean(), 1)),
        new Column<>(
            "Optimum's", each -> number(each.optimumFlapsPer1000TenantDays().mean(), 1))));
  }

  private static List<Column<PolicyFigures>> counts() {
    return around(List.of(
        count("Moves", RunFigures::moves),
        count("Optimum's", RunFigures::optimumMoves),
        count("Flaps", RunFigures::flaps),
        count("Optimum's", RunFigures::optimumFlaps)));
  }

  private static Column<PolicyFigures> count(String heading, ToDoubleFunction<RunFigures> figure) {
    return new Column<>(heading, policy -> number(policy.estimate(figure).mean(), 0));
  }

  /** All columns, with those about moves in the middle. */
  private static List<Column<PolicyFigures>> around(List<Column<PolicyFigures>> ofMoves) {
    List<Column<PolicyFigures>> columns = new ArrayList<>();
    columns.add(new Column<>("Policy", PolicyFigures::name));
    columns.add(new Column<>("Cost/optimum", FigureTable::costRatio));
    columns.add(new Column<>("95 %", policy -> interval(policy.costRatio())));
    columns.add(new Column<>("Worst tenant", policy -> number(policy.worstTenantRatio(), 2)));
    columns.addAll(ofMoves);
    columns.add(percent("Too big", run -> run.tiers().overInFallback()));
    columns.add(percent("Too small", run -> run.tiers().belowInDedicated()));
    columns.add(new Column<>(
        "Dedicated",
        each -> number(each.estimate(run -> run.tiers().meanDedicated()).mean(), 1)));
    return columns;
  }

  private static Column<PolicyFigures> percent(
      String heading, ToDoubleFunction<RunFigures> figure) {
    return new Column<>(
        heading,
        policy -> String.format(Locale.ROOT, "%.1f %%", policy.estimate(figure).mean() * 100));
  }

  /** Cost over optimum as all tables print it. */
  public static String costRatio(PolicyFigures policy) {
    return number(policy.costRatio().mean(), 2);
  }

  private static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  private static String interval(Estimate estimate) {
    return estimate.hasInterval()
        ? number(estimate.low(), 2) + " to " + number(estimate.high(), 2)
        : "none";
  }

  private static String seconds(double value) {
    return Double.isNaN(value) ? "-" : number(value, 1);
  }
}
