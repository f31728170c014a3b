package io.tierkeeper.evaluation;

import io.tierkeeper.governance.GovernanceParameters;
import io.tierkeeper.governance.decision.DecisionPolicy;

/**
 * The part of a policy that an evaluation depends on.
 *
 * @param parameters of the damping
 * @param weighted whether points are multiplied by the tenants' weights
 * @param decisions the rules for tenants without a TenantTier
 */
public record EvaluationRules(
    GovernanceParameters parameters, boolean weighted, DecisionPolicy decisions) {}
