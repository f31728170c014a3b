package io.tierkeeper.lab.swarm;

import io.tierkeeper.audit.InMemoryAudit;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.swarm.SwarmReport.GroupMove;
import io.tierkeeper.moves.DemotionStrategy;
import io.tierkeeper.moves.Fence;
import io.tierkeeper.moves.Leadership;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveEngine;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveSettings;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Placement;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.VerifyLevel;
import io.tierkeeper.moves.WhenBusy;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.ShardKey;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/** Moves groups between the tiers with the real engine, one move at a time; a demotion is fenced by the group itself. */
final class GroupMoves {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final long LONGEST_PAUSE = 50_000_000L;

  private final String collection;
  private final GroupGates gates;
  private final MoveEngine engine;
  private final int replicationFactor;
  private final long began;
  private int moves;

  /** @param began of the steady part, on {@link System#nanoTime} */
  GroupMoves(
      QdrantCluster cluster,
      String collection,
      GroupGates gates,
      Clock clock,
      int replicationFactor,
      long began) {
    this.collection = collection;
    this.gates = gates;
    this.replicationFactor = replicationFactor;
    this.began = began;
    engine = new MoveEngine(cluster, new InMemoryAudit(), clock, Leadership.always());
  }

  /** Moves one group and returns when that has ended. */
  GroupMove move(ShardKey group, Direction direction) {
    String name = "swarm-" + ++moves;
    Move move = new Move(
        name + "-" + direction.label().toLowerCase(Locale.ROOT),
        collection + "-" + moves,
        "/namespaces/swarm/tieredcollections/" + collection,
        collection,
        Memory.GROUP,
        group,
        Memory.FALLBACK,
        direction,
        settings());
    double from = seconds();
    String end;
    boolean succeeded = false;
    try {
      Progress.Finished finished = drive(move, group);
      succeeded = finished.phase() == MovePhase.SUCCEEDED;
      end = finished.phase().apiName();
    } catch (IllegalStateException e) {
      end = String.valueOf(e.getMessage());
    }
    return new GroupMove(group.toString(), direction.label(), from, seconds(), succeeded, end);
  }

  private double seconds() {
    return (System.nanoTime() - began) / 1e9;
  }

  private Progress.Finished drive(Move move, ShardKey group) {
    MoveJournal journal = MoveJournal.initial();
    MoveSignals signals = MoveSignals.none("swarm");
    boolean closed = false;
    long until = System.nanoTime() + PATIENCE.toNanos();
    Progress progress = null;
    try {
      while (System.nanoTime() < until) {
        progress = engine.advance(move, journal, signals, written -> {});
        journal = progress.journal();
        if (progress instanceof Progress.Finished finished) {
          return finished;
        }
        if (!closed && move.direction() == Direction.DEMOTE && journal.step() == MoveStep.FENCE) {
          gates.close(group);
          closed = true;
          signals = signals.withFence();
        }
        if (progress instanceof Progress.Wait wait) {
          LockSupport.parkNanos(Math.min(wait.after().toNanos(), LONGEST_PAUSE));
        }
      }
    } finally {
      if (closed) {
        gates.open(group);
      }
    }
    throw new IllegalStateException("not done in " + PATIENCE + ": " + progress);
  }

  private MoveSettings settings() {
    return new MoveSettings(
        VerifyLevel.CONTENT,
        5,
        0.99,
        Duration.ofSeconds(1),
        Duration.ZERO,
        1000,
        replicationFactor,
        Placement.WITH_FALLBACK,
        DemotionStrategy.FENCE,
        Duration.ofSeconds(1),
        PATIENCE,
        WhenBusy.GIVE_UP,
        new Fence.Manual(),
        false,
        Duration.ofMinutes(1));
  }
}
