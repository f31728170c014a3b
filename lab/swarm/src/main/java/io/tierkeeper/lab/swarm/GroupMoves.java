package io.tierkeeper.lab.swarm;

import io.tierkeeper.audit.InMemoryAudit;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.scene.MoveDriver;
import io.tierkeeper.lab.scene.SceneMoves;
import io.tierkeeper.lab.swarm.SwarmReport.GroupMove;
import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.lab.workload.TieredScene;
import io.tierkeeper.moves.DemotionStrategy;
import io.tierkeeper.moves.Leadership;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.ShardKey;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Moves groups between the tiers with the real engine, one after the other; a demotion fences the agents of the group. */
final class GroupMoves {

  private static final Duration TIMEOUT = Duration.ofMinutes(3);
  private static final Duration MAX_WAIT = Duration.ofMillis(50);

  private final GroupGates gates;
  private final MoveEngine engine;
  private final SceneMoves moves;
  private final int replicationFactor;
  private final long startedAt;
  private final @Nullable PeerDeath death;

  /**
   * Moves of the groups of one swarm.
   *
   * @param replicationFactor of dedicated keys
   * @param startedAt of the steady part, in nanoseconds of {@link System#nanoTime}
   * @param death of a peer in one of the moves; null for none
   */
  GroupMoves(
      TieredScene scene,
      GroupGates gates,
      Clock clock,
      int replicationFactor,
      long startedAt,
      @Nullable PeerDeath death) {
    this.gates = gates;
    this.replicationFactor = replicationFactor;
    this.startedAt = startedAt;
    this.death = death;
    moves = new SceneMoves("swarm", scene);
    engine = new MoveEngine(scene.cluster(), new InMemoryAudit(), clock, Leadership.always());
  }

  /** Moves one group and returns when the move has ended. */
  GroupMove move(ShardKey group, Direction direction) {
    MoveDriver driver = MoveDriver.on(Scheduler.realTime(), engine)
        .fence(fence(group))
        .onFailure(GroupMoves::retry)
        .listener((started, ended, progress) -> {
          if (death != null) {
            death.entered(group.toString(), direction, progress.phase());
          }
        })
        .maxWait(MAX_WAIT)
        .timeout(TIMEOUT)
        .build();
    if (death != null) {
      death.entered(group.toString(), direction, MovePhase.PREFLIGHT);
    }
    double from = seconds();
    String end;
    boolean succeeded = false;
    gates.moveBegins(group);
    try {
      Progress.Finished finished = driver.run(moves.next(
          group, direction, SceneMoves.quick(DemotionStrategy.FENCE, replicationFactor, TIMEOUT)));
      succeeded = finished.phase() == MovePhase.SUCCEEDED;
      end = finished.phase().apiName();
    } catch (IllegalStateException e) {
      end = String.valueOf(e.getMessage());
    } finally {
      gates.moveEnds(group);
    }
    return new GroupMove(group.toString(), direction.label(), from, seconds(), succeeded, end);
  }

  /** A peer that does not answer is one of the events of a swarm; as the operator does, the step is repeated. */
  private static MoveDriver.Recovery retry(Throwable failure) {
    if (failure instanceof QdrantException) {
      LockSupport.parkNanos(MAX_WAIT.toNanos());
      return MoveDriver.Recovery.RETRY;
    }
    return MoveDriver.Recovery.FAIL;
  }

  private double seconds() {
    return (System.nanoTime() - startedAt) / 1e9;
  }

  private MoveDriver.WriterFence fence(ShardKey group) {
    return new MoveDriver.WriterFence() {
      @Override
      public void hold() {
        gates.close(group);
      }

      @Override
      public void release() {
        gates.open(group);
      }
    };
  }
}
