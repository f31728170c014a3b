package io.tierkeeper.qdrant;

import org.jspecify.annotations.Nullable;

/**
 * A value of the tenant field and in how many points a facet counted it.
 *
 * @param tenant with this value; null for a value that cannot name a shard key: empty, negative, true or false
 * @param count an estimate
 */
public record FacetHit(@Nullable TenantId tenant, long count) {}
