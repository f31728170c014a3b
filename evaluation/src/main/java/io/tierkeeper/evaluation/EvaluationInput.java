package io.tierkeeper.evaluation;

import io.tierkeeper.qdrant.TenantId;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that an evaluation depends on.
 *
 * @param now the instant of the evaluation
 * @param rules of the collection's policy
 * @param tenantIndex kind of the index on the collection's tenant field; the tenants' texts depend on it
 * @param intents by tenant, for those that have a TenantTier
 * @param reported how many of the biggest tenants without a TenantTier get a verdict, >= 0
 * @param measurement taken now; null where none could be taken
 * @param memory of the last evaluation
 * @param moves of the collection
 * @param restrictions on moves now
 * @param values what the policy's own penalty terms depend on
 */
public record EvaluationInput(
    Instant now,
    EvaluationRules rules,
    TenantId.Kind tenantIndex,
    Map<TenantId, TenantIntent> intents,
    int reported,
    @Nullable Measurement measurement,
    CollectionMemory memory,
    CollectionMoves moves,
    Restrictions restrictions,
    PenaltyValues values) {}
