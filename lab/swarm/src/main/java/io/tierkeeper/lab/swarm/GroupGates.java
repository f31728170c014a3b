package io.tierkeeper.lab.swarm;

import io.tierkeeper.qdrant.ShardKey;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** The agents' side of a fence: while the gate of a group is closed, no deposit of the group is in flight. */
final class GroupGates {

  private final Map<ShardKey, ReentrantReadWriteLock> gates = new ConcurrentHashMap<>();
  private final Set<ShardKey> moving = ConcurrentHashMap.newKeySet();

  /** Runs a deposit; skips it while the gate is closed. */
  void pass(ShardKey group, Runnable deposit) {
    ReentrantReadWriteLock.ReadLock gate = gate(group).readLock();
    if (!gate.tryLock()) {
      return;
    }
    try {
      deposit.run();
    } finally {
      gate.unlock();
    }
  }

  /** Returns when no deposit is in flight; none begins until {@link #open} by the same thread. */
  void close(ShardKey group) {
    gate(group).writeLock().lock();
  }

  void open(ShardKey group) {
    gate(group).writeLock().unlock();
  }

  /** A move of the group begins. */
  void moveBegins(ShardKey group) {
    moving.add(group);
  }

  /** A move of the group has ended. */
  void moveEnds(ShardKey group) {
    moving.remove(group);
  }

  /** Whether the group is being moved. */
  boolean moving(ShardKey group) {
    return moving.contains(group);
  }

  private ReentrantReadWriteLock gate(ShardKey group) {
    return gates.computeIfAbsent(group, key -> new ReentrantReadWriteLock(true));
  }
}
