package io.tierkeeper.api.v1alpha1;

/** The reasons that conditions and events give; each is a fact, with a sentence for the documentation. */
public final class Reasons {
  /** All is as asked. */
  public static final String READY = "Ready";

  /** A new generation or a pin is being worked on. */
  public static final String PROGRESSING = "Progressing";

  /** spec.suspend is true. */
  public static final String SUSPENDED = "Suspended";

  /** A pause with owner, reason and end holds moves. */
  public static final String PAUSED = "Paused";

  /** A plan waits for a person. */
  public static final String AWAITING_APPROVAL = "AwaitingApproval";

  /** A plan waits for a maintenance window. */
  public static final String AWAITING_WINDOW = "AwaitingWindow";

  /** A move of this object is under way. */
  public static final String MOVING = "Moving";

  /** A rule holds; the gates say which. */
  public static final String HOLDING = "Holding";

  /** The policy that is named does not exist in this namespace. */
  public static final String POLICY_NOT_FOUND = "PolicyNotFound";

  /** The policy exists but a value in it cannot be used. */
  public static final String POLICY_INVALID = "PolicyInvalid";

  /** The TieredCollection that is named does not exist in this namespace. */
  public static final String COLLECTION_NOT_FOUND = "CollectionNotFound";

  /** Qdrant has no collection of this name. */
  public static final String QDRANT_COLLECTION_NOT_FOUND = "QdrantCollectionNotFound";

  /** No answer from Qdrant, or not from every peer. */
  public static final String QDRANT_UNREACHABLE = "QdrantUnreachable";

  /** Every peer answers. */
  public static final String QDRANT_REACHABLE = "QdrantReachable";

  /** A replica is not Active, or the peers disagree. */
  public static final String QDRANT_UNHEALTHY = "QdrantUnhealthy";

  /** A peer is older than 1.17.0, or the peers' versions differ. */
  public static final String QDRANT_VERSION_UNSUPPORTED = "QdrantVersionUnsupported";

  /** The Secret or a key in it does not exist. */
  public static final String CREDENTIALS_NOT_FOUND = "CredentialsNotFound";

  /** Qdrant refuses the key, or the key may not manage the collection. */
  public static final String CREDENTIALS_REFUSED = "CredentialsRefused";

  /** The Secret does not list this host in allowedHosts. */
  public static final String HOST_NOT_ALLOWED = "HostNotAllowed";

  /** The collection has no shard key of the fallback's name. */
  public static final String FALLBACK_MISSING = "FallbackMissing";

  /** The fallback shard key has more than one shard; moves need exactly one. */
  public static final String FALLBACK_HAS_SEVERAL_SHARDS = "FallbackHasSeveralShards";

  /** The tenant field is not indexed as keyword with is_tenant. */
  public static final String TENANT_KEY_NOT_INDEXED = "TenantKeyNotIndexed";

  /** The collection does not use custom sharding. */
  public static final String SHARDING_NOT_CUSTOM = "ShardingNotCustom";

  /** Sharding, fallback and index are as moves need them. */
  public static final String LAYOUT_VALID = "LayoutValid";

  /** The tenant has the name of the fallback shard key. */
  public static final String TENANT_IS_FALLBACK = "TenantIsFallback";

  /** No point of this tenant was found. */
  public static final String TENANT_UNKNOWN = "TenantUnknown";

  /** An older TenantTier names the same tenant of the same collection; it wins. */
  public static final String CONFLICT = "Conflict";

  /** An override and the policy together leave no gap between promote and demote. */
  public static final String THRESHOLDS_CROSSED = "ThresholdsCrossed";

  /** The last measurement is fresh. */
  public static final String MEASURED = "Measured";

  /** The last measurement is older than the policy's staleAfter. */
  public static final String MEASUREMENTS_STALE = "MeasurementsStale";

  /** Nothing has been measured yet. */
  public static final String NOT_MEASURED = "NotMeasured";

  /** A shard transfer that is not ours is running. */
  public static final String FOREIGN_TRANSFER = "ForeignTransfer";

  /** The collection is being resharded. */
  public static final String RESHARDING = "Resharding";

  /** The audit trail cannot be written, so nothing is changed. */
  public static final String AUDIT_UNAVAILABLE = "AuditUnavailable";

  /** The audit trail is whole and can be written. */
  public static final String AUDIT_HEALTHY = "AuditHealthy";

  /** The chain of the audit trail is broken. */
  public static final String AUDIT_BROKEN = "AuditBroken";

  /** The move is complete and verified. */
  public static final String SUCCEEDED = "Succeeded";

  /** The move was stopped and undone; nothing is lost. */
  public static final String ABORTED = "Aborted";

  /** spec.abort is true. */
  public static final String ABORT_REQUESTED = "AbortRequested";

  /** The move cannot go on without a person. */
  public static final String FAILED = "Failed";

  /** The plan was not approved in time, or what it was made from has changed. */
  public static final String EXPIRED = "Expired";

  /** What the plan was made from has changed beyond its tolerance. */
  public static final String PLAN_CHANGED = "PlanChanged";

  /** The two copies differ; nothing was deleted. */
  public static final String VERIFICATION_FAILED = "VerificationFailed";

  /** The tenant did not fall quiet within maxWait. */
  public static final String TENANT_BUSY = "TenantBusy";

  /** A replication made no progress within its deadline. */
  public static final String REPLICATION_TIMED_OUT = "ReplicationTimedOut";

  /** A person or the policy approved the plan. */
  public static final String APPROVED = "Approved";

  /** The annotation tierkeeper.io/requestedAt has a value that cannot be understood. */
  public static final String REQUEST_UNKNOWN = "RequestUnknown";

  /** The spec asks for something that this version does not do. */
  public static final String NOT_SUPPORTED = "NotSupported";

  /** A field holds something that the schema lets pass and that nothing can be done with; the message names it. */
  public static final String NOT_READABLE = "NotReadable";

  /** A penalty term of the policy does not know the value that a tenant has; its otherwise counts. */
  public static final String PENALTY_VALUE_UNKNOWN = "PenaltyValueUnknown";

  /** A ConfigMap that a penalty term of the policy names is absent or cannot be read; its otherwise counts. */
  public static final String PENALTY_SOURCE_UNUSABLE = "PenaltySourceUnusable";

  private Reasons() {}
}
