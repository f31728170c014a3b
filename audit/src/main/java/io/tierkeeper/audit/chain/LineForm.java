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

  /** The bytes of one escape. */
  private static final int ESCAPE = 6;

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

  /** How many bytes a text has in the file as a JSON string, its quotes included. */
  public static int bytes(String text) {
    int bytes = 2;
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      int units = Character.charCount(codePoint);
      if (codePoint < 0x20 || escapes(codePoint)) {
        bytes += ESCAPE * units;
      } else if (codePoint == '"' || codePoint == '\\') {
        bytes += 2;
      } else if (codePoint < 0x80) {
        bytes++;
      } else {
        // Three bytes in the basic plane, four beyond it.
        bytes += codePoint < 0x800 ? 2 : 2 + units;
      }
      i += units;
    }
    return bytes;
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
