package io.tierkeeper.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.EventData;
import io.tierkeeper.audit.EventJson;
import io.tierkeeper.audit.text.AuditSentence;
import io.tierkeeper.audit.text.VisibleText;
import java.util.Optional;

/**
 * A line of a trail as {@code audit tail} shows it.
 *
 * @param json as it is written
 * @param data its payload; empty for a type that this version does not know
 */
record TailLine(JsonNode json, Optional<EventData> data) {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** The line; empty where the text is no line of a trail. */
  static Optional<TailLine> parse(String text) {
    if (!text.startsWith("{")) {
      return Optional.empty();
    }
    try {
      JsonNode json = MAPPER.readTree(text);
      String type = json.path("type").asText();
      if (!type.startsWith("io.tierkeeper.")
          || !json.has("entryhash")
          || !(json.path("data") instanceof ObjectNode data)) {
        return Optional.empty();
      }
      return Optional.of(new TailLine(
          json, AuditType.ofEventType(type).map(known -> EventJson.read(known, data))));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** The tenant that it is about; empty where it is about the collection. */
  String tenant() {
    return AuditSentence.tenant(json.path("subject").asText());
  }

  /** Whether it is shown only if everything is. */
  boolean isDetail() {
    return data.map(AuditSentence::isDetail).orElse(false);
  }

  /** Time, collection, tenant and what happened; an unknown type is shown by its name. */
  String sentence(boolean wide) {
    String time = json.path("time").asText().replaceFirst("\\.\\d+Z$", "Z");
    String source = json.path("source")
        .asText()
        .replaceFirst("^/namespaces/", "")
        .replace("/tieredcollections", "");
    return time + "  "
        + (wide
            ? Long.parseLong(json.path("sequence").asText("0")) + "  "
                + json.path("entryhash").asText() + "  "
            : "")
        + VisibleText.of(source + "  " + (tenant().isEmpty() ? "-" : tenant())) + "  "
        + data.map(AuditSentence::of)
            .orElseGet(() -> VisibleText.of(json.path("type").asText()));
  }
}
