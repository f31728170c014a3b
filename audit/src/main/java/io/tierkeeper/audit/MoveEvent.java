package io.tierkeeper.audit;

/** What a {@code move} line tells of a move: {@code data.event}. */
public enum MoveEvent {
  PLANNED("planned"),
  STARTED("started"),
  STEP_INTENDED("step-intended"),
  STEP_DONE("step-done"),
  PROGRESS("progress"),
  VERIFIED("verified"),
  CUTOVER("cutover"),
  RETAINED("retained"),
  CLEANED("cleaned"),
  ABORTED("aborted"),
  FINISHED("finished"),
  FAILED("failed");

  private final String word;

  MoveEvent(String word) {
    this.word = word;
  }

  /** The word in the line, such as {@code step-intended}. */
  public String word() {
    return word;
  }
}
