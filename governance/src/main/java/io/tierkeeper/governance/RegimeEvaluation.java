package io.tierkeeper.governance;

/**
 * What one evaluation says about one tenant.
 *
 * @param tenant its text, as given
 * @param state the tier state it was evaluated in
 * @param contribution w, as given
 * @param observedMass x, its share before damping, in [0,1]; NaN when nothing is known
 * @param alphaStar the damping that minimises the objective, in [0,1]
 * @param penalty P(s)
 * @param objective J(alpha*); NaN when nothing is known
 * @param dampedMass y', its share after damping, in [0,1]
 * @param localCoherence 1 - |y' - y|, in [0,1]; a tenant seen first has y = x
 */
public record RegimeEvaluation(
    String tenant,
    TierState state,
    double contribution,
    double observedMass,
    double alphaStar,
    Penalty penalty,
    double objective,
    double dampedMass,
    double localCoherence) {}
