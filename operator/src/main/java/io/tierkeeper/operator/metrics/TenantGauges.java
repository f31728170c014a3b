package io.tierkeeper.operator.metrics;

import io.tierkeeper.governance.TierState;
import java.util.OptionalDouble;

/**
 * What the gauges of one tenant show.
 *
 * @param tenant its name
 * @param tier where its points are served from
 * @param points its points
 * @param observedMass its share before damping, in [0,1]
 * @param dampedMass its share after damping, in [0,1]
 * @param alphaStar the damping, in [0,1]
 * @param penalty P(s)
 * @param promoteAbove the damped share above which it is promoted; empty where the policy decides otherwise
 * @param demoteBelow the damped share below which it is demoted; empty where the policy decides otherwise
 */
public record TenantGauges(
    String tenant,
    TierState tier,
    long points,
    double observedMass,
    double dampedMass,
    double alphaStar,
    double penalty,
    OptionalDouble promoteAbove,
    OptionalDouble demoteBelow) {}
