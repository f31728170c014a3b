package io.tierkeeper.api.v1alpha1;

/**
 * The reasons of conditions and events that the operator itself sets; each is a fact. The move engine has its own, and
 * {@code docs/reasons.md} has all of them.
 */
public final class Reasons {
  /** The desired state is reached. */
  public static final String READY = "Ready";

  /** A new generation or a pin is being processed. */
  public static final String PROGRESSING = "Progressing";

  /** spec.suspend is true. */
  public static final String SUSPENDED = "Suspended";

  /** A pause with owner, reason and end blocks moves. */
  public static final String PAUSED = "Paused";

  /** A plan waits for approval. */
  public static final String AWAITING_APPROVAL = "AwaitingApproval";

  /** A plan waits for a maintenance window. */
  public static final String AWAITING_WINDOW = "AwaitingWindow";

  /** A move of this object is in progress. */
  public static final String MOVING = "Moving";

  /** A rule is not met; the gates show which. */
  public static final String HOLDING = "Holding";

  /** The referenced policy does not exist in this namespace. */
  public static final String POLICY_NOT_FOUND = "PolicyNotFound";

  /** The policy exists but a value in it cannot be used. */
  public static final String POLICY_INVALID = "PolicyInvalid";

  /** The referenced TieredCollection does not exist in this namespace. */
  public static final String COLLECTION_NOT_FOUND = "CollectionNotFound";

  /** Qdrant has no collection of this name. */
  public static final String QDRANT_COLLECTION_NOT_FOUND = "QdrantCollectionNotFound";

  /** No answer from Qdrant, or not from every peer. */
  public static final String QDRANT_UNREACHABLE = "QdrantUnreachable";

  /** Every peer answers. */
  public static final String QDRANT_REACHABLE = "QdrantReachable";

  /** The cluster has peers that the endpoints do not reach; tenants are evaluated, and no move starts. */
  public static final String PEERS_NOT_REACHED = "PeersNotReached";

  /** A replica is not Active, or the peers disagree. */
  public static final String QDRANT_UNHEALTHY = "QdrantUnhealthy";

  /** A peer is older than 1.17.0, or the peers' versions differ. */
  public static final String QDRANT_VERSION_UNSUPPORTED = "QdrantVersionUnsupported";

  /** The Secret or a key in it does not exist. */
  public static final String CREDENTIALS_NOT_FOUND = "CredentialsNotFound";

  /** Qdrant rejects the key, or the key has no manage rights for the collection. */
  public static final String CREDENTIALS_REFUSED = "CredentialsRefused";

  /** The dedicated shard key was removed by another client; its points are lost unless there is a snapshot. */
  public static final String DEDICATED_KEY_VANISHED = "DedicatedKeyVanished";

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

  /** Sharding, fallback and index meet the requirements of moves. */
  public static final String LAYOUT_VALID = "LayoutValid";

  /** The collection has the settings of spec.provision. */
  public static final String PROVISIONED = "Provisioned";

  /** Settings of the collection differ from spec.provision; the message has each field, wanted, found and the cost of a change. */
  public static final String SETTINGS_DIFFER = "SettingsDiffer";

  /** Qdrant refuses a call with which the operator creates or changes the collection; the message has its words. */
  public static final String PROVISION_REFUSED = "ProvisionRefused";

  /** The creation of the collection is not complete; the operator repeats it. */
  public static final String PROVISION_INCOMPLETE = "ProvisionIncomplete";

  /** The operator has created the collection. */
  public static final String COLLECTION_CREATED = "CollectionCreated";

  /** The operator has changed the collection as spec.provision.apply says. */
  public static final String COLLECTION_CHANGED = "CollectionChanged";

  /** The tenant has the name of the fallback shard key. */
  public static final String TENANT_IS_FALLBACK = "TenantIsFallback";

  /** No point of this tenant was found. */
  public static final String TENANT_UNKNOWN = "TenantUnknown";

  /** An older TenantTier has the same tenant of the same collection; the older one is used. */
  public static final String CONFLICT = "Conflict";

  /** An override and the policy together leave no gap between promote and demote. */
  public static final String THRESHOLDS_CROSSED = "ThresholdsCrossed";

  /** The last measurement is fresh. */
  public static final String MEASURED = "Measured";

  /** The last measurement is older than the policy's staleAfter. */
  public static final String MEASUREMENTS_STALE = "MeasurementsStale";

  /** The collection has not been measured yet. */
  public static final String NOT_MEASURED = "NotMeasured";

  /** A shard transfer that the operator did not start is running. */
  public static final String FOREIGN_TRANSFER = "ForeignTransfer";

  /** The collection is being resharded. */
  public static final String RESHARDING = "Resharding";

  /** The audit trail cannot be written; moves wait. */
  public static final String AUDIT_UNAVAILABLE = "AuditUnavailable";

  /** The audit trail is intact and writable. */
  public static final String AUDIT_HEALTHY = "AuditHealthy";

  /** The chain of the audit trail is broken. */
  public static final String AUDIT_BROKEN = "AuditBroken";

  /** The move is complete and verified. */
  public static final String SUCCEEDED = "Succeeded";

  /** The move was aborted and reverted; no point is lost. */
  public static final String ABORTED = "Aborted";

  /** spec.abort is true. */
  public static final String ABORT_REQUESTED = "AbortRequested";

  /** The plan was not approved in time, or its inputs have changed. */
  public static final String EXPIRED = "Expired";

  /** The inputs of the plan have changed beyond its tolerance. */
  public static final String PLAN_CHANGED = "PlanChanged";

  /** The plan was approved by a user or by the policy. */
  public static final String APPROVED = "Approved";

  /** The annotation tierkeeper.io/requestedAt has an invalid value. */
  public static final String REQUEST_UNKNOWN = "RequestUnknown";

  /** The spec uses a field that this version does not support. */
  public static final String NOT_SUPPORTED = "NotSupported";

  /** A field has a value that the schema accepts and the operator cannot use; the message has the field. */
  public static final String NOT_READABLE = "NotReadable";

  /** A tenant has a value that a penalty term does not know; the term's otherwise applies. */
  public static final String PENALTY_VALUE_UNKNOWN = "PenaltyValueUnknown";

  /** The ConfigMap of a penalty term is absent or cannot be read; the term's otherwise applies. */
  public static final String PENALTY_SOURCE_UNUSABLE = "PenaltySourceUnusable";

  /** The points of a shard key do not belong to the tenant of its name. */
  public static final String SHARD_KEY_HOLDS_OTHERS = "ShardKeyHoldsOthers";

  /** A dedicated shard key holds points that do not belong to its tenant. */
  public static final String FOREIGN_POINTS = "ForeignPoints";

  /** Points belong to several tenants. */
  public static final String SHARED_POINTS = "SharedPoints";

  /** Points of the fallback have no value in the tenant field, or none that can name a shard key. */
  public static final String POINTS_WITHOUT_TENANT = "PointsWithoutTenant";

  /** The payload spells the tenant otherwise than its shard key would be spelled. */
  public static final String TENANT_SPELLING_DIFFERS = "TenantSpellingDiffers";

  /** The collection has working shard keys of moves that do not exist any more; the message has the command. */
  public static final String WORKING_KEYS_LEFT = "WorkingKeysLeft";

  /** The move that is advised has more points than the operator's memory allows; the message has both numbers. */
  public static final String TOO_MANY_POINTS = "TooManyPoints";

  /** A quota or an admission policy refuses the TierMove of the plan; the message has its words. */
  public static final String PLAN_REFUSED = "PlanRefused";

  /** A quota or an admission policy refuses the TenantTier of a discovered tenant; the message has its words. */
  public static final String TENANT_TIER_REFUSED = "TenantTierRefused";

  /** The value of the TenantTier is not of the type of the index on the tenant field. */
  public static final String TENANT_TYPE_DIFFERS = "TenantTypeDiffers";

  /** The collection's strict mode refuses calls that a move needs; the message has the options. */
  public static final String STRICT_MODE_TOO_STRICT = "StrictModeTooStrict";

  /** The index on the tenant field has no lookup, so that it finds no tenant. */
  public static final String TENANT_INDEX_WITHOUT_LOOKUP = "TenantIndexWithoutLookup";

  /** The tenant's shard key has more than one shard; moves need exactly one. */
  public static final String DEDICATED_KEY_HAS_SEVERAL_SHARDS = "DedicatedKeyHasSeveralShards";

  /** The collection is named by an alias, which may be switched to another collection in the middle of a move. */
  public static final String COLLECTION_IS_ALIAS = "CollectionIsAlias";

  /** The advice of a TenantTier has changed. */
  public static final String ADVICE_CHANGED = "AdviceChanged";

  /** A TierMove was created. */
  public static final String MOVE_PLANNED = "MovePlanned";

  /** A move makes its first change. */
  public static final String MOVE_STARTED = "MoveStarted";

  /** Both copies of a promotion are equal; the old one is retained. */
  public static final String MOVE_VERIFIED = "MoveVerified";

  /** The API server refuses the deletion of a finished TierMove; the message has its words. */
  public static final String DELETE_REFUSED = "DeleteRefused";

  private Reasons() {}
}
