package io.tierkeeper.audit.chain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * JSON as it is in the file: without line feeds, and with each invisible or direction-changing character (categories Cc,
 * Cf, Zl, Zp) as a {@code \}{@code uXXXX} escape, since a terminal or pager would interpret it.
 */
public final class LineForm {

  private static final JsonMapper MAPPER = new JsonMapper();

  private LineForm() {}

  /** Whether a character is escaped in the file; those below U+0020 always are. */
  public static boolean escapes(int codePoint) {
    if (codePoint < 0x7f) {
      return false;
    }
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          // Half a pair, which UTF-8 cannot express.
          Character.SURROGATE -> true;
      default -> false;
    };
  }

  /**
   * The text of a value.
   *
   * @throws IllegalArgumentException for a number that JSON cannot express: NaN and infinities
   */
  static String write(JsonNode value) {
    requireFinite(value);
    try {
      return escape(MAPPER.writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "The event cannot be written as JSON: " + e.getMessage(), e);
    }
  }

  private static void requireFinite(JsonNode value) {
    if (value.isFloatingPointNumber() && !Double.isFinite(value.doubleValue())) {
      throw new IllegalArgumentException(
          "number " + value.doubleValue() + " has no JSON form; allowed: finite numbers");
    }
    value.forEach(LineForm::requireFinite);
  }

  /** Outside of texts JSON has none of these characters, so that they can be replaced without parsing. */
  private static String escape(String json) {
    if (json.codePoints().noneMatch(LineForm::escapes)) {
      return json;
    }
    StringBuilder out = new StringBuilder(json.length() + 32);
    json.codePoints().forEach(codePoint -> {
      if (escapes(codePoint)) {
        for (char unit : Character.toChars(codePoint)) {
          out.append(String.format("\\u%04x", (int) unit));
        }
      } else {
        out.appendCodePoint(codePoint);
      }
    });
    return out.toString();
  }
}
