package io.tierkeeper.qdrant;

/** A tenant and in how many points a facet of the tenant field counted it. */
public record FacetHit(TenantId tenant, long count) {}
