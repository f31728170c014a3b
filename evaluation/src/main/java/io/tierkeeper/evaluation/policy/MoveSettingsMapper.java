package io.tierkeeper.evaluation.policy;

import io.tierkeeper.api.mapping.MoveRules;
import io.tierkeeper.api.v1alpha1.TierPolicySpec;
import io.tierkeeper.moves.DemotionStrategy;
import io.tierkeeper.moves.Fence;
import io.tierkeeper.moves.MoveSettings;
import io.tierkeeper.moves.Placement;
import io.tierkeeper.moves.VerifyLevel;
import io.tierkeeper.moves.WhenBusy;
import io.tierkeeper.qdrant.PointId;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** From a policy's words about moves to the engine's. */
public final class MoveSettingsMapper {

  private MoveSettingsMapper() {}

  /**
   * The settings of a move.
   *
   * @param settle how long a move waits after a switch for requests in flight
   * @param moveDeadline how long a transfer may make no progress before it counts as failed
   * @param fallbackReplicas replicas of a dedicated shard where the policy does not say, at least 1
   * @throws IllegalArgumentException naming the field that cannot be used
   */
  public static MoveSettings of(
      MoveRules rules, Duration settle, Duration moveDeadline, int fallbackReplicas) {
    return new MoveSettings(
        switch (rules.verifyLevel()) {
          case Ids -> VerifyLevel.IDS;
          case Content -> VerifyLevel.CONTENT;
        },
        rules.searchProbes(),
        rules.minTopKOverlap(),
        settle,
        rules.retainSourceFor(),
        rules.deleteBatch(),
        rules.replicationFactor().orElse(Math.max(1, fallbackReplicas)),
        switch (rules.placement()) {
          case WithFallback -> Placement.WITH_FALLBACK;
          case LeastLoaded -> Placement.LEAST_LOADED;
        },
        switch (rules.strategy()) {
          case Freeze -> DemotionStrategy.FREEZE;
          case Fence -> DemotionStrategy.FENCE;
          case Never -> DemotionStrategy.NEVER;
        },
        rules.quietFor(),
        rules.maxWait(),
        switch (rules.whenBusy()) {
          case GiveUp -> WhenBusy.GIVE_UP;
          case Proceed -> WhenBusy.PROCEED;
        },
        fence(rules),
        rules.snapshotFirst(),
        moveDeadline);
  }

  private static @Nullable Fence fence(MoveRules rules) {
    TierPolicySpec.Fence fence = rules.fence();
    if (fence == null || fence.by() == null) {
      return null;
    }
    return switch (Objects.requireNonNull(fence.by())) {
      case Webhook ->
        new Fence.Webhook(URI.create(Objects.requireNonNull(fence.url())), rules.fenceTimeout());
      case Token -> {
        TierPolicySpec.FenceToken token = Objects.requireNonNull(fence.token());
        yield new Fence.Token(
            Objects.requireNonNull(token.collection()),
            point(Objects.requireNonNull(token.pointId())));
      }
      case Manual -> new Fence.Manual();
    };
  }

  private static PointId point(String text) {
    try {
      return text.matches("[0-9]+")
          ? PointId.of(Long.parseUnsignedLong(text))
          : PointId.of(UUID.fromString(text));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "spec.demotion.fence.token.pointId: '" + text
              + "'; allowed: a UUID or an unsigned 64-bit number",
          e);
    }
  }
}
