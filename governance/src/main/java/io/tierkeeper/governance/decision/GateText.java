package io.tierkeeper.governance.decision;

import java.time.Duration;

/** How gates write shares and durations. */
final class GateText {
  private static final long MILLION = 1_000_000;

  private GateText() {}

  /** A share or cost >= 0 with six decimals; written by hand, since it is written for every gate of every tenant. */
  static String share(double share) {
    long millionths = Math.round(share * MILLION);
    String digits = Long.toString(MILLION + millionths % MILLION);
    return millionths / MILLION + "." + digits.substring(1);
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
