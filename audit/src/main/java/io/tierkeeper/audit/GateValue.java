package io.tierkeeper.audit;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;

/** What a rule compares: a number or words. */
public sealed interface GateValue {

  /** A number. */
  record OfNumber(@JsonValue double value) implements GateValue {}

  /** Words, such as {@code open} or {@code 2s}. */
  record OfText(@JsonValue String text) implements GateValue {}

  /** Reads either. */
  @JsonCreator
  static GateValue read(JsonNode json) {
    return json.isNumber() ? new OfNumber(json.doubleValue()) : new OfText(json.asText());
  }
}
