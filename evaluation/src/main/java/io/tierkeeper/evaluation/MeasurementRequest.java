package io.tierkeeper.evaluation;

import io.tierkeeper.governance.decision.DecisionPolicy;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import java.util.Set;

/**
 * What is to be measured.
 *
 * @param collection Qdrant's name of the collection
 * @param tenantField payload field of the tenant
 * @param fallback the shared shard key
 * @param dedicated tenants that their dedicated key serves
 * @param declared tenants that have a TenantTier; measured even where the facet does not reach
 * @param discover whether tenants without a TenantTier are measured one by one
 * @param policy whose thresholds say which tenants are counted exactly
 */
public record MeasurementRequest(
    String collection,
    String tenantField,
    ShardKey fallback,
    Set<TenantId> dedicated,
    Set<TenantId> declared,
    boolean discover,
    DecisionPolicy policy) {}
