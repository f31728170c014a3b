package io.tierkeeper.operator.move;

import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The ways to approve a plan: by commit in {@code spec.approvals} of a TenantTier, by {@code spec.approved}, by policy. */
final class ApprovalDoors {

  private static final String DOOR_FIELD = "Field";
  private static final String DOOR_GIT = "Git";
  private static final String DOOR_POLICY = "Policy";
  private static final String AUTHENTICATED = "Authenticated";
  private static final String CLAIMED = "Claimed";

  private ApprovalDoors() {}

  /**
   * The approval of exactly this plan; null where there is none.
   *
   * @param now when it is seen
   */
  static TierMoveStatus.@Nullable Approval approval(MoveCase move, String now) {
    for (TenantTierSpec.Approval given : move.approvals().git()) {
      if (Objects.equals(given.planHash(), move.subject().spec().planHash())) {
        return new TierMoveStatus.Approval(
            Objects.requireNonNullElse(given.by(), "unnamed"),
            DOOR_GIT,
            CLAIMED,
            given.note(),
            now);
      }
    }
    if (Boolean.TRUE.equals(move.subject().spec().approved())) {
      return new TierMoveStatus.Approval(
          move.approvals().fieldApprover(),
          DOOR_FIELD,
          move.approvals().authenticated() ? AUTHENTICATED : CLAIMED,
          null,
          now);
    }
    return move.approvals().required()
        ? null
        : new TierMoveStatus.Approval("policy", DOOR_POLICY, null, null, now);
  }
}
