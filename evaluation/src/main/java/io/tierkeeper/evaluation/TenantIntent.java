package io.tierkeeper.evaluation;

import io.tierkeeper.governance.decision.DecisionPolicy;
import io.tierkeeper.governance.decision.Pin;
import io.tierkeeper.qdrant.TenantId;

/**
 * What a TenantTier requests for one tenant.
 *
 * @param resource name of the TenantTier
 * @param tenant that it names
 * @param pin the tier that it requests
 * @param weight of its points where the metric is weighted, >= 0
 * @param policy the collection's rules with the tenant's overrides
 */
public record TenantIntent(
    String resource, TenantId tenant, Pin pin, double weight, DecisionPolicy policy) {}
