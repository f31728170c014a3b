package io.tierkeeper.qdrant;

import java.util.Map;

/**
 * A point with everything a move must carry.
 *
 * @param payload JSON-like: values are {@code String}, {@code Long}, {@code Double}, {@code Boolean}, {@code List},
 *     {@code Map} or null; 64-bit integers keep all their bits
 * @param vectors by name; the unnamed vector has the empty name. Empty where vectors were not asked for.
 */
public record Point(PointId id, Map<String, Object> payload, Map<String, PointVector> vectors) {}
