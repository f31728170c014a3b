package io.tierkeeper.audit.chain;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;
import java.util.TreeMap;

/**
 * RFC 8785 (JSON Canonicalization Scheme): one way only to write a value, so that it can be hashed.
 *
 * <p>Members sorted by their UTF-16 code units, no whitespace, the fewest escapes, numbers as ECMAScript prints them.
 */
public final class CanonicalJson {

  private static final long MAX_SAFE_INTEGER = 1L << 53;

  private CanonicalJson() {}

  /**
   * The canonical form of a value.
   *
   * @throws IllegalArgumentException for what the form cannot hold without loss: NaN and infinities, integers beyond
   *     2^53, half surrogate pairs, binary values
   */
  public static String write(JsonNode value) {
    StringBuilder out = new StringBuilder(512);
    write(value, out);
    return out.toString();
  }

  private static void write(JsonNode value, StringBuilder out) {
    switch (value.getNodeType()) {
      case OBJECT -> writeObject(value, out);
      case ARRAY -> {
        char separator = '[';
        for (JsonNode element : value) {
          out.append(separator);
          write(element, out);
          separator = ',';
        }
        out.append(value.isEmpty() ? "[]" : "]");
      }
      case STRING -> writeString(value.textValue(), out);
      case NUMBER -> writeNumber(value, out);
      case BOOLEAN -> out.append(value.booleanValue());
      case NULL -> out.append("null");
      case BINARY, MISSING, POJO ->
        throw new IllegalArgumentException(
            "a value of kind " + value.getNodeType() + " has no canonical form");
    }
  }

  private static void writeObject(JsonNode value, StringBuilder out) {
    Map<String, JsonNode> sorted = new TreeMap<>();
    value.properties().forEach(member -> sorted.put(member.getKey(), member.getValue()));
    char separator = '{';
    for (Map.Entry<String, JsonNode> member : sorted.entrySet()) {
      out.append(separator);
      writeString(member.getKey(), out);
      out.append(':');
      write(member.getValue(), out);
      separator = ',';
    }
    out.append(sorted.isEmpty() ? "{}" : "}");
  }

  private static void writeNumber(JsonNode value, StringBuilder out) {
    if (value.isIntegralNumber()) {
      if (!value.canConvertToLong()
          || value.longValue() > MAX_SAFE_INTEGER
          || value.longValue() < -MAX_SAFE_INTEGER) {
        throw new IllegalArgumentException("number " + value.asText()
            + " is beyond 2^53 and would be rounded; write it as a string");
      }
      out.append(value.longValue());
    } else {
      out.append(number(value.doubleValue()));
    }
  }

  /** A number as ECMAScript's {@code Number::toString} prints it (RFC 8785 section 3.2.2.3). */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "number " + value + " has no JSON form; allowed: finite numbers");
    }
    if (value == 0) {
      return "0";
    }
    if (value == Math.rint(value) && Math.abs(value) <= MAX_SAFE_INTEGER) {
      return Long.toString((long) value);
    }
    if (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e7) {
      return Double.toString(value); // same digits in this range, and the usual case
    }
    String sign = value < 0 ? "-" : "";
    BigDecimal shortest = shortest(Math.abs(value));
    String digits = shortest.unscaledValue().toString();
    // The names k and n are those of the ECMAScript specification: k digits, the value is 0.digits
    // times 10^n.
    int k = digits.length();
    int n = k - shortest.scale();
    if (k <= n && n <= 21) {
      return sign + digits + "0".repeat(n - k);
    }
    if (0 < n && n <= 21) {
      return sign + digits.substring(0, n) + "." + digits.substring(n);
    }
    if (-6 < n && n <= 0) {
      return sign + "0." + "0".repeat(-n) + digits;
    }
    String mantissa = k == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    return sign + mantissa + "e" + (n > 0 ? "+" : "-") + Math.abs(n - 1);
  }

  /** The fewest digits that read back as the same double; Double.toString keeps two even where one is enough. */
  private static BigDecimal shortest(double value) {
    BigDecimal printed = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    if (printed.precision() == 2) {
      BigDecimal oneDigit = printed.round(new MathContext(1)).stripTrailingZeros();
      if (oneDigit.doubleValue() == value) {
        return oneDigit;
      }
    }
    return printed;
  }

  private static void writeString(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\t' -> out.append("\\t");
        case '\n' -> out.append("\\n");
        case '\f' -> out.append("\\f");
        case '\r' -> out.append("\\r");
        default -> {
          if (c < 0x20) {
            out.append(String.format("\\u%04x", (int) c));
          } else if (!Character.isSurrogate(c)) {
            out.append(c);
          } else if (Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1))) {
            out.append(c).append(text.charAt(++i));
          } else {
            throw new IllegalArgumentException(String.format(
                "text holds half a surrogate pair, U+%04X, which UTF-8 cannot carry", (int) c));
          }
        }
      }
    }
    out.append('"');
  }
}
