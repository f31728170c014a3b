package io.tierkeeper.qdrant;

import java.util.Map;

/** A hit of a search, best first; payload only. */
public record ScoredPoint(PointId id, float score, Map<String, Object> payload) {}
