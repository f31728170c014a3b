package io.tierkeeper.api.generator;

import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRuleBuilder;
import io.tierkeeper.api.v1alpha1.Formats;
import java.util.Map;
import java.util.Optional;

/** Says in words what a pattern of {@link Formats} wants: a regular expression alone is no help. */
final class FormatWords {
  private static final Map<String, String> WORDS = Map.ofEntries(
      Map.entry(
          Formats.SHARE,
          "must be a decimal above 0 and below 1 with at most six digits, such as 0.15"),
      Map.entry(
          Formats.RATIO, "must be a decimal from 0 to 1 with at most six digits, such as 0.99"),
      Map.entry(
          Formats.QUANTILE,
          "must be a decimal from 0.5 to 1 with at most six digits, such as 0.99"),
      Map.entry(
          Formats.DECIMAL,
          "must be a decimal of at least 0 with at most six digits on either side of the point, such as 0.05"),
      Map.entry(
          Formats.DURATION,
          "must be a duration in hours, minutes and seconds, such as 90s, 30m or 1h30m; a week is 168h"),
      Map.entry(
          Formats.CRON,
          "must be five cron fields (minute, hour, day of month, month, day of week), such as 0 1 * * 1-5"),
      Map.entry(
          Formats.NAME,
          "must be the name of an object in the same namespace: lower case letters, digits, - and ., no slash"),
      Map.entry(Formats.HASH, "must be sha256: and 64 hexadecimal digits in lower case"),
      Map.entry(
          Formats.ENDPOINT,
          "must be http://host:port or https://host:port without credentials, path or query"),
      Map.entry(
          Formats.LABEL,
          "must be a name of lower case letters, digits and -, at most 63 characters, such as latency-budget"),
      Map.entry(Formats.LABEL_KEY, "must be the key of a label, such as example.com/privacy-class"),
      Map.entry(
          Formats.LABEL_VALUE,
          "must be a label value: letters, digits, -, _ and ., at most 63 characters"),
      Map.entry(Formats.DATA_KEY, "must be a ConfigMap data key: letters, digits, -, _ and ."));

  private static final String TIME_ZONE = "must be an IANA time zone, such as UTC or Europe/Paris";

  private FormatWords() {}

  /** What the pattern allows, if it is one of ours: "a duration in hours ...". */
  static Optional<String> allowed(String pattern) {
    return Optional.ofNullable(pattern.equals(Formats.TIME_ZONE) ? TIME_ZONE : WORDS.get(pattern))
        .map(words -> words.substring("must be ".length()));
  }

  /** Whether this message says of a field what its pattern wants. */
  static boolean isOfPattern(String message) {
    return message.endsWith(TIME_ZONE) || WORDS.values().stream().anyMatch(message::endsWith);
  }

  /** The rule that belongs to a pattern on the field {@code name}, if the pattern is one of ours. */
  static Optional<ValidationRule> rule(String pattern, String name) {
    if (pattern.equals(Formats.TIME_ZONE)) {
      // The lookup fails with "unknown time zone X evaluating rule: <message>", so the value is
      // named all the same.
      return Optional.of(new ValidationRuleBuilder()
          .withRule("timestamp('2026-01-01T00:00:00Z').getFullYear(self) > 0")
          .withMessage(name + " " + TIME_ZONE)
          .build());
    }
    String words = WORDS.get(pattern);
    if (words == null) {
      return Optional.empty();
    }
    return Optional.of(new ValidationRuleBuilder()
        .withRule("self.matches(r'" + pattern + "')")
        .withMessageExpression("'" + name + " ' + self + ' " + words + "'")
        .withMessage(name + " " + words)
        .build());
  }
}
