package io.tierkeeper.operator.page;

import io.tierkeeper.audit.ApprovalData;
import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditReceipt;
import io.tierkeeper.audit.CheckpointData;
import io.tierkeeper.audit.CompositionData;
import io.tierkeeper.audit.DecisionData;
import io.tierkeeper.audit.ForeignMoverData;
import io.tierkeeper.audit.GapData;
import io.tierkeeper.audit.MeasurementData;
import io.tierkeeper.audit.MoveData;
import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.audit.PauseData;
import io.tierkeeper.audit.PolicyData;
import io.tierkeeper.audit.RetentionData;
import io.tierkeeper.audit.UnreadableData;
import io.tierkeeper.audit.file.AuditStream;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The last lines that this process has appended to its audit trails, as sentences. Lines that others sum up are left out, as in
 * {@code audit tail}.
 */
final class TrailTail {

  static final int MAX_ENTRIES = 50;
  static final int MAX_TEXT = 400;

  private static final String TENANT = "tenant/";

  private final Deque<PageState.TrailEntry> entries = new ArrayDeque<>();

  /** Takes over a line that is in the trail now. */
  void appended(AuditStream stream, AuditEvent event, AuditReceipt receipt) {
    String text = text(event);
    if (text.isEmpty() || receipt.sequence() == 0) {
      return;
    }
    PageState.TrailEntry entry = new PageState.TrailEntry(
        receipt.sequence(),
        event.time().truncatedTo(ChronoUnit.SECONDS).toString(),
        stream.namespace() + "/" + stream.name(),
        event.subject().startsWith(TENANT) ? event.subject().substring(TENANT.length()) : "",
        text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT - 1) + "…" : text);
    synchronized (entries) {
      entries.addFirst(entry);
      if (entries.size() > MAX_ENTRIES) {
        entries.removeLast();
      }
    }
  }

  /** Newest first. */
  List<PageState.TrailEntry> entries() {
    synchronized (entries) {
      return List.copyOf(entries);
    }
  }

  private static String text(AuditEvent event) {
    return switch (event.data()) {
      case DecisionData decision -> decision(decision);
      case MoveData move -> move(move);
      case ApprovalData data ->
        "Approved: " + data.approval().move() + " by " + data.approval().by() + " ("
            + data.approval().door()
            + (data.approval().identity() == null ? "" : ", " + data.approval().identity())
            + ")";
      case RetentionData data ->
        "Retention changed: " + data.retention().move() + " until "
            + data.retention().end()
            + ", before until " + data.retention().formerEnd() + ", by "
            + data.retention().by();
      case PauseData data ->
        "Pause " + data.pause().event().name().toLowerCase(Locale.ROOT) + ": by "
            + data.pause().owner() + " until " + data.pause().until() + ": "
            + data.pause().reason();
      case PolicyData data ->
        data.continues()
            ? ""
            : "Policy: " + data.policy().name() + ", generation "
                + data.policy().generation();
      case ForeignMoverData data ->
        "ForeignMover " + data.foreignMover().event().name().toLowerCase(Locale.ROOT) + ": "
            + data.foreignMover().detail();
      case GapData data -> "Gap: " + data.gap().reason();
      case MeasurementData data -> "";
      case CompositionData data -> "";
      case CheckpointData data -> "";
      case UnreadableData data -> "";
    };
  }

  private static String decision(DecisionData data) {
    DecisionData.Verdict verdict = data.decision();
    String unmet = data.gates().stream()
        .filter(gate -> !gate.met())
        .map(DecisionData.Gate::name)
        .collect(Collectors.joining(", "));
    return String.format(
            Locale.ROOT,
            "Decision: %s (%s) %s, share %.4f, %,d points",
            verdict.action(),
            verdict.reason(),
            verdict.from().equals(verdict.to())
                ? "in " + verdict.from()
                : verdict.from() + " → " + verdict.to(),
            data.observation().dampedMass(),
            data.observation().points())
        + (unmet.isEmpty() ? "" : "; not met: " + unmet);
  }

  private static String move(MoveData data) {
    if (data.event() == MoveEvent.STEP_INTENDED || data.event() == MoveEvent.STEP_DONE) {
      return "";
    }
    String reason = data.answer() == null || data.event() == MoveEvent.STARTED
        ? ""
        : data.answer().path("reason").asText();
    String counts = data.counts().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(count -> String.format(Locale.ROOT, "%s %,d", count.getKey(), count.getValue()))
        .collect(Collectors.joining(", "));
    String details = List.of(data.step() == null ? "" : data.step(), reason, counts).stream()
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining("; "));
    return "Move " + data.event().word() + ": " + data.move()
        + (details.isEmpty() ? "" : " (" + details + ")");
  }
}
