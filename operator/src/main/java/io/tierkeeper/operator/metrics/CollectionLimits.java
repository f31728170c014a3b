package io.tierkeeper.operator.metrics;

import java.time.Duration;

/**
 * What a collection's policy allows.
 *
 * @param staleAfter how old a measurement may be
 * @param maxDedicated tenants with a shard key of their own
 * @param approvalExpiresAfter how long a plan waits for approval
 */
public record CollectionLimits(
    Duration staleAfter, int maxDedicated, Duration approvalExpiresAfter) {}
