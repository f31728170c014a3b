package io.tierkeeper.lab.qdrant.emulator.cluster;

import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.tierkeeper.lab.qdrant.emulator.points.ReplicaStore;
import io.tierkeeper.lab.time.Scheduler;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A replica on its peer: the points, and the proxy before them while it is the source of a transfer. */
public final class LocalReplica {

  private final ReplicaStore store;
  private final long born;
  private final Scheduler.Monitor gate;
  private @Nullable ForwardProxy proxy;
  private int inFlight;
  private boolean changing;

  LocalReplica(ReplicaStore store, long born, Scheduler processes) {
    this.gate = processes.monitor();
    this.store = store;
    this.born = born;
  }

  public ReplicaStore store() {
    return store;
  }

  long born() {
    return born;
  }

  void update(PointsUpdateOperation operation) {
    ForwardProxy before = enter();
    try {
      if (before == null) {
        store.apply(operation);
      } else {
        before.update(store, operation);
      }
    } finally {
      leave();
    }
  }

  /** Changes the proxy; taking it away waits for the updates in flight, so that none is forwarded afterwards. */
  void setProxy(@Nullable ForwardProxy changed) {
    gate.run(() -> {
      awaitThat(() -> !changing);
      changing = true;
      awaitThat(() -> inFlight == 0);
      proxy = changed;
      changing = false;
      gate.signalAll();
    });
  }

  private @Nullable ForwardProxy enter() {
    return gate.get(() -> {
      awaitThat(() -> !changing);
      inFlight++;
      return proxy;
    });
  }

  private void leave() {
    gate.run(() -> {
      inFlight--;
      gate.signalAll();
    });
  }

  private void awaitThat(BooleanSupplier condition) {
    boolean interrupted = false;
    while (!condition.getAsBoolean()) {
      try {
        gate.awaitNanos(Long.MAX_VALUE);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  public boolean proxied() {
    return gate.get(() -> proxy != null);
  }
}
