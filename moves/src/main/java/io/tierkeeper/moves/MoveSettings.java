package io.tierkeeper.moves;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a move is made, from the policy.
 *
 * @param searchProbes how many searches are compared between the two keys
 * @param minTopKOverlap least mean share of common hits, 0 to 1
 * @param settle wait after a switch, until no request from before it can be in flight
 * @param retainSource how long the source stays after verification
 * @param deleteBatch points in one delete, at least 1
 * @param replicationFactor replicas of the dedicated key, at least 1
 * @param quietFor copy scans find no difference for so long before a freeze
 * @param maxWait longest wait for that
 * @param fence only with {@link DemotionStrategy#FENCE}
 * @param snapshotFirst take a shard snapshot of the dedicated key before a demotion
 * @param moveDeadline without progress for so long, a transfer counts as failed
 */
@RecordBuilder
public record MoveSettings(
    VerifyLevel verifyLevel,
    int searchProbes,
    double minTopKOverlap,
    Duration settle,
    Duration retainSource,
    int deleteBatch,
    int replicationFactor,
    Placement placement,
    DemotionStrategy demotion,
    Duration quietFor,
    Duration maxWait,
    WhenBusy whenBusy,
    @Nullable Fence fence,
    boolean snapshotFirst,
    Duration moveDeadline)
    implements MoveSettingsBuilder.With {

  public MoveSettings {
    if (searchProbes < 0) {
      throw new IllegalArgumentException(
          "searchProbes: " + searchProbes + " is negative; allowed: 0 and up");
    }
    if (!(minTopKOverlap >= 0 && minTopKOverlap <= 1)) {
      throw new IllegalArgumentException(
          "minTopKOverlap: " + minTopKOverlap + " is outside; allowed: 0 to 1");
    }
    if (deleteBatch < 1) {
      throw new IllegalArgumentException("deleteBatch: " + deleteBatch + "; allowed: 1 and up");
    }
    if (replicationFactor < 1) {
      throw new IllegalArgumentException(
          "replicationFactor: " + replicationFactor + "; allowed: 1 and up");
    }
    if (demotion == DemotionStrategy.FENCE && fence == null) {
      throw new IllegalArgumentException(
          "fence: is missing; required where demotion is FENCE (Webhook, Token or Manual)");
    }
  }

  /**
   * The settings of a TierPolicy without fields, except for two: dedicated shards are placed where the fallback is, so that no
   * shard has to be moved, and a transfer has ten minutes. For tests of the planner.
   */
  public static MoveSettings defaults() {
    return new MoveSettings(
        VerifyLevel.CONTENT,
        20,
        0.99,
        Duration.ofSeconds(70),
        Duration.ofHours(24),
        1000,
        1,
        Placement.WITH_FALLBACK,
        DemotionStrategy.FREEZE,
        Duration.ofSeconds(30),
        Duration.ofHours(24),
        WhenBusy.GIVE_UP,
        null,
        false,
        Duration.ofMinutes(10));
  }
}
