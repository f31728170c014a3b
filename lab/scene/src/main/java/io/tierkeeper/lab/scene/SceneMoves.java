package io.tierkeeper.lab.scene;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.workload.TieredScene;
import io.tierkeeper.moves.DemotionStrategy;
import io.tierkeeper.moves.Fence;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveSettings;
import io.tierkeeper.moves.Placement;
import io.tierkeeper.moves.VerifyLevel;
import io.tierkeeper.moves.WhenBusy;
import io.tierkeeper.qdrant.ShardKey;
import java.time.Duration;

/** Numbered moves of the tenants of one scene. */
public final class SceneMoves {

  private static final int SEARCH_PROBES = 5;
  private static final double MIN_OVERLAP = 0.99;
  private static final int DELETE_BATCH = 1000;
  private static final Duration SHORT = Duration.ofSeconds(1);

  private final String prefix;
  private final TieredScene scene;
  private int moves;

  /** @param prefix of the names of the moves */
  public SceneMoves(String prefix, TieredScene scene) {
    this.prefix = prefix;
    this.scene = scene;
  }

  /** The next move. */
  public Move next(ShardKey tenant, Direction direction, MoveSettings settings) {
    moves++;
    return new Move(
        prefix + "-" + moves,
        scene.name() + "-" + moves,
        "/namespaces/" + prefix + "/tieredcollections/" + scene.name(),
        scene.name(),
        scene.points().tenantField(),
        tenant.tenant().kind(),
        tenant.tenant(),
        scene.fallback(),
        direction,
        settings);
  }

  /**
   * Settings with waits of a second, full verification and no retention, for moves in real time.
   *
   * @param replicationFactor of the dedicated key
   * @param maxWait for a tenant that is quiet enough to be demoted
   */
  public static MoveSettings quick(
      DemotionStrategy demotion, int replicationFactor, Duration maxWait) {
    return new MoveSettings(
        new MoveSettings.Verification(VerifyLevel.CONTENT, SEARCH_PROBES, MIN_OVERLAP),
        SHORT,
        Duration.ZERO,
        DELETE_BATCH,
        replicationFactor,
        Placement.WITH_FALLBACK,
        new MoveSettings.Demotion(
            demotion,
            SHORT,
            maxWait,
            WhenBusy.GIVE_UP,
            demotion == DemotionStrategy.FENCE ? new Fence.Manual() : null),
        Duration.ofMinutes(1),
        MoveSettings.Snapshots.NONE);
  }
}
