package io.tierkeeper.lab.commands;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.cli.Table;
import io.tierkeeper.lab.swarm.ColdStart;
import io.tierkeeper.lab.swarm.Latencies;
import io.tierkeeper.lab.swarm.SwarmReport;
import io.tierkeeper.lab.workload.CheckReport;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Prints the report of a swarm. */
final class SwarmText {

  private static final int BAR = 40;

  /** The first agents have a row each, of the later ones some. */
  private static final int FIRST_ROWS = 10;

  private static final Set<Integer> SOME_ROWS = Set.of(15, 20, 50, 100, 200, 500, 1000);

  private SwarmText() {}

  static void print(PrintWriter out, SwarmReport report) {
    out.printf(
        Locale.ROOT,
        "Cold start: %d agents in %s; each stores its result, then queries those of the others in its group.%n",
        report.agents(),
        groups(report.groups()));
    out.printf(
        Locale.ROOT,
        "  pairs of agents N(N-1)/2: %d, of these within a group %d%n",
        report.pairs().all(),
        report.pairs().withinGroups());
    Table table =
        new Table("AGENT", "FOUND SOMETHING", "KINDS COVERED", "EXPECTED", "PACKETS FOUND", "");
    int last = report.coldStart().steps().size();
    for (ColdStart.Step step : report.coldStart().steps()) {
      if (step.agent() > FIRST_ROWS && step.agent() < last && !SOME_ROWS.contains(step.agent())) {
        continue;
      }
      table.row(
          Integer.toString(step.agent()),
          step.found() + " of " + step.agents(),
          percent(step.covered()),
          percent(step.expected()),
          String.format(Locale.ROOT, "%.2f", step.matches()),
          "#".repeat((int) Math.round(BAR * step.covered())));
    }
    table.print(out, "  ");
    out.println(
        "  A group has three kinds of problems, and each agent meets one of them. KINDS COVERED: share of the kinds for which the");
    out.println(
        "  agent finds a packet of another agent. EXPECTED: 1 - (2/3)^(k-1) for the k-th agent of a group.");
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
    SwarmReport.Death death = report.death();
    if (death != null) {
      out.printf(
          Locale.ROOT,
          "  one of three peers was killed at second %.1f%s%s%n",
          death.second(),
          death.during() == null ? "" : " (" + death.during() + ")",
          death.backAt() == null
              ? ""
              : String.format(Locale.ROOT, " and ran again at second %.1f", death.backAt()));
    }
    CheckReport check = report.check();
    out.println("  reads failed " + report.calls().failedReads()
        + ", calls retried at another peer " + report.calls().retries());
    SwarmReport.Packets packets = report.packets();
    out.println("  packets stored " + packets.stored() + ", in an HNSW index " + packets.indexed()
        + "; expired " + packets.expired() + ", of these returned " + packets.expiredReturned()
        + ", deleted " + packets.expiredDeleted());
    out.println("  bytes of a packet in JSON: least " + packets.bytes().least() + ", median "
        + packets.bytes().median() + ", largest " + packets.bytes().largest() + " of "
        + packets.bytes().allowed() + " allowed");
    out.println("  checker, " + check.traffic().operations() + " operations: lost "
        + check.anomalies().lost()
        + ", doubled " + check.anomalies().doubled() + ", leaked to another group "
        + check.anomalies().leaked()
        + ", phantom " + check.anomalies().phantom() + ", partial counts "
        + check.anomalies().partial() + ", stale " + check.staleness().reads()
        + ", unacknowledged writes "
        + check.traffic().writesUnknown());
    check.findings().forEach(finding -> out.println("    " + finding));
    out.println("  What the source note says, and what is different here: docs/source-notes.md");
    out.println(report.passed() ? "PASS" : "FAIL");
  }

  /** Prints how several runs differ by their number of agents. */
  static void curve(PrintWriter out, List<SwarmReport> reports) {
    Table table = new Table(
        "AGENTS",
        "GROUPS",
        "PAIRS",
        "WITHIN GROUPS",
        "MATCHES",
        "QUERIES/S",
        "P50 MS",
        "P99 MS",
        "");
    for (SwarmReport report : reports) {
      Latencies queries = report.calls().queries();
      table.row(
          Integer.toString(report.agents()),
          Integer.toString(report.groups()),
          Long.toString(report.pairs().all()),
          Long.toString(report.pairs().withinGroups()),
          String.format(Locale.ROOT, "%.2f", report.coldStart().meanMatches()),
          queries.calls() == 0 ? "-" : String.format(Locale.ROOT, "%.0f", queries.perSecond()),
          queries.calls() == 0 ? "-" : String.format(Locale.ROOT, "%.1f", queries.p50Millis()),
          queries.calls() == 0 ? "-" : String.format(Locale.ROOT, "%.1f", queries.p99Millis()),
          report.passed() ? "PASS" : "FAIL");
    }
    table.print(out, "  ");
    out.println(
        "  MATCHES: packets of others about its problem that an arriving agent found, mean of all agents, at most 5. P50, P99: of");
    out.println("  queries while at most eight agents at a time work.");
    reports.forEach(
        report -> report.check().findings().forEach(finding -> out.println("    " + finding)));
    out.println(reports.stream().allMatch(SwarmReport::passed) ? "PASS" : "FAIL");
  }

  private static String groups(int groups) {
    return groups == 1 ? "one group" : groups + " groups";
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }

  /** The reports of several runs in one object. */
  static ObjectNode json(List<SwarmReport> reports, String qdrant) {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("asPromised", reports.stream().allMatch(SwarmReport::passed));
    reports.forEach(report -> node.withArray("runs").add(json(report, qdrant)));
    return node;
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
    node.set("pairs", mapper.valueToTree(report.pairs()));
    node.set("coldStart", mapper.valueToTree(report.coldStart().steps()));
    node.set("queries", mapper.valueToTree(report.calls().queries()));
    node.set("deposits", mapper.valueToTree(report.calls().deposits()));
    node.put("readsFailed", report.calls().failedReads())
        .put("callsRepeated", report.calls().retries())
        .put("meanMatches", report.coldStart().meanMatches());
    node.set("packets", mapper.valueToTree(report.packets()));
    SwarmReport.Death death = report.death();
    if (death != null) {
      node.put("peerKilledAtSecond", death.second());
      if (death.during() != null) {
        node.put("peerKilledDuring", death.during()).put("peerBackAtSecond", death.backAt());
      }
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
