package io.tierkeeper.cli.report;

import io.tierkeeper.audit.text.VisibleText;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How values of a trail are written for people; texts of a trail are made visible as they are. */
final class Written {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneOffset.UTC);
  private static final int MAX_TEXT = 1_000;

  private Written() {}

  /** A text from a trail: characters that show nothing or change the direction of others become escapes; long texts are cut. */
  static String text(String raw) {
    int end = raw.offsetByCodePoints(0, Math.min(MAX_TEXT, raw.codePointCount(0, raw.length())));
    String shown = VisibleText.of(raw.substring(0, end));
    return end < raw.length() ? shown + "…" : shown;
  }

  /** A text from a trail where there is little room. */
  static String brief(String raw, int length) {
    String shown = text(raw);
    return shown.length() <= length ? shown : shown.substring(0, length - 1) + "…";
  }

  /** Date and time to the second, in UTC. */
  static String time(Instant at) {
    return TIME.format(at);
  }

  /** The time of day to the millisecond, in UTC. */
  static String clock(Instant at) {
    return CLOCK.format(at);
  }

  static String duration(Duration took) {
    if (took.toSeconds() < 1) {
      return took.toMillis() + " ms";
    }
    if (took.toMinutes() < 1) {
      return String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0);
    }
    if (took.toHours() < 1) {
      return took.toMinutes() + " min " + took.toSecondsPart() + " s";
    }
    return took.toDays() < 1
        ? took.toHours() + " h " + took.toMinutesPart() + " min"
        : took.toDays() + " d " + took.toHoursPart() + " h";
  }

  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** At most six decimals, and none that say nothing. */
  static String number(double number) {
    if (number == Math.rint(number) && Math.abs(number) < 1e15) {
      return count((long) number);
    }
    return String.format(Locale.ROOT, "%.6f", number).replaceFirst("\\.?0+$", "");
  }

  /** A share of one. */
  static String share(double mass) {
    return String.format(Locale.ROOT, "%.4f", mass);
  }

  /** Such as {@code compared 4,462, missing 0}. */
  static String counts(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> words(entry.getKey()) + " " + count(entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  /** {@code broughtOver} as {@code brought over}. */
  static String words(String camelCase) {
    return text(camelCase).replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
  }

  /** {@code data/kb} of the source of a trail. */
  static String collection(String source) {
    return text(source.replaceFirst("^/namespaces/", "").replace("/tieredcollections/", "/"));
  }
}
