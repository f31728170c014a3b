package io.tierkeeper.qdrant.emulator;

import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/** A replica on its peer: the points, and the proxy before them while it is the source of a transfer. */
final class LocalReplica {

  private final ReplicaStore store;
  private final long born;
  // Held for reading by every update: taking the proxy away waits for the forwards in flight.
  private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
  private @Nullable ForwardProxy proxy;

  LocalReplica(ReplicaStore store, long born) {
    this.store = store;
    this.born = born;
  }

  ReplicaStore store() {
    return store;
  }

  long born() {
    return born;
  }

  void update(PointsUpdateOperation operation) {
    gate.readLock().lock();
    try {
      if (proxy == null) {
        store.apply(operation);
      } else {
        proxy.update(store, operation);
      }
    } finally {
      gate.readLock().unlock();
    }
  }

  void setProxy(@Nullable ForwardProxy changed) {
    gate.writeLock().lock();
    try {
      proxy = changed;
    } finally {
      gate.writeLock().unlock();
    }
  }

  boolean proxied() {
    return proxy() != null;
  }

  @Nullable
  ForwardProxy proxy() {
    gate.readLock().lock();
    try {
      return proxy;
    } finally {
      gate.readLock().unlock();
    }
  }
}
