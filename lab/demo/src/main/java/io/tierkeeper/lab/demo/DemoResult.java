package io.tierkeeper.lab.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.lab.workload.CheckReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * How the demo ended.
 *
 * @param breaches calls that no move may make, as the embedded Qdrant recorded them
 */
public record DemoResult(
    long pointsWritten,
    CheckReport check,
    int promotions,
    int demotions,
    long auditLines,
    boolean auditIntact,
    String auditSentence,
    Path auditFile,
    List<String> breaches,
    double seconds) {

  /** Nothing lost, doubled, leaked or unreadable, one move each way, and an unbroken trail. */
  public boolean asPromised() {
    return check.whole() && promotions == 1 && demotions == 1 && auditIntact && breaches.isEmpty();
  }

  public ObjectNode toJson() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("pointsWritten", pointsWritten);
    node.put("pointsLost", check.lost());
    node.put("pointsDoubled", check.doubled());
    node.put("pointsLeaked", check.leaked());
    node.put("pointsPhantom", check.phantom());
    node.put("readsStale", check.stale());
    node.put("longestStaleMillis", check.longestStaleMillis());
    node.put("readsPartial", check.partial());
    node.put("readsFailed", check.readsFailed());
    node.put("operations", check.operations());
    node.put("promotions", promotions);
    node.put("demotions", demotions);
    node.put("auditLines", auditLines);
    node.put("auditIntact", auditIntact);
    node.put("auditFile", auditFile.toString());
    node.put("seconds", Math.round(seconds * 10) / 10.0);
    var findings = node.putArray("findings");
    check.findings().forEach(findings::add);
    breaches.forEach(findings::add);
    return node;
  }

  /** The summary for people. */
  public void print(Narrator narrator) {
    narrator.act("Summary");
    narrator.verdict(
        true,
        count(pointsWritten, "points written, ") + count(check.operations(), "operations checked"));
    narrator.verdict(check.lost() == 0, count(check.lost(), "lost"));
    narrator.verdict(check.doubled() == 0, count(check.doubled(), "doubled"));
    narrator.verdict(check.leaked() == 0, count(check.leaked(), "leaked to another tenant"));
    narrator.verdict(
        check.phantom() == 0, count(check.phantom(), "seen that were never written so"));
    narrator.verdict(check.partial() == 0, count(check.partial(), "counts that missed points"));
    narrator.verdict(check.readsFailed() == 0, count(check.readsFailed(), "reads failed"));
    narrator.verdict(promotions == 1, count(promotions, "promotion"));
    narrator.verdict(demotions == 1, count(demotions, "demotion"));
    narrator.verdict(auditIntact, count(auditLines, "audit lines, ") + auditSentence);
    for (String breach : breaches) {
      narrator.verdict(false, "a call that no move may make: " + breach);
    }
    check.findings().forEach(finding -> narrator.plain("      " + finding));
    narrator.plain("  stale reads: " + check.stale()
        + (check.stale() == 0
            ? ""
            : ", at most " + check.longestStaleMillis()
                + " ms late (written between the last pass and the freeze; docs/moves.md)"));
    narrator.plain("  writes without an acknowledgement: " + check.writesUnknown());
    narrator.plain("  longest time between two successful writes of a tenant: "
        + check.longestWriteGap() + ", reads: " + check.longestReadGap()
        + "; acme's writers pause on purpose while it is demoted");
    narrator.plain("  audit file: " + auditFile);
    narrator.plain(String.format(
        Locale.ROOT,
        "  %s after %.1f s",
        asPromised() ? "Everything as promised" : "NOT as promised",
        seconds));
  }

  private static String count(long number, String what) {
    return String.format(Locale.ROOT, "%,d %s", number, what);
  }
}
