package io.tierkeeper.governance.decision;

/**
 * What a {@link CostBand} remembers of one tenant between two measurements.
 *
 * @param accumulated s, in [0, P + Q]
 * @param credit what the tenant may still lose by moving early, in the unit of {@link TierCost}
 * @param net what the last measurement added to s before clipping: above zero when the fallback was the more expensive tier
 * @param dedicated the tier that it was in, or on its way to, at that time
 * @param width of the band that it was accumulated in, P + Q
 */
public record CostAccount(
    double accumulated, double credit, double net, boolean dedicated, double width) {}
