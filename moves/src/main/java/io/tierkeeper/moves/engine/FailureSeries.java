package io.tierkeeper.moves.engine;

import io.tierkeeper.moves.MoveJournal;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one move that have failed without a success in between: since when, how often, and when the next attempt is
 * due. A mutation that is retried is announced once. Nothing of it survives a restart.
 */
final class FailureSeries {

  private static final Duration MAX_PAUSE = Duration.ofSeconds(10);

  private static final int NOT_ANNOUNCED = -1;

  /** A mutation, or the decision to continue a scan; equal for a retry. */
  private @Nullable Object call;

  private @Nullable Instant since;
  private @Nullable Instant retryAt;
  private int announcedAs = NOT_ANNOUNCED;
  private int failures;
  private int slices;
  private int slicesAtFailure;
  private String reason = "";
  private String message = "";

  /**
   * The call has failed.
   *
   * @param announced the journal that announced it; null where it could not be announced
   * @param first the pause after the first failure; it doubles up to 10 s
   */
  void failed(Object failedCall, @Nullable MoveJournal announced, Duration first, Instant now) {
    if (!failedCall.equals(call)) {
      call = failedCall;
      failures = 0;
    }
    failures++;
    announcedAs = announced == null ? NOT_ANNOUNCED : announced.header().deeds();
    since = since == null ? now : since;
    slicesAtFailure = slices;
    slices = 0;
    Duration pause = first.multipliedBy(1L << Math.min(10, failures - 1));
    retryAt = now.plus(pause.compareTo(MAX_PAUSE) < 0 ? pause : MAX_PAUSE);
  }

  /** What is reported until the next attempt is due. */
  void waits(String waitReason, String waitMessage) {
    reason = waitReason;
    message = waitMessage;
  }

  /** The next attempt is due whenever the caller comes back to a stalled move. */
  void stalls() {
    retryAt = null;
  }

  /** The call, or a slice of it, has succeeded: the series ends, once a scan is past the place where it failed. */
  void succeeded(boolean finished) {
    slices++;
    if (finished || slices > slicesAtFailure + 1) {
      reset();
    }
  }

  /** What went before does not count. */
  void reset() {
    call = null;
    since = null;
    retryAt = null;
    announcedAs = NOT_ANNOUNCED;
    failures = 0;
    slices = 0;
    slicesAtFailure = 0;
  }

  /** Lets nothing have begun later than now, which would be so after the clock was set back. */
  void begunBy(Instant now) {
    since = MoveJournal.earlier(since, now);
    if (retryAt != null && retryAt.isAfter(now.plus(MAX_PAUSE))) {
      retryAt = now;
    }
  }

  /** How long the next attempt of this call must wait; zero where it need not. */
  Duration pause(Object next, Instant now) {
    return retryAt != null && next.equals(call) && now.isBefore(retryAt)
        ? Duration.between(now, retryAt)
        : Duration.ZERO;
  }

  /** Whether a retry of this call is announced in the journal already. */
  boolean announced(Object next, MoveJournal journal) {
    return next.equals(call) && announcedAs == journal.header().deeds();
  }

  /** How often this call has failed. */
  int failures(Object next) {
    return next.equals(call) ? failures : 0;
  }

  /** Whether no call has succeeded for longer than the deadline. */
  boolean overdue(Instant now, Duration deadline) {
    return since != null && now.isAfter(since.plus(deadline));
  }

  /** For how long no call has succeeded. */
  Duration lasting(Instant now) {
    return since == null ? Duration.ZERO : Duration.between(since, now);
  }

  /** Why the move waits for the next attempt. */
  String reason() {
    return reason;
  }

  /** The last failure. */
  String message() {
    return message;
  }
}
