package io.tierkeeper.moves;

import java.time.Duration;

/** Settings of moves for tests. */
public final class MoveFixtures {

  private MoveFixtures() {}

  /**
   * The settings of a TierPolicy without fields, except for two: dedicated shards are placed where the fallback is, so that no
   * shard has to be moved, and a transfer has ten minutes.
   */
  public static MoveSettings settings() {
    return new MoveSettings(
        new MoveSettings.Verification(VerifyLevel.CONTENT, 20, 0.99),
        Duration.ofSeconds(70),
        Duration.ofHours(24),
        1000,
        1,
        Placement.WITH_FALLBACK,
        new MoveSettings.Demotion(
            DemotionStrategy.FREEZE,
            Duration.ofSeconds(30),
            Duration.ofHours(24),
            WhenBusy.GIVE_UP,
            null),
        Duration.ofMinutes(10),
        MoveSettings.Snapshots.NONE);
  }

  /** The same by this fence. */
  public static MoveSettings.Demotion fencing(MoveSettings.Demotion demotion, Fence fence) {
    return demotion.with(draft -> draft.strategy(DemotionStrategy.FENCE).fence(fence));
  }
}
