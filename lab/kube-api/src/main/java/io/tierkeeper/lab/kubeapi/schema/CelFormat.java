package io.tierkeeper.lab.kubeapi.schema;

import dev.cel.runtime.CelEvaluationException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The {@code format} of CEL's string extension: {@code %s %d %f %e %x %X %o %b %%}. */
final class CelFormat {
  private static final Pattern CLAUSE = Pattern.compile("%(?:\\.(\\d+))?(.)");

  private CelFormat() {}

  static String format(String pattern, List<?> arguments) throws CelEvaluationException {
    StringBuilder text = new StringBuilder();
    Matcher clause = CLAUSE.matcher(pattern);
    int next = 0;
    int end = 0;
    while (clause.find()) {
      text.append(pattern, end, clause.start());
      end = clause.end();
      if (clause.group(2).equals("%")) {
        text.append('%');
        continue;
      }
      if (next == arguments.size()) {
        throw new CelEvaluationException(
            "error during formatting: index " + next + " out of range");
      }
      int precision = clause.group(1) == null ? 6 : Integer.parseInt(clause.group(1));
      text.append(one(clause.group(2), precision, arguments.get(next)));
      next++;
    }
    return text.append(pattern, end, pattern.length()).toString();
  }

  private static String one(String verb, int precision, Object value)
      throws CelEvaluationException {
    return switch (verb) {
      case "s" -> plain(value);
      case "d" -> {
        if (!(value instanceof Long)) {
          throw refused("decimal clause can only be used on integers", value);
        }
        yield value.toString();
      }
      case "f" -> {
        if (!(value instanceof Number number)) {
          throw refused("fixed-point clause can only be used on doubles", value);
        }
        yield new BigDecimal(number.toString())
            .setScale(precision, RoundingMode.HALF_EVEN)
            .toPlainString();
      }
      case "e" -> {
        if (!(value instanceof Number number)) {
          throw refused("scientific clause can only be used on doubles", value);
        }
        yield String.format(Locale.ROOT, "%." + precision + "e", number.doubleValue());
      }
      case "x", "X", "o", "b" -> {
        if (!(value instanceof Long number)) {
          throw refused("only integers can be formatted as %" + verb, value);
        }
        yield switch (verb) {
          case "x" -> Long.toHexString(number);
          case "X" -> Long.toHexString(number).toUpperCase(Locale.ROOT);
          case "o" -> Long.toOctalString(number);
          default -> Long.toBinaryString(number);
        };
      }
      default -> throw refused("unrecognized formatting clause %" + verb, value);
    };
  }

  private static String plain(Object value) {
    if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15) {
      return Long.toString(number.longValue());
    }
    if (value instanceof List<?> list) {
      return list.stream().map(CelFormat::plain).collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(e -> plain(e.getKey()) + ": " + plain(e.getValue()))
          .sorted()
          .collect(Collectors.joining(", ", "{", "}"));
    }
    return String.valueOf(value);
  }

  private static CelEvaluationException refused(String why, Object value) {
    return new CelEvaluationException("error during formatting: " + why + ", was given " + value);
  }
}
