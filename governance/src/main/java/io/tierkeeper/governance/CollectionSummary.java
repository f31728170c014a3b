package io.tierkeeper.governance;

/**
 * The few numbers that describe a composition as a whole.
 *
 * @param coherence C(H), one minus the total-variation distance to the last composition; in [0,1]
 * @param effectiveTenants exp of the entropy of the damped masses, >= 1 when there is any mass
 * @param tenantsToCover90 the smallest number of tenants whose damped masses sum to at least 0.9
 * @param discardedBudget the mass set aside because it fell below the floor, in [0,1]
 * @param warmMass the sum of the masses served from the fallback
 * @param hotMass the sum of the masses served from shard keys of their own
 */
public record CollectionSummary(
    double coherence,
    double effectiveTenants,
    int tenantsToCover90,
    double discardedBudget,
    double warmMass,
    double hotMass) {}
