package io.tierkeeper.lab.swarm;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.MovePhase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Kills one peer, at a time or in a phase of a move. In a move the peer is started again some seconds later: a change of the
 * layout needs all peers, so the move waits for it.
 */
final class PeerDeath {

  /** The peer that is killed: it holds a replica of the fallback and answers calls. */
  private static final int PEER = 1;

  private static final Duration DOWN = Duration.ofSeconds(2);

  /** A phase of a move. */
  record Target(Direction direction, MovePhase phase) {

    /** The phases that moves of a swarm pass; nothing is retained. */
    static final List<Target> ALL = List.of(
        new Target(Direction.PROMOTE, MovePhase.PREFLIGHT),
        new Target(Direction.PROMOTE, MovePhase.COPYING),
        new Target(Direction.PROMOTE, MovePhase.VERIFYING),
        new Target(Direction.PROMOTE, MovePhase.CLEANING_UP),
        new Target(Direction.DEMOTE, MovePhase.PREFLIGHT),
        new Target(Direction.DEMOTE, MovePhase.COPYING),
        new Target(Direction.DEMOTE, MovePhase.VERIFYING),
        new Target(Direction.DEMOTE, MovePhase.CLEANING_UP));

    /** The phases in turn, from seed 1 on. */
    static Target of(long seed) {
      return ALL.get(Math.floorMod(seed - 1, ALL.size()));
    }
  }

  private final SwarmOptions.Kill kill;
  private final Target target;
  private final long began;
  private @Nullable Thread event;
  private volatile SwarmReport.@Nullable Death death;

  /**
   * One death.
   *
   * @param began nanoseconds of {@link System#nanoTime}
   */
  PeerDeath(SwarmOptions.Kill kill, long seed, long began) {
    this.kill = kill;
    this.target = Target.of(seed);
    this.began = began;
  }

  /** Kills the peer now and leaves it dead. */
  void now() {
    death = new SwarmReport.Death(second(), null, null);
    kill.peer(PEER);
  }

  /**
   * Call when a move enters a step: in the phase that the seed chose the peer dies while the step runs. Only the first move
   * of the direction is hit.
   */
  void entered(String group, Direction direction, MovePhase phase) {
    if (event != null || direction != target.direction() || phase != target.phase()) {
      return;
    }
    String during = direction.label() + " of " + group + ", " + phase.apiName();
    event = Thread.ofPlatform().name("swarm-peer-death").start(() -> {
      double killed = second();
      death = new SwarmReport.Death(killed, during, null);
      kill.peer(PEER);
      long until = System.nanoTime() + DOWN.toNanos();
      while (System.nanoTime() < until) {
        LockSupport.parkNanos(until - System.nanoTime());
      }
      kill.restart(PEER);
      death = new SwarmReport.Death(killed, during, second());
    });
  }

  /** Whether the peer has been killed. */
  boolean happened() {
    return event != null || death != null;
  }

  /** Returns when a peer that was killed in a move runs again. */
  void join() throws InterruptedException {
    if (event != null) {
      event.join();
    }
  }

  /** What happened; null as long as the peer has not been killed. */
  SwarmReport.@Nullable Death report() {
    return death;
  }

  private double second() {
    return (System.nanoTime() - began) / 1e9;
  }
}
