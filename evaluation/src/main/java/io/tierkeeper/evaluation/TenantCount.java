package io.tierkeeper.evaluation;

/**
 * One tenant's row of a measurement.
 *
 * @param points those that count for it; points retained by an unfinished move are not counted
 * @param dedicated whether its own shard key serves it
 * @param exact false where the number is the engine's estimate
 */
public record TenantCount(long points, boolean dedicated, boolean exact) {}
