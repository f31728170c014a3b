package io.tierkeeper.governance.decision;

import java.time.Duration;
import java.util.Locale;

/** How gates write shares and durations. */
final class GateText {
  private GateText() {}

  /** A share with six decimals. */
  static String share(double share) {
    return String.format(Locale.ROOT, "%.6f", share);
  }

  /** A duration in hours, minutes and seconds without zero parts: 28m, 1h30m, 24h, 0s; parts of a second are cut off. */
  static String duration(Duration duration) {
    Duration shown = duration.isNegative() ? Duration.ZERO : duration;
    StringBuilder text = new StringBuilder();
    if (shown.toHours() > 0) {
      text.append(shown.toHours()).append('h');
    }
    if (shown.toMinutesPart() > 0) {
      text.append(shown.toMinutesPart()).append('m');
    }
    if (shown.toSecondsPart() > 0) {
      text.append(shown.toSecondsPart()).append('s');
    }
    return text.isEmpty() ? "0s" : text.toString();
  }
}
