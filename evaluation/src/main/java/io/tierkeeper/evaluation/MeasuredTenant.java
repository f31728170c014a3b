package io.tierkeeper.evaluation;

import io.tierkeeper.governance.TierState;
import io.tierkeeper.governance.decision.DecisionPolicy;
import java.util.Map;

/**
 * One tenant as it enters an {@link EvaluationStep}.
 *
 * @param key what the caller knows it by
 * @param name its text, unique in the collection
 * @param contribution w: points, times a weight where the policy has weights; finite and >= 0
 * @param points that the measurement counted for it, >= 0
 * @param dedicated whether the measurement shows a shard key of its own that serves it
 * @param tier that it is damped in, and that its cost band accumulates for
 * @param thresholdTier the tier whose thresholds its stabilisation window watches; none while it is a moving one
 * @param memory of the last step; {@link TenantMemory#FIRST} for a tenant never measured
 * @param policy its rules
 * @param values what the policy's own penalty terms depend on, by the name of the term
 */
public record MeasuredTenant<K>(
    K key,
    String name,
    double contribution,
    long points,
    boolean dedicated,
    TierState tier,
    TierState thresholdTier,
    TenantMemory memory,
    DecisionPolicy policy,
    Map<String, String> values) {}
