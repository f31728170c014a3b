package io.tierkeeper.evaluation.history;

/** A line does not carry everything that it was computed from; the message says what is missing. */
final class NotReplayable extends Exception {
  private static final long serialVersionUID = 1;

  NotReplayable(String message) {
    super(message, null, false, false);
  }
}
