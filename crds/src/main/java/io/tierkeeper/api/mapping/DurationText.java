package io.tierkeeper.api.mapping;

import io.tierkeeper.api.v1alpha1.Formats;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as the API writes them: hours, minutes and seconds, such as {@code 1h30m}. */
public final class DurationText {
  private static final Pattern SHAPE = Pattern.compile(Formats.DURATION);
  private static final Pattern PART = Pattern.compile("([0-9]+)([hms])");

  private DurationText() {}

  /**
   * Reads a duration; {@code 0s} is one.
   *
   * @throws InvalidValueException naming {@code field} when the text is no duration
   */
  public static Duration parse(String field, String text) {
    if (text.isEmpty() || !SHAPE.matcher(text).matches()) {
      throw new InvalidValueException(
          field,
          "'" + text + "'",
          "hours, minutes and seconds such as 90s, 30m or 1h30m; a week is 168h");
    }
    Duration sum = Duration.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      long amount = Long.parseLong(part.group(1));
      sum = switch (part.group(2)) {
        case "h" -> sum.plusHours(amount);
        case "m" -> sum.plusMinutes(amount);
        default -> sum.plusSeconds(amount);
      };
    }
    return sum;
  }

  /** Writes a duration, rounded down to seconds, in the shortest form that {@link #parse} reads back; never negative. */
  public static String format(Duration duration) {
    Duration whole = duration.isNegative() ? Duration.ZERO : duration;
    StringBuilder text = new StringBuilder();
    append(text, whole.toHours(), 'h');
    append(text, whole.toMinutesPart(), 'm');
    append(text, whole.toSecondsPart(), 's');
    return text.isEmpty() ? "0s" : text.toString();
  }

  private static void append(StringBuilder text, long amount, char unit) {
    if (amount > 0) {
      text.append(amount).append(unit);
    }
  }
}
