package io.tierkeeper.audit;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonValue;

/** What a {@code move} line reports of a move: {@code data.event}. */
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
  FAILED("failed"),
  /** An event of a later version; never written. */
  @JsonEnumDefaultValue
  OTHER("other");

  private final String word;

  MoveEvent(String word) {
    this.word = word;
  }

  /** The word in the line, such as {@code step-intended}. */
  @JsonValue
  public String word() {
    return word;
  }
}
