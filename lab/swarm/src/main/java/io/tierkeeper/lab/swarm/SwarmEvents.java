package io.tierkeeper.lab.swarm;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.swarm.SwarmReport.GroupMove;
import io.tierkeeper.qdrant.ShardKey;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What happens to the collection while all agents work: groups move, and a peer dies in one of the moves, or halfway where none
 * moves.
 */
final class SwarmEvents implements Runnable {

  /** When a peer is killed, as a share of the steady time. */
  private static final double KILL_AT = 0.5;

  private final SwarmOptions options;
  private final GroupMoves mover;
  private final List<ShardKey> moved;
  private final BooleanSupplier over;
  private final long began;
  private final Queue<GroupMove> moves = new ConcurrentLinkedQueue<>();
  private final @Nullable PeerDeath death;

  /**
   * The events of one swarm.
   *
   * @param moved the groups that are promoted and demoted
   * @param death of a peer; null for none
   * @param over whether the swarm has been stopped
   * @param began nanoseconds of {@link System#nanoTime}
   */
  SwarmEvents(
      SwarmOptions options,
      GroupMoves mover,
      List<ShardKey> moved,
      @Nullable PeerDeath death,
      BooleanSupplier over,
      long began) {
    this.options = options;
    this.mover = mover;
    this.moved = moved;
    this.death = death;
    this.over = over;
    this.began = began;
  }

  @Override
  public void run() {
    for (Direction direction : List.of(Direction.PROMOTE, Direction.DEMOTE)) {
      for (ShardKey group : moved) {
        if (!over.getAsBoolean()) {
          moves.add(mover.move(group, direction));
        }
      }
    }
    if (death != null && !death.happened()) {
      waitUntil(began + (long) (options.steady().toNanos() * KILL_AT));
      death.now();
      // As long without the peer as with it.
      waitUntil(System.nanoTime() + (long) (options.steady().toNanos() * (1 - KILL_AT)));
    }
  }

  private void waitUntil(long time) {
    while (System.nanoTime() < time && !over.getAsBoolean()) {
      LockSupport.parkNanos(Math.min(100_000_000L, time - System.nanoTime()));
    }
  }

  /** The moves that have ended, in order. */
  List<GroupMove> moves() {
    return List.copyOf(moves);
  }

  /** Returns when the swarm is as its events leave it. */
  void join() throws InterruptedException {
    if (death != null) {
      death.join();
    }
  }

  /** The death of a peer; null as long as none has been killed. */
  SwarmReport.@Nullable Death death() {
    return death == null ? null : death.report();
  }
}
