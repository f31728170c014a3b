package io.tierkeeper.lab.swarm;

import io.tierkeeper.qdrant.ShardKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** What an application does that is asked for a fence: no deposit of the group is in flight while it is closed. */
final class GroupGates {

  private final Map<ShardKey, ReentrantReadWriteLock> gates = new ConcurrentHashMap<>();

  /** Makes a deposit, unless the gate is closed: agents go on reading meanwhile. */
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

  private ReentrantReadWriteLock gate(ShardKey group) {
    return gates.computeIfAbsent(group, key -> new ReentrantReadWriteLock(true));
  }
}
