package io.tierkeeper.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.evaluation.history.HistoryFigures;
import io.tierkeeper.evaluation.history.WhatIfReport;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;

/** Prints the tiers under another policy next to the recorded ones. */
final class WhatIfText {

  private static final int ROWS = 20;

  private WhatIfText() {}

  static void print(PrintWriter out, String trail, WhatIfReport report) {
    out.println();
    out.println("Policy " + report.policy() + " (" + report.hash().substring(0, 15) + "…) on "
        + trail + ", " + report.from() + " to " + report.until() + ", " + report.evaluations()
        + " evaluations:");
    Table table = new Table(
        "TENANT",
        "COURSE",
        "PROMOTED",
        "DEMOTED",
        "FLAPS",
        "DEDICATED S",
        "FALLBACK S",
        "POINTS MOVED",
        "COST",
        "REGRET");
    report.tenants().entrySet().stream()
        .sorted(Comparator.<Map.Entry<String, WhatIfReport.Row>>comparingDouble(row -> -Math.abs(
                row.getValue().otherwise().cost() - row.getValue().happened().cost()))
            .thenComparing(Map.Entry::getKey))
        .limit(ROWS)
        .forEach(row -> {
          row(table, row.getKey(), "happened", row.getValue().happened());
          row(table, "", "otherwise", row.getValue().otherwise());
        });
    row(table, "ALL TENANTS", "happened", report.happened().total());
    row(table, "", "otherwise", report.otherwise().total());
    table.print(out, "  ");
    if (report.tenants().size() > ROWS) {
      out.println("  and " + (report.tenants().size() - ROWS) + " more tenants; --json prints all");
    }
    out.println("  maximum dedicated shard keys at a time: " + report.happened().peakDedicated()
        + ", otherwise " + report.otherwise().peakDedicated());
    out.println(
        "  cost in quarters of an hour at twice the promotion size, a promotion 8, a demotion"
            + " 4; regret is the cost above the optimum in hindsight");
    report.assumptions().forEach(each -> out.println("  assumed: " + each));
  }

  private static void row(Table table, String tenant, String history, HistoryFigures figures) {
    table.row(
        tenant,
        history,
        Long.toString(figures.promotions()),
        Long.toString(figures.demotions()),
        Long.toString(figures.flaps()),
        Long.toString(figures.inDedicated().toSeconds()),
        Long.toString(figures.inFallback().toSeconds()),
        Long.toString(figures.movedPoints()),
        String.format(Locale.ROOT, "%.3f", figures.cost()),
        String.format(Locale.ROOT, "%.3f", figures.regret()));
  }

  static ObjectNode json(Map<String, WhatIfReport> reports) {
    ObjectNode trails = JsonNodeFactory.instance.objectNode();
    reports.forEach((trail, report) -> trails.set(trail, json(report)));
    return trails;
  }

  private static ObjectNode json(WhatIfReport report) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("policy", report.policy())
        .put("policyHash", report.hash())
        .put("from", report.from().toString())
        .put("until", report.until().toString())
        .put("evaluations", report.evaluations());
    node.putArray("assumptions");
    report.assumptions().forEach(each -> node.withArray("assumptions").add(each));
    node.set("happened", json(report.happened()));
    node.set("otherwise", json(report.otherwise()));
    node.putArray("tenants");
    report.tenants().forEach((tenant, row) -> {
      ObjectNode one = node.withArray("tenants").addObject().put("tenant", tenant);
      one.set("happened", json(row.happened()));
      one.set("otherwise", json(row.otherwise()));
    });
    return node;
  }

  private static ObjectNode json(WhatIfReport.History history) {
    return json(history.total()).put("peakDedicated", history.peakDedicated());
  }

  private static ObjectNode json(HistoryFigures figures) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("moves", figures.moves())
        .put("promotions", figures.promotions())
        .put("demotions", figures.demotions())
        .put("flaps", figures.flaps())
        .put("dedicatedSeconds", figures.inDedicated().toMillis() / 1000.0)
        .put("fallbackSeconds", figures.inFallback().toMillis() / 1000.0)
        .put("movedPoints", figures.movedPoints())
        .put("cost", figures.cost())
        .put("regret", figures.regret());
  }
}
