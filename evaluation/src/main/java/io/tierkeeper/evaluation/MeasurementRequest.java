package io.tierkeeper.evaluation;

import io.tierkeeper.governance.decision.DecisionPolicy;
import io.tierkeeper.qdrant.CollectionDescription.IndexedField;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import java.util.Set;

/**
 * What is to be measured.
 *
 * @param collection Qdrant's name of the collection
 * @param tenantField payload field of the tenant
 * @param index on this field
 * @param fallback the shared shard key
 * @param keys the other Active shard keys, working shard keys of moves excepted
 * @param declared tenants that have a TenantTier; measured even where the facet does not reach
 * @param discover whether tenants without a TenantTier are measured one by one
 * @param facetLimit how many of the fallback's biggest tenants are measured one by one, at least 1 and at most
 *     {@link MeasurementObserver#FACET_LIMIT}
 * @param unindexed counts that earlier measurements of the same collection have made
 * @param keyCounts what those have found in dedicated keys
 * @param policy whose thresholds say which tenants are counted exactly
 */
public record MeasurementRequest(
    String collection,
    String tenantField,
    IndexedField index,
    ShardKey fallback,
    Set<ShardKey> keys,
    Set<TenantId> declared,
    boolean discover,
    int facetLimit,
    UnindexedCounts unindexed,
    KeyCounts keyCounts,
    DecisionPolicy policy) {}
