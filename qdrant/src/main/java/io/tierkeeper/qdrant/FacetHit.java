package io.tierkeeper.qdrant;

/** A value of a payload field and in how many points it was counted. */
public record FacetHit(ShardKey value, long count) {}
