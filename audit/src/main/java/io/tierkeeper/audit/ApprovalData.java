package io.tierkeeper.audit;

import org.jspecify.annotations.Nullable;

/** Exactly one plan was approved, by its hash. */
public record ApprovalData(ResourceRef object, Approval approval) implements EventData {

  /**
   * The approval.
   *
   * @param by who approved, as the door knows them
   * @param door {@code TierMove} (the field) or {@code Git} (the list in TenantTier)
   * @param identity {@code Authenticated} if the API server has compared the name with the user's, else {@code Claimed}; absent in older lines, which
   *     have claimed names
   * @param note such as a change number
   */
  public record Approval(
      String move,
      String planHash,
      String by,
      String door,
      @Nullable String identity,
      @Nullable String note) {}

  @Override
  public AuditType type() {
    return AuditType.APPROVAL;
  }
}
