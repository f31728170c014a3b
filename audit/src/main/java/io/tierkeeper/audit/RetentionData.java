package io.tierkeeper.audit;

import java.time.Instant;

/** The end of the retention of a promotion's old copy was changed by {@code spec.retainUntil} of its TierMove. */
public record RetentionData(ResourceRef object, Retention retention) implements EventData {

  /**
   * The change.
   *
   * @param move name of the TierMove
   * @param formerEnd the end until then: the policy's, or that of the request before
   * @param end the end from then on; not later than the line where the request ends the retention at once
   * @param by the field manager that set the field, such as {@code kubectl-patch}, which the API server does not verify
   */
  public record Retention(String move, String tenant, Instant formerEnd, Instant end, String by) {}

  @Override
  public AuditType type() {
    return AuditType.RETENTION;
  }
}
