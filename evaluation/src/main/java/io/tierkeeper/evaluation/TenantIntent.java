package io.tierkeeper.evaluation;

import io.tierkeeper.governance.decision.DecisionPolicy;
import io.tierkeeper.governance.decision.Pin;
import io.tierkeeper.qdrant.ShardKey;

/**
 * What a person asked for one tenant.
 *
 * @param resource name of the TenantTier
 * @param tenant whom it names
 * @param pin the tier it asks for
 * @param weight of its points where the metric is weighted, >= 0
 * @param policy the collection's rules with the tenant's overrides
 */
public record TenantIntent(
    String resource, ShardKey tenant, Pin pin, double weight, DecisionPolicy policy) {}
