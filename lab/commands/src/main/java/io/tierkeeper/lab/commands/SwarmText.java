package io.tierkeeper.lab.commands;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.cli.Table;
import io.tierkeeper.lab.swarm.ColdStart;
import io.tierkeeper.lab.swarm.Latencies;
import io.tierkeeper.lab.swarm.SwarmReport;
import io.tierkeeper.lab.workload.CheckReport;
import java.io.PrintWriter;
import java.util.Locale;

/** Prints the report of a swarm. */
final class SwarmText {

  private static final int BAR = 40;

  private SwarmText() {}

  static void print(PrintWriter out, SwarmReport report) {
    out.printf(
        Locale.ROOT,
        "Cold start: %d agents in %d groups; each queries its group, then stores its findings.%n",
        report.agents(),
        report.groups());
    Table table = new Table("AGENT", "FIND SOMETHING", "PACKETS FOUND", "");
    for (ColdStart.Step step : report.coldStart().steps()) {
      table.row(
          Integer.toString(step.agent()),
          String.format(Locale.ROOT, "%.0f %%", 100 * step.finding()),
          String.format(Locale.ROOT, "%.2f", step.matches()),
          "#".repeat((int) Math.round(BAR * step.finding())));
    }
    table.print(out, "  ");
    if (!report.synthesis().isEmpty()) {
      out.println("  the last agent's synthesis: " + report.synthesis());
    }
    if (report.calls().queries().calls() > 0) {
      Table calls =
          new Table("ALL AT ONCE", "CALLS", "PER SECOND", "P50 MS", "P95 MS", "P99 MS", "MAX MS");
      row(calls, "queries", report.calls().queries());
      row(calls, "deposits", report.calls().deposits());
      calls.print(out, "  ");
    }
    report
        .moves()
        .forEach(move -> out.printf(
            Locale.ROOT,
            "  %s %s, second %.1f to %.1f: %s%n",
            move.direction().toLowerCase(Locale.ROOT),
            move.group(),
            move.fromSecond(),
            move.toSecond(),
            move.end()));
    if (report.killedAtSecond() != null) {
      out.printf(
          Locale.ROOT, "  one of three peers was killed at second %.1f%n", report.killedAtSecond());
    }
    CheckReport check = report.check();
    out.println("  reads failed " + report.calls().failedReads()
        + ", calls retried at another peer " + report.calls().retries());
    out.println("  packets that expired during the run " + report.packets().stored()
        + ", of these returned " + report.packets().returned());
    out.println("  checker, " + check.traffic().operations() + " operations: lost "
        + check.anomalies().lost()
        + ", doubled " + check.anomalies().doubled() + ", leaked to another group "
        + check.anomalies().leaked()
        + ", phantom " + check.anomalies().phantom() + ", partial counts "
        + check.anomalies().partial() + ", stale " + check.staleness().reads()
        + ", unacknowledged writes "
        + check.traffic().writesUnknown());
    check.findings().forEach(finding -> out.println("    " + finding));
    out.println(report.passed() ? "PASS" : "FAIL");
  }

  private static void row(Table table, String what, Latencies latencies) {
    table.row(
        what,
        Long.toString(latencies.calls()),
        String.format(Locale.ROOT, "%.0f", latencies.perSecond()),
        String.format(Locale.ROOT, "%.1f", latencies.p50Millis()),
        String.format(Locale.ROOT, "%.1f", latencies.p95Millis()),
        String.format(Locale.ROOT, "%.1f", latencies.p99Millis()),
        String.format(Locale.ROOT, "%.1f", latencies.maxMillis()));
  }

  static ObjectNode json(SwarmReport report, String qdrant) {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode node = mapper.createObjectNode();
    node.put("asPromised", report.passed())
        .put("qdrant", qdrant)
        .put("agents", report.agents())
        .put("groups", report.groups());
    node.set("coldStart", mapper.valueToTree(report.coldStart().steps()));
    node.set("queries", mapper.valueToTree(report.calls().queries()));
    node.set("deposits", mapper.valueToTree(report.calls().deposits()));
    node.put("readsFailed", report.calls().failedReads())
        .put("callsRepeated", report.calls().retries())
        .put("expiredStored", report.packets().stored())
        .put("expiredReturned", report.packets().returned());
    if (report.killedAtSecond() != null) {
      node.put("peerKilledAtSecond", report.killedAtSecond());
    }
    node.set("moves", mapper.valueToTree(report.moves()));
    node.set("seconds", mapper.valueToTree(report.seconds()));
    CheckReport check = report.check();
    ObjectNode found = node.putObject("checker");
    found
        .put("operations", check.traffic().operations())
        .put("pointsWritten", check.traffic().pointsWritten());
    found.setAll((ObjectNode) mapper.valueToTree(check.anomalies()));
    found
        .put("stale", check.staleness().reads())
        .put("writesUnknown", check.traffic().writesUnknown());
    found.set("findings", mapper.valueToTree(check.findings()));
    return node.put("synthesis", report.synthesis());
  }
}
