package io.tierkeeper.operator.layout;

import io.fabric8.kubernetes.api.model.Condition;
import io.tierkeeper.api.v1alpha1.ConditionTypes;
import io.tierkeeper.api.v1alpha1.Direction;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.evaluation.OpenMove;
import io.tierkeeper.evaluation.policy.TenantIntents;
import io.tierkeeper.evaluation.policy.TenantIntents.Obstacle;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.operator.move.MoveFacts;
import io.tierkeeper.operator.status.StatusWriter;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Dedicated shard keys that another client has deleted, with the points in them; pure. */
public final class VanishedKeys {

  private VanishedKeys() {}

  /**
   * The tenants whose dedicated shard key is gone although no move has removed it. A new promotion would hide that points are lost.
   *
   * @param valid the TenantTiers that are followed
   * @param lastEnded {@link MoveFacts#lastEnded} from before the layout was observed
   * @param moves as they are now
   * @param statuses knows their last statuses
   */
  public static Map<TenantId, Obstacle> of(
      Map<TenantId, TenantIntents.Valid> valid,
      ClusterLayout layout,
      Map<TenantId, String> lastEnded,
      MoveFacts moves,
      StatusWriter statuses) {
    Map<TenantId, Obstacle> vanished = new HashMap<>();
    valid.forEach((tenant, tier) -> {
      if (!layout.keys().contains(ShardKey.of(tenant))
          && settled(statuses.last(tier.resource()))
          && !explained(tenant, lastEnded.get(tenant), moves, statuses)) {
        vanished.put(
            tenant,
            new Obstacle(
                Reasons.DEDICATED_KEY_VANISHED,
                "spec.tenant: the dedicated shard key " + tenant
                    + " does not exist any more, and no move has removed it: its points are lost unless there is"
                    + " a snapshot. Restore the shard key; or, to govern the tenant by its points in the fallback, delete"
                    + " this TenantTier and create it again"));
      }
    });
    return vanished;
  }

  /** Whether the tenant was in its dedicated key, and no move was at work. */
  private static boolean settled(@Nullable TenantTierStatus last) {
    return last != null
        && "Dedicated".equals(last.tier())
        && Stream.ofNullable(last.conditions())
            .flatMap(List::stream)
            .filter(condition -> ConditionTypes.READY.equals(condition.getType()))
            .map(Condition::getReason)
            .noneMatch(Reasons.MOVING::equals);
  }

  /** The last move by its creation: clocks of operators, which set the ends of moves, may be wrong. */
  private static boolean explained(
      TenantId tenant, @Nullable String endedBefore, MoveFacts moves, StatusWriter statuses) {
    OpenMove open = moves.open().get(tenant);
    if (open != null && open.stage() != OpenMove.Stage.WAITING) {
      return true;
    }
    TierMove last = moves.last().get(tenant);
    if (last == null) {
      return false;
    }
    // A layout from before the promotion ended may not have the key yet.
    return !last.getMetadata().getUid().equals(endedBefore)
        || (last.getSpec().direction() == Direction.Demote)
            == (MoveFacts.phase(statuses.last(last)) == MovePhase.SUCCEEDED);
  }
}
