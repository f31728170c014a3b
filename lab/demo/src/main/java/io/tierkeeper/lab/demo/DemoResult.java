package io.tierkeeper.lab.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.lab.workload.CheckReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The result of the demo.
 *
 * @param pointsWritten points loaded and written
 * @param breaches calls that no move may make, as recorded by the embedded Qdrant
 * @param seconds duration of the demo
 */
public record DemoResult(
    long pointsWritten,
    CheckReport check,
    int promotions,
    int demotions,
    Audit audit,
    List<String> breaches,
    double seconds) {

  /**
   * The audit trail.
   *
   * @param verdict of the verifier, for people
   */
  public record Audit(Path file, long lines, boolean intact, String verdict) {}

  /** Whether there are no anomalies and no failed reads, one move each way, and an intact trail. */
  public boolean passed() {
    return check.whole()
        && promotions == 1
        && demotions == 1
        && audit.intact()
        && breaches.isEmpty();
  }

  public ObjectNode toJson() {
    CheckReport.Anomalies anomalies = check.anomalies();
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("pointsWritten", pointsWritten);
    node.put("pointsLost", anomalies.lost());
    node.put("pointsDoubled", anomalies.doubled());
    node.put("pointsLeaked", anomalies.leaked());
    node.put("pointsPhantom", anomalies.phantom());
    node.put("readsStale", check.staleness().reads());
    node.put("longestStaleMillis", check.staleness().longestMillis());
    node.put("readsPartial", anomalies.partial());
    node.put("readsFailed", check.traffic().readsFailed());
    node.put("operations", check.traffic().operations());
    node.put("promotions", promotions);
    node.put("demotions", demotions);
    node.put("auditLines", audit.lines());
    node.put("auditIntact", audit.intact());
    node.put("auditFile", audit.file().toString());
    node.put("seconds", Math.round(seconds * 10) / 10.0);
    var findings = node.putArray("findings");
    check.findings().forEach(findings::add);
    breaches.forEach(findings::add);
    return node;
  }

  /** Prints the summary. */
  public void print(Narrator narrator) {
    CheckReport.Traffic traffic = check.traffic();
    CheckReport.Anomalies anomalies = check.anomalies();
    CheckReport.Staleness staleness = check.staleness();
    narrator.heading("Summary");
    narrator.verdict(
        true,
        count(pointsWritten, "points written, ")
            + count(traffic.operations(), "operations checked"));
    zero(narrator, anomalies.lost(), "lost");
    zero(narrator, anomalies.doubled(), "doubled");
    zero(narrator, anomalies.leaked(), "leaked to another tenant");
    zero(narrator, anomalies.phantom(), "read in a state that was never written");
    zero(narrator, anomalies.partial(), "counts out of bounds");
    zero(narrator, traffic.readsFailed(), "reads failed");
    narrator.verdict(promotions == 1, count(promotions, "promotion"));
    narrator.verdict(demotions == 1, count(demotions, "demotion"));
    narrator.verdict(audit.intact(), count(audit.lines(), "audit lines, ") + audit.verdict());
    for (String breach : breaches) {
      narrator.verdict(false, "forbidden call: " + breach);
    }
    check.findings().forEach(finding -> narrator.plain("      " + finding));
    narrator.plain("  stale reads: " + staleness.reads()
        + (staleness.reads() == 0
            ? ""
            : ", at most " + staleness.longestMillis()
                + " ms late (written between the last pass and the freeze; docs/moves.md)"));
    narrator.plain("  writes without an acknowledgement: " + traffic.writesUnknown());
    narrator.plain("  longest time between two successful writes of a tenant: "
        + traffic.longestWriteGap() + ", reads: " + traffic.longestReadGap()
        + "; acme's writers pause for several seconds during its demotion");
    narrator.plain("  audit file: " + audit.file());
    narrator.plain(
        String.format(Locale.ROOT, "  %s in %.1f s", passed() ? "PASS" : "FAIL", seconds));
  }

  private static void zero(Narrator narrator, long number, String what) {
    narrator.verdict(number == 0, count(number, what));
  }

  private static String count(long number, String what) {
    return String.format(Locale.ROOT, "%,d %s", number, what);
  }
}
