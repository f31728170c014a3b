package io.tierkeeper.audit.verify;

import io.tierkeeper.audit.file.AuditOptions;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Counts the lines of a trail behind its last signed checkpoint: whoever can compute hashes can write these anew. The operator
 * writes a checkpoint after so many lines and so much time that more of them mean that checkpoints were removed.
 */
final class SignedCoverage {

  /** Lines that a group or a crash may add before the checkpoint that is due. */
  private static final int MARGIN = 64;

  private static final int MAX_LINES = AuditOptions.DEFAULTS.checkpoints().lines() + MARGIN;
  private static final Duration INTERVAL = AuditOptions.DEFAULTS.checkpoints().interval();

  private final boolean required;
  private boolean any;
  private long lines;
  private long overdue;
  private @Nullable Instant first;

  /** @param required whether lines must be covered */
  SignedCoverage(boolean required) {
    this.required = required;
  }

  /** The next line is a checkpoint whose signature was verified. */
  void signed() {
    any = true;
    lines = 0;
    overdue = 0;
    first = null;
  }

  /** The next line is any other one; says what is wrong now, or null. */
  @Nullable
  String unsigned(String time) {
    lines++;
    if (!required) {
      return null;
    }
    try {
      Instant now = Instant.parse(time);
      if (first == null) {
        first = now;
      }
      overdue += now.isBefore(first.plus(INTERVAL)) ? 0 : 1;
    } catch (DateTimeException e) {
      return "time '" + time + "' is no time";
    }
    return lines > MAX_LINES || overdue > MARGIN
        ? lines + " lines follow the last signed checkpoint; the operator writes one after "
            + AuditOptions.DEFAULTS.checkpoints().lines() + " lines or " + INTERVAL.toMinutes()
            + " minutes"
        : null;
  }

  /** What is wrong with a trail that ends here; null if nothing is. */
  @Nullable
  String atEnd() {
    return required && !any && lines > 0 ? "no signed checkpoint covers any line" : null;
  }

  /** The lines behind the last signed checkpoint, or all. */
  long lines() {
    return lines;
  }
}
