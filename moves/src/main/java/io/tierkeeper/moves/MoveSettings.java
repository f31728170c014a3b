package io.tierkeeper.moves;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a move is made, from the policy.
 *
 * @param settle wait after a switch, until no request from before it can be in flight
 * @param retainSource how long the source stays after verification
 * @param deleteBatch points in one delete, at least 1
 * @param replicationFactor replicas of the dedicated key, at least 1
 * @param moveDeadline without progress for so long, a transfer counts as failed
 * @param snapshots which snapshots of the dedicated key outlive the move
 */
@RecordBuilder
public record MoveSettings(
    Verification verification,
    Duration settle,
    Duration retainSource,
    int deleteBatch,
    int replicationFactor,
    Placement placement,
    Demotion demotion,
    Duration moveDeadline,
    Snapshots snapshots)
    implements MoveSettingsBuilder.With {

  public MoveSettings {
    // The journal of a move that an earlier version began has none.
    snapshots = Objects.requireNonNullElse(snapshots, Snapshots.NONE);
    if (deleteBatch < 1) {
      throw new IllegalArgumentException("deleteBatch: " + deleteBatch + "; allowed: 1 and up");
    }
    if (replicationFactor < 1) {
      throw new IllegalArgumentException(
          "replicationFactor: " + replicationFactor + "; allowed: 1 and up");
    }
  }

  /**
   * What is compared before any point is deleted.
   *
   * @param searchProbes how many searches are compared between the two keys
   * @param minTopKOverlap least mean share of common hits, 0 to 1
   */
  @RecordBuilder
  public record Verification(VerifyLevel level, int searchProbes, double minTopKOverlap)
      implements MoveSettingsVerificationBuilder.With {

    public Verification {
      if (searchProbes < 0) {
        throw new IllegalArgumentException(
            "searchProbes: " + searchProbes + " is negative; allowed: 0 and up");
      }
      if (!(minTopKOverlap >= 0 && minTopKOverlap <= 1)) {
        throw new IllegalArgumentException(
            "minTopKOverlap: " + minTopKOverlap + " is outside; allowed: 0 to 1");
      }
    }
  }

  /**
   * How a tenant returns to the fallback.
   *
   * @param quietFor copy scans find no difference for so long before a freeze
   * @param maxWait longest wait for that
   * @param fence only with {@link DemotionStrategy#FENCE}
   */
  @RecordBuilder
  public record Demotion(
      DemotionStrategy strategy,
      Duration quietFor,
      Duration maxWait,
      WhenBusy whenBusy,
      @Nullable Fence fence)
      implements MoveSettingsDemotionBuilder.With {

    public Demotion {
      if (strategy == DemotionStrategy.FENCE && fence == null) {
        throw new IllegalArgumentException(
            "fence: is missing; required where strategy is FENCE (Webhook, Token or Manual)");
      }
    }
  }

  /**
   * Which snapshots of the dedicated key are stored outside Qdrant.
   *
   * @param beforeDemotion before a demotion copies anything
   * @param beforeCleanup before a promotion deletes the points from the fallback
   * @param keepFor how long they are kept
   */
  public record Snapshots(boolean beforeDemotion, boolean beforeCleanup, Duration keepFor) {

    /** None is taken. */
    public static final Snapshots NONE = new Snapshots(false, false, Duration.ZERO);
  }
}
