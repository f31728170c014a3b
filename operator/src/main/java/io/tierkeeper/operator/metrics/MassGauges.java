package io.tierkeeper.operator.metrics;

/**
 * What a collection shows of the masses of its tenants.
 *
 * @param points of all tenants
 * @param effectiveTenants exp of the entropy of the damped masses
 * @param warmMass damped masses of the tenants in the fallback together
 * @param hotMass damped masses of the tenants in dedicated shard keys together
 * @param coherenceHour product of the coherence of the last hour
 * @param coherenceDay product of the coherence of the last 24 hours
 */
public record MassGauges(
    long points,
    double effectiveTenants,
    double warmMass,
    double hotMass,
    double coherenceHour,
    double coherenceDay) {}
