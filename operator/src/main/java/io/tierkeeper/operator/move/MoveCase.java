package io.tierkeeper.operator.move;

import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.api.v1alpha1.TierMoveSpec;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.governance.decision.WindowState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one reconciliation of a TierMove looks at.
 *
 * @param name of the TierMove
 * @param uid of the TierMove
 * @param tenantTier name of the TenantTier that owns it
 * @param generation of its spec
 * @param createdAt when it was planned
 * @param status as last written
 * @param begun whether Qdrant may have been changed for it, whatever the status says: statuses are lost and edited
 * @param approvalRequired whether a person has to approve
 * @param approvalExpiresAfter how long that is waited for
 * @param gitApprovals of the TenantTier, whatever plan they name
 * @param fieldApprover who set {@code spec.approved}, as far as it is known
 * @param withdrawn why the tenant shall not be moved any more, in a sentence; null while it shall
 * @param held why nothing may start now; null for nothing
 * @param window for the move's direction
 * @param stop whether a suspend or a pause asks a running move to be taken back
 * @param undo whether a person has pinned the tenant to the tier that this move takes it from
 * @param deleteOnlyInWindows whether the old copy is deleted in windows only
 * @param version of the operator
 */
public record MoveCase(
    String name,
    String uid,
    String tenantTier,
    TierMoveSpec spec,
    long generation,
    Instant createdAt,
    @Nullable TierMoveStatus status,
    boolean begun,
    boolean approvalRequired,
    Duration approvalExpiresAfter,
    List<TenantTierSpec.Approval> gitApprovals,
    String fieldApprover,
    @Nullable String withdrawn,
    @Nullable Held held,
    WindowState window,
    boolean stop,
    boolean undo,
    boolean deleteOnlyInWindows,
    String version) {

  /** Why nothing may start: a documented reason and a sentence. */
  public record Held(String reason, String message) {}
}
