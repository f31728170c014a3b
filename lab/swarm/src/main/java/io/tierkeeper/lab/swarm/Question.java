package io.tierkeeper.lab.swarm;

import org.jspecify.annotations.Nullable;

/**
 * A query of an agent.
 *
 * @param problem to find packets about
 * @param tag that packets must have; null for any
 * @param minConfidence of packets, 0 to 1
 * @param minSimilarity of packets to the problem, cosine, -1 to 1
 * @param limit maximum number of packets
 * @param agent whose own packets are left out; null to leave out none
 */
public record Question(
    String problem,
    @Nullable String tag,
    double minConfidence,
    double minSimilarity,
    int limit,
    @Nullable String agent) {}
