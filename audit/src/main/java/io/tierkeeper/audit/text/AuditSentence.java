package io.tierkeeper.audit.text;

import io.tierkeeper.audit.ApprovalData;
import io.tierkeeper.audit.CheckpointData;
import io.tierkeeper.audit.CompositionData;
import io.tierkeeper.audit.DecisionData;
import io.tierkeeper.audit.Edge;
import io.tierkeeper.audit.EventData;
import io.tierkeeper.audit.EventJson;
import io.tierkeeper.audit.ForeignMoverData;
import io.tierkeeper.audit.GapData;
import io.tierkeeper.audit.MeasurementData;
import io.tierkeeper.audit.MoveData;
import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.audit.PauseData;
import io.tierkeeper.audit.PolicyData;
import io.tierkeeper.audit.ProvisionData;
import io.tierkeeper.audit.RetentionData;
import io.tierkeeper.audit.UnreadableData;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What an event says, as a sentence: the same in {@code audit tail} and on the live page. */
public final class AuditSentence {

  private static final String TENANT = "tenant/";

  private AuditSentence() {}

  /**
   * The sentence, without time and subject; never empty, without a length limit, and {@linkplain VisibleText visible} as a
   * whole.
   */
  public static String of(EventData data) {
    return VisibleText.of(sentence(data));
  }

  private static String sentence(EventData data) {
    return switch (data) {
      case DecisionData decision -> decision(decision);
      case MoveData move -> move(move);
      case ApprovalData approval -> approval(approval.approval());
      case RetentionData retention -> retention(retention.retention());
      case ProvisionData provision -> provision(provision.provision());
      case PauseData pause -> pause(pause.pause());
      case PolicyData policy -> policy(policy);
      case ForeignMoverData foreign -> foreignMover(foreign.foreignMover());
      case GapData gap -> "Gap: " + EventJson.tree(gap.gap().reason()).asText();
      case MeasurementData measurement ->
        "Measured: " + number(measurement.tenantCount()) + " tenants, "
            + number(measurement.totalPoints()) + " points";
      case CompositionData composition ->
        "Composition: " + EventJson.tree(composition.form()).asText() + ", part "
            + composition.part() + " of " + composition.parts() + ", "
            + number(composition.composition().tenants().size()) + " tenants";
      case CheckpointData checkpoint ->
        "Checkpoint: " + number(checkpoint.checkpoint().size()) + " lines";
      case UnreadableData unreadable -> unreadable.type().eventType() + ": " + unreadable.reason();
    };
  }

  /** Whether it is one of the frequent events that others sum up, which lists for people leave out by default. */
  public static boolean isDetail(EventData data) {
    return switch (data) {
      case MeasurementData measurement -> true;
      case CompositionData composition -> true;
      case CheckpointData checkpoint -> true;
      case MoveData move ->
        move.event() == MoveEvent.STEP_INTENDED || move.event() == MoveEvent.STEP_DONE;
      case PolicyData policy -> policy.continues();
      case ProvisionData provision -> provision.provision().event() == ProvisionData.Event.INTENDED;
      default -> false;
    };
  }

  /** The tenant that an event with this subject is about; empty where it is about the collection. */
  public static String tenant(String subject) {
    return subject.startsWith(TENANT) ? subject.substring(TENANT.length()) : "";
  }

  private static String decision(DecisionData data) {
    DecisionData.Verdict verdict = data.decision();
    String unmet = data.gates().stream()
        .filter(gate -> !gate.met())
        .map(DecisionData.Gate::name)
        .collect(Collectors.joining(", "));
    return "Decision: " + verdict.action() + " (" + verdict.reason() + ") "
        + (verdict.from().equals(verdict.to())
            ? "in " + verdict.from()
            : verdict.from() + " -> " + verdict.to())
        + ", share " + String.format(Locale.ROOT, "%.4f", data.observation().dampedMass()) + ", "
        + number(data.observation().points()) + " points"
        + (unmet.isEmpty() ? "" : "; not met: " + unmet);
  }

  private static String move(MoveData data) {
    // The reason of a started move is the version of the operator.
    String reason = data.answer() == null || data.event() == MoveEvent.STARTED
        ? ""
        : data.answer().path("reason").asText();
    String counts = data.counts().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(count -> count.getKey() + " " + number(count.getValue()))
        .collect(Collectors.joining(", "));
    String details = List.of(data.step() == null ? "" : data.step(), reason, counts).stream()
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining("; "));
    return "Move " + data.event().word() + ": " + data.move()
        + (details.isEmpty() ? "" : " (" + details + ")");
  }

  private static String approval(ApprovalData.Approval approval) {
    return "Approved: " + approval.move() + " by " + approval.by() + " (" + approval.door()
        + (approval.identity() == null ? "" : ", " + approval.identity()) + "), plan "
        + approval.planHash();
  }

  private static String retention(RetentionData.Retention retention) {
    return "Retention changed: " + retention.move() + " until " + retention.end()
        + ", before until " + retention.formerEnd() + ", by " + retention.by();
  }

  private static String provision(ProvisionData.Provision provision) {
    return provision.action() + " " + provision.event().word().toLowerCase(Locale.ROOT) + ": "
        + provision.collection() + " " + provision.request()
        + (provision.answer() == null ? "" : ": " + provision.answer());
  }

  private static String pause(PauseData.Pause pause) {
    return "Pause " + word(pause.event()) + ": by " + pause.owner() + " until " + pause.until()
        + ": " + pause.reason();
  }

  private static String policy(PolicyData data) {
    String mode = data.spec().path("mode").asText();
    return "Policy: " + data.policy().name() + ", generation " + data.policy().generation()
        + (mode.isEmpty() ? "" : ", mode " + mode);
  }

  private static String foreignMover(ForeignMoverData.ForeignMover foreign) {
    return "ForeignMover " + word(foreign.event()) + ": " + foreign.detail();
  }

  private static String word(Edge edge) {
    return EventJson.tree(edge).asText();
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
