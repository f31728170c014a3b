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
 * @param subject the TierMove and its owner
 * @param status as last written
 * @param marked whether its metadata or its phase say that it has begun; others can write them, so this alone is no proof
 * @param approvals what approves it
 * @param withdrawn why the tenant is not to be moved any more, in a sentence; null while it is
 * @param held why nothing may start now; null for nothing
 * @param window for the move's direction
 * @param stop whether a suspend or a pause aborts a running move
 * @param deleted whether the TierMove is being deleted: what has been switched over is finished, anything else taken back
 * @param undo whether the tenant is pinned to the tier that this move takes it from
 * @param deleteOnlyInWindows whether the old copy is deleted in windows only
 * @param version of the operator
 */
public record MoveCase(
    Subject subject,
    @Nullable TierMoveStatus status,
    boolean marked,
    Approvals approvals,
    @Nullable String withdrawn,
    @Nullable Held held,
    WindowState window,
    boolean stop,
    boolean deleted,
    boolean undo,
    boolean deleteOnlyInWindows,
    String version) {

  /**
   * The TierMove.
   *
   * @param tenantTier name of the TenantTier that owns it
   * @param generation of its spec
   * @param createdAt when it was planned
   */
  public record Subject(
      String name,
      String uid,
      String tenantTier,
      TierMoveSpec spec,
      long generation,
      Instant createdAt) {}

  /**
   * What approves a move.
   *
   * @param required whether the policy requires an approval
   * @param expireAfter how long an approval is waited for
   * @param git those of the TenantTier, whatever plan they name
   * @param fieldApprover who set {@code spec.approved}, as far as it is known
   * @param authenticated whether the API server has compared this name with the user's
   */
  public record Approvals(
      boolean required,
      Duration expireAfter,
      List<TenantTierSpec.Approval> git,
      String fieldApprover,
      boolean authenticated) {}

  /** Why nothing may start: a documented reason and a sentence. */
  public record Held(String reason, String message) {}
}
