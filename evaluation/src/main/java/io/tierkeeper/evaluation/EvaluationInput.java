package io.tierkeeper.evaluation;

import io.tierkeeper.governance.GovernanceParameters;
import io.tierkeeper.governance.decision.ActivePause;
import io.tierkeeper.governance.decision.DecisionPolicy;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.MoveCosts;
import io.tierkeeper.governance.decision.WindowState;
import io.tierkeeper.qdrant.ShardKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that an evaluation looks at.
 *
 * @param now the instant of the evaluation
 * @param parameters of the damping
 * @param weighted whether points are multiplied by the tenants' weights
 * @param policy for tenants that nobody named
 * @param intents by tenant, for those that somebody named
 * @param reported how many of the biggest tenants get a verdict though nobody named them
 * @param measurement taken now; null where none could be taken
 * @param memory of the last evaluation
 * @param openMoves by tenant
 * @param history by tenant
 * @param clusterMoves moves at work on this Qdrant cluster, this collection's included
 * @param pauses of the collection
 * @param windows state of the maintenance windows for each direction
 * @param waitingFor what every move of the collection has to wait for, in words; null for nothing
 * @param values what the policy's own penalty terms look at
 * @param costs what moves of the collection have cost
 */
public record EvaluationInput(
    Instant now,
    GovernanceParameters parameters,
    boolean weighted,
    DecisionPolicy policy,
    Map<ShardKey, TenantIntent> intents,
    int reported,
    @Nullable Measurement measurement,
    CollectionMemory memory,
    Map<ShardKey, OpenMove> openMoves,
    Map<ShardKey, MoveHistory> history,
    int clusterMoves,
    List<ActivePause> pauses,
    Map<Direction, WindowState> windows,
    @Nullable String waitingFor,
    PenaltyValues values,
    MoveCosts costs) {}
