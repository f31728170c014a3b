package io.tierkeeper.client;

import java.util.Map;

/**
 * A point that a search has found.
 *
 * @param score by the distance of the vector, or the fused score
 * @param vectors those that were asked for, by name
 * @param payload the fields that were asked for, without the tenant's
 */
public record ScoredPoint(
    PointId id, float score, Map<String, VectorData> vectors, Map<String, ?> payload) {}
