package io.tierkeeper.api.v1alpha1;

/** The condition types of this API; each says good news when True unless its sentence says otherwise. */
public final class ConditionTypes {
  /** The object does what its spec asks, as far as it is in the operator's hands. */
  public static final String READY = "Ready";

  /** Present only while true: a new generation or a pin is being worked on. */
  public static final String RECONCILING = "Reconciling";

  /** Present only while true: nothing goes on without a person; bad news. */
  public static final String STALLED = "Stalled";

  /** All configured peers of Qdrant answer with the credentials given. */
  public static final String QDRANT_REACHABLE = "QdrantReachable";

  /** The policy exists and can be used. */
  public static final String POLICY_RESOLVED = "PolicyResolved";

  /** The last measurement is younger than the policy's staleAfter. */
  public static final String MEASUREMENTS_FRESH = "MeasurementsFresh";

  /** The collection has custom sharding, one fallback shard and an indexed tenant field. */
  public static final String LAYOUT_VALID = "LayoutValid";

  /** A plan waits for a person; neither good nor bad. */
  public static final String AWAITING_APPROVAL = "AwaitingApproval";

  /** A pause or suspend holds moves; neither good nor bad. */
  public static final String PAUSED = "Paused";

  /** Somebody else moves shards in this collection, and moves wait for them; neither good nor bad. */
  public static final String FOREIGN_MOVER = "ForeignMover";

  /** The audit trail can be appended to, and its chain is whole. */
  public static final String AUDIT_HEALTHY = "AuditHealthy";

  /** Present only while False: the spec asks for something that this version does not do, and which the message names. */
  public static final String SPEC_SUPPORTED = "SpecSupported";

  /** Present only while False: a penalty term of the policy found a value, or a source, that it cannot use. */
  public static final String PENALTY_VALUES_USABLE = "PenaltyValuesUsable";

  private ConditionTypes() {}
}
