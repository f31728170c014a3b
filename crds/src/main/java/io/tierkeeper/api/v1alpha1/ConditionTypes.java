package io.tierkeeper.api.v1alpha1;

/** The condition types of this API; True is the healthy state unless the description says otherwise. */
public final class ConditionTypes {
  /** The operator has done what the spec requires. */
  public static final String READY = "Ready";

  /** Present only while true: a new generation or a pin is being processed. */
  public static final String RECONCILING = "Reconciling";

  /** Present only while true: the object requires manual intervention. */
  public static final String STALLED = "Stalled";

  /** All configured peers of Qdrant answer with the credentials given. */
  public static final String QDRANT_REACHABLE = "QdrantReachable";

  /** The policy exists and can be used. */
  public static final String POLICY_RESOLVED = "PolicyResolved";

  /** The last measurement is younger than the policy's staleAfter. */
  public static final String MEASUREMENTS_FRESH = "MeasurementsFresh";

  /** The collection has custom sharding, one fallback shard and an indexed tenant field. */
  public static final String LAYOUT_VALID = "LayoutValid";

  /** A plan waits for approval; neither healthy nor unhealthy. */
  public static final String AWAITING_APPROVAL = "AwaitingApproval";

  /** A pause or suspend blocks moves; neither healthy nor unhealthy. */
  public static final String PAUSED = "Paused";

  /** Another program or user moves shards in this collection, and moves wait; neither healthy nor unhealthy. */
  public static final String FOREIGN_MOVER = "ForeignMover";

  /** The audit trail is writable, and its chain is intact. */
  public static final String AUDIT_HEALTHY = "AuditHealthy";

  /** Present only while False: the spec uses a field that this version does not support; the message has the field. */
  public static final String SPEC_SUPPORTED = "SpecSupported";

  /** Present only while False: a value or a source of a penalty term cannot be used. */
  public static final String PENALTY_VALUES_USABLE = "PenaltyValuesUsable";

  /** Present only while False: points are in the total of the collection that cannot be attributed to one tenant. */
  public static final String POINTS_ASSIGNED = "PointsAssigned";

  /** Present only with spec.provision: the collection was created, and has the settings of it. */
  public static final String PROVISIONED = "Provisioned";

  /** Present only while False: working shard keys exist whose move does not exist any more. */
  public static final String WORKING_KEYS_OWNED = "WorkingKeysOwned";

  private ConditionTypes() {}
}
