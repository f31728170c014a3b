package io.tierkeeper.operator.move;

import java.time.Instant;

/** The {@code kubectl} commands that messages print for an administrator, in the namespace of the resource. */
public final class ApprovalCommands {

  private ApprovalCommands() {}

  /** Approves a TierMove in the name of the user who runs it, as the chart's admission policy requires. */
  public static String approve(String move) {
    return "kubectl annotate tiermove " + move
        + " tierkeeper.io/approved-by=\"$(kubectl auth whoami -o jsonpath='{.status.userInfo.username}')\""
        + " --overwrite && kubectl patch tiermove " + move
        + " --type merge -p '{\"spec\":{\"approved\":true}}'";
  }

  /** The same in words: with kubectl alone, or with the plugin that not everybody has installed. */
  public static String waysToApprove(String move) {
    return "Approve with: " + approve(move) + ", or with the plugin: kubectl tier approve " + move;
  }

  /** Demotes the tenant of a TenantTier. */
  public static String demote(String tenantTier) {
    return "kubectl patch tenanttier " + tenantTier
        + " --type merge -p '{\"spec\":{\"tier\":\"Fallback\"}}'";
  }

  /** What is to be done before an instant for a plan to be approved. */
  static String required(MoveCase.Subject move, Instant expires) {
    return "Approval required before " + expires + ". " + waysToApprove(move.name())
        + ", or add planHash " + move.spec().planHash() + " to spec.approvals of TenantTier "
        + move.tenantTier() + ".";
  }
}
