package io.tierkeeper.audit;

import java.time.Instant;
import java.util.List;

/** A pause began or ended. */
public record PauseData(ResourceRef object, Pause pause) implements EventData {

  /**
   * The pause.
   *
   * @param until when it ends by itself
   * @param directions {@code Promote}, {@code Demote}; empty means both
   */
  public record Pause(
      Edge event, String owner, String reason, Instant until, List<String> directions) {}

  @Override
  public AuditType type() {
    return AuditType.PAUSE;
  }
}
