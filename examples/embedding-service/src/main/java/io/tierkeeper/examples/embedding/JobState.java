package io.tierkeeper.examples.embedding;

import java.util.Locale;

/** How far a job has come. */
enum JobState {
  /** Waits for a worker, also between two attempts. */
  QUEUED,
  /** A worker has it, or had it when it died; another takes it when the lease has expired. */
  PROCESSING,
  /** All points are stored. */
  SUCCEEDED,
  /** Given up; the job has the error. The same request queues it again. */
  FAILED;

  static JobState of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }

  /** As in the database and in answers: {@code Queued}. */
  String text() {
    return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
  }
}
