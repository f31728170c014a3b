package io.tierkeeper.api.v1alpha1;

/** Annotations that users set and the operator reads. */
public final class Annotations {

  /** Of a TierMove: who approves it; the approval guard requires the name of the user who sets {@code spec.approved}. */
  public static final String APPROVED_BY = "tierkeeper.io/approved-by";

  /** Of a TieredCollection, TenantTier or TierMove: a new value requests an evaluation, or the next step, now. */
  public static final String REQUESTED_AT = "tierkeeper.io/requestedAt";

  private Annotations() {}
}
