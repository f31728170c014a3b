package io.tierkeeper.audit;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something may be missing before this line: a restart, a torn tail, a clock that jumped. */
public record GapData(Gap gap) implements EventData {

  /**
   * The gap.
   *
   * @param torn the tails that a crash left, each in a file of its own now
   * @param from the time of the line before a clock jump
   * @param to the time after it
   */
  public record Gap(
      Reason reason,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<TornTail> torn,
      @Nullable Instant from,
      @Nullable Instant to) {

    /** Without torn tails the list is empty. */
    public Gap {
      torn = torn == null ? List.of() : List.copyOf(torn);
    }
  }

  /** Why something may be missing. */
  public enum Reason {
    /** The writer was started again. */
    @JsonProperty("Restart")
    RESTART,
    /** A crash left half a line. */
    @JsonProperty("TornTail")
    TORN_TAIL,
    /** The files are not on this volume; the chain continues from the checkpoint in the status. */
    @JsonProperty("TrailElsewhere")
    TRAIL_ELSEWHERE,
    /** The disk failed and a new file was begun. */
    @JsonProperty("WriteFailed")
    WRITE_FAILED,
    /** The clock went back by more than two seconds. */
    @JsonProperty("ClockJump")
    CLOCK_JUMP,
    /** A reason of a later version; never written. */
    @JsonEnumDefaultValue
    @JsonProperty("Other")
    OTHER
  }

  /**
   * A tail that lies in a file of its own now.
   *
   * @param file its name
   * @param length in bytes
   * @param sha256 of its content, 64 hexadecimal digits
   */
  public record TornTail(String file, long length, String sha256) {}

  @Override
  public AuditType type() {
    return AuditType.GAP;
  }
}
