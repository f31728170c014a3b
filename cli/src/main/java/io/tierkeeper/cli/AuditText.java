package io.tierkeeper.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** One line of an audit trail as a sentence; a type that this version does not know is shown by its name. */
final class AuditText {

  private static final String PREFIX = "io.tierkeeper.";

  /** Frequent lines that other lines sum up. */
  private static final Set<String> DETAILS = Set.of("measurement", "composition", "checkpoint");

  private static final Set<String> STEPS = Set.of("step-intended", "step-done");

  private AuditText() {}

  /** Whether a line of JSON is one of an audit trail. */
  static boolean isLine(JsonNode line) {
    return line.path("type").asText().startsWith(PREFIX) && line.has("entryhash");
  }

  /** The type without prefix and version, such as {@code decision}. */
  static String type(JsonNode line) {
    return line.path("type")
        .asText()
        .replaceFirst("^io\\.tierkeeper\\.", "")
        .replaceFirst("\\.v\\d+$", "");
  }

  /** The tenant that a line is about; empty where it is about the collection. */
  static String tenant(JsonNode line) {
    String subject = line.path("subject").asText();
    return subject.startsWith("tenant/") ? subject.substring("tenant/".length()) : "";
  }

  /** Whether it is shown only if everything is. */
  static boolean isDetail(JsonNode line) {
    return DETAILS.contains(type(line))
        || type(line).equals("move") && STEPS.contains(line.at("/data/event").asText());
  }

  /** Time, collection, subject and what happened. */
  static String sentence(JsonNode line, boolean wide) {
    String time = line.path("time").asText().replaceFirst("\\.\\d+Z$", "Z");
    String source = line.path("source")
        .asText()
        .replaceFirst("^/namespaces/", "")
        .replace("/tieredcollections", "");
    String tenant = tenant(line);
    return time + "  "
        + (wide
            ? Long.parseLong(line.path("sequence").asText("0")) + "  "
                + line.path("entryhash").asText() + "  "
            : "")
        + source + "  " + (tenant.isEmpty() ? "-" : tenant) + "  " + event(line);
  }

  private static String event(JsonNode line) {
    JsonNode data = line.path("data");
    return switch (type(line)) {
      case "decision" -> decision(data);
      case "move" -> move(data);
      case "approval" -> approval(data.path("approval"));
      case "retention" -> retention(data.path("retention"));
      case "measurement" ->
        "Measured: " + count(data.path("tenantCount")) + " tenants, "
            + count(data.path("totalPoints")) + " points";
      case "policy" ->
        "Policy: " + data.at("/policy/name").asText() + "/"
            + data.at("/policy/generation").asText() + ", mode "
            + data.at("/spec/mode").asText();
      case "pause" ->
        "Pause " + edge(data.path("pause")) + ": by " + data.at("/pause/owner").asText() + " until "
            + data.at("/pause/until").asText() + ": " + data.at("/pause/reason").asText();
      case "foreignmover" ->
        "ForeignMover " + edge(data.path("foreignMover")) + ": "
            + data.at("/foreignMover/detail").asText();
      case "checkpoint" -> "Checkpoint: " + data.at("/checkpoint/size").asText() + " lines";
      case "gap" -> "Gap: " + data.at("/gap/reason").asText();
      default -> type(line);
    };
  }

  private static String decision(JsonNode data) {
    JsonNode decision = data.path("decision");
    String from = decision.path("from").asText();
    String to = decision.path("to").asText();
    JsonNode seen = data.path("observation");
    List<String> unmet = StreamSupport.stream(data.path("gates").spliterator(), false)
        .filter(gate -> !gate.path("met").asBoolean(true))
        .map(gate -> gate.path("name").asText())
        .toList();
    return "Decision: " + decision.path("action").asText() + " ("
        + decision.path("reason").asText()
        + ") " + (from.equals(to) ? "in " + from : from + " -> " + to) + ", share "
        + String.format(Locale.ROOT, "%.4f", seen.path("dampedMass").asDouble()) + ", "
        + count(seen.path("points")) + " points"
        + (unmet.isEmpty() ? "" : "; not met: " + String.join(", ", unmet));
  }

  private static String move(JsonNode data) {
    List<String> details = new ArrayList<>();
    if (data.hasNonNull("step")) {
      details.add(data.path("step").asText());
    }
    String reason = data.at("/answer/reason").asText();
    if (!reason.isEmpty() && !data.path("event").asText().equals("started")) {
      details.add(reason);
    }
    String counts = data.path("counts").properties().stream()
        .map(entry -> entry.getKey() + " " + count(entry.getValue()))
        .collect(Collectors.joining(", "));
    if (!counts.isEmpty()) {
      details.add(counts);
    }
    return "Move " + data.path("event").asText() + ": " + data.path("move").asText() + " ("
        + String.join("; ", details) + ")";
  }

  private static String approval(JsonNode approval) {
    return "Approved: " + approval.path("move").asText() + " by "
        + approval.path("by").asText()
        + " (" + approval.path("door").asText()
        + (approval.hasNonNull("identity") ? ", " + approval.path("identity").asText() : "")
        + "), plan "
        + approval.path("planHash").asText();
  }

  private static String retention(JsonNode retention) {
    return "Retention changed: " + retention.path("move").asText() + " until "
        + retention.path("end").asText() + ", before until "
        + retention.path("formerEnd").asText() + ", by "
        + retention.path("by").asText();
  }

  private static String edge(JsonNode of) {
    return of.path("event").asText().toLowerCase(Locale.ROOT);
  }

  private static String count(JsonNode number) {
    return number.isNumber()
        ? String.format(Locale.ROOT, "%,d", number.asLong())
        : number.asText("-");
  }
}
