package io.tierkeeper.lab.faults;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.tierkeeper.audit.file.AppendFile;
import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.lab.time.VirtualScheduler;
import io.tierkeeper.operator.leadership.ObservedLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One life of a replica: it stands for election as fabric8's elector does, and reigns when it has won. */
final class OperatorLife {

  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  private final OperatorProcess process;
  private final VirtualScheduler simulator;
  private final SimulatedKubernetes kubernetes;
  private final KubernetesClient client;
  private final ObservedLock lock;
  private final List<AppendFile> files = new ArrayList<>();
  private boolean dead;
  private @Nullable OperatorReign reign;
  private @Nullable String move;

  OperatorLife(
      OperatorProcess process, VirtualScheduler simulator, SimulatedKubernetes kubernetes) {
    this.process = process;
    this.simulator = simulator;
    this.kubernetes = kubernetes;
    this.client = process.client(this);
    this.lock = new ObservedLock(
        new LeaseLock("default", OperatorProcess.ELECTION.leaseName(), process.name()),
        OperatorProcess.ELECTION.renewDeadline(),
        process.clock(),
        simulator::nanoTime);
  }

  /** Returns when it has died, or was stopped. */
  void live() {
    Scheduler.Handle election = simulator.fork(process.name() + " election", this::elect);
    try {
      while (!dead && !process.over() && !lock.leading()) {
        simulator.sleep(LOOK_AGAIN);
      }
      if (!dead && !process.over()) {
        process.reigning();
        OperatorReign begun = new OperatorReign(this, process, simulator, kubernetes, client, lock);
        reign = begun;
        begun.run();
      }
    } catch (Outbound.Killed e) {
      // It is over.
    }
    dead = true;
    try {
      election.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close();
  }

  private void close() {
    client.close();
    for (AppendFile file : files) {
      try {
        file.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  boolean dead() {
    return dead;
  }

  void die() {
    dead = true;
  }

  /** Whether it leads, and has begun to reconcile. */
  boolean reigns() {
    return !dead && reign != null && lock.leading();
  }

  /** Takes up a move, or something else. */
  void takesUp(@Nullable String next) {
    move = next;
  }

  /** The move that it is at; null where it is at none. */
  @Nullable
  String move() {
    return move;
  }

  /** Keeps a file that is to be closed with this life, as the machine does. */
  void holds(AppendFile file) {
    files.add(file);
  }

  void cutWatches(Duration time) {
    if (reign != null) {
      reign.cutWatches(time);
    }
  }

  @Nullable
  String lastError() {
    return reign == null ? null : reign.lastError();
  }

  private void elect() {
    boolean led = false;
    try {
      while (!dead && !process.over()) {
        process.breathe(this);
        try {
          acquireOrRenew();
        } catch (KubernetesClientException e) {
          // As fabric8's elector does: it tries again until the renew deadline is over.
        }
        if (led && !lock.leading()) {
          // A lost lease ends the process.
          dead = true;
          return;
        }
        led = lock.leading();
        simulator.sleep(OperatorProcess.ELECTION.retryPeriod());
      }
    } catch (Outbound.Killed e) {
      dead = true;
    }
  }

  private void acquireOrRenew() {
    ZonedDateTime now = ZonedDateTime.ofInstant(process.clock().instant(), ZoneOffset.UTC);
    LeaderElectionRecord record = lock.get(client);
    Duration lasts = OperatorProcess.ELECTION.leaseDuration();
    if (record == null) {
      lock.create(client, new LeaderElectionRecord(process.name(), lasts, now, now, 0));
      return;
    }
    boolean mine = process.name().equals(record.getHolderIdentity());
    boolean free = record.getHolderIdentity() == null
        || record.getHolderIdentity().isEmpty()
        || now.isAfter(record.getRenewTime().plus(record.getLeaseDuration()));
    if (!mine && !free) {
      lock.lose();
      return;
    }
    lock.update(
        client,
        new LeaderElectionRecord(
            process.name(),
            lasts,
            mine ? Objects.requireNonNullElse(record.getAcquireTime(), now) : now,
            now,
            record.getLeaderTransitions() + (mine ? 0 : 1)));
  }

  /** Whether JOSDK calls the reconciler for an update; as the operator sets it up. */
  static boolean matters(HasMetadata now, HasMetadata before) {
    return !Objects.equals(
            now.getMetadata().getGeneration(), before.getMetadata().getGeneration())
        || !Objects.equals(
            now.getMetadata().getDeletionTimestamp(), before.getMetadata().getDeletionTimestamp())
        || !Objects.equals(
            now.getMetadata().getAnnotations(), before.getMetadata().getAnnotations());
  }
}
