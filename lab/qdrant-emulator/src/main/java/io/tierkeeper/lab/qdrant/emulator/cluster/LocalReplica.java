package io.tierkeeper.lab.qdrant.emulator.cluster;

import io.qdrant.client.grpc.Collections.StrictModeConfig;
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
  private final RateLimit reads;
  private final RateLimit writes;
  private @Nullable ForwardProxy proxy;
  private int inFlight;
  private boolean changing;

  LocalReplica(ReplicaStore store, long born, Scheduler processes) {
    this.gate = processes.monitor();
    this.reads = new RateLimit("Read", processes);
    this.writes = new RateLimit("Write", processes);
    this.store = store;
    this.born = born;
  }

  public ReplicaStore store() {
    return store;
  }

  /** Counts a read towards strict mode's limit, if there is one. */
  public void limitRead(StrictModeConfig config, long cost) {
    if (config.getEnabled() && config.hasReadRateLimit()) {
      reads.consume(config.getReadRateLimit(), cost);
    }
  }

  /** Counts a write towards strict mode's limit, if there is one. */
  public void limitWrite(StrictModeConfig config, long cost) {
    if (config.getEnabled() && config.hasWriteRateLimit()) {
      writes.consume(config.getWriteRateLimit(), cost);
    }
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
