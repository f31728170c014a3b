package io.tierkeeper.lab.faults.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.tierkeeper.lab.faults.inject.ProcessKilled;
import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.lab.time.VirtualScheduler;
import io.tierkeeper.operator.config.LeaderElection;
import io.tierkeeper.operator.leadership.Election;
import io.tierkeeper.operator.leadership.LeadershipListener;
import io.tierkeeper.operator.leadership.ObservedLock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The election of one process incarnation: the loop of fabric8's elector on virtual time, with the lock that ships. */
public final class SimulatedElection implements Election {

  static final LeaderElection SETTINGS = new LeaderElection(
      true,
      "tierkeeper",
      "default",
      Duration.ofSeconds(15),
      Duration.ofSeconds(10),
      Duration.ofSeconds(2));

  private final ReplicaProcess process;
  private final ReplicaIncarnation incarnation;
  private final VirtualScheduler simulator;
  private final KubernetesClient client;
  private final ObservedLock lock;
  private Scheduler.@Nullable Handle elector;

  SimulatedElection(
      ReplicaProcess process,
      ReplicaIncarnation incarnation,
      VirtualScheduler simulator,
      KubernetesClient client) {
    this.process = process;
    this.incarnation = incarnation;
    this.simulator = simulator;
    this.client = client;
    this.lock = new ObservedLock(
        new LeaseLock("default", SETTINGS.leaseName(), process.name()),
        SETTINGS.renewDeadline(),
        process.clock(),
        simulator::nanoTime,
        () -> 0);
  }

  @Override
  public void start(LeadershipListener listener) {
    elector = simulator.fork(process.name() + " election", () -> elect(listener));
  }

  private void elect(LeadershipListener listener) {
    boolean led = false;
    try {
      while (incarnation.running()) {
        process.breathe(incarnation);
        try {
          acquireOrRenew();
        } catch (KubernetesClientException e) {
          // As fabric8's elector does: it tries again until the renew deadline is over.
        }
        if (led && !lock.leading()) {
          listener.onLost();
          return;
        }
        if (!led && lock.leading()) {
          led = true;
          listener.onLeading(lock.term());
        }
        simulator.sleep(SETTINGS.retryPeriod());
      }
    } catch (ProcessKilled e) {
      incarnation.die();
    }
  }

  private void acquireOrRenew() {
    ZonedDateTime now = ZonedDateTime.ofInstant(process.clock().instant(), ZoneOffset.UTC);
    LeaderElectionRecord record = lock.get(client);
    Duration lasts = SETTINGS.leaseDuration();
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

  /** Whether the lease is held, for observers; the process itself asks {@link #leading()}, where it may be paused. */
  boolean holdsLease() {
    return lock.leading();
  }

  @Override
  public boolean leading() {
    process.breathe(incarnation);
    return lock.leading();
  }

  @Override
  public long term() {
    return lock.term();
  }

  @Override
  public void abandon() {
    lock.stop();
  }

  /** Returns when the elector of an incarnation that has ended has noticed it; its lease runs out. */
  @Override
  public void close() {
    if (elector != null) {
      try {
        elector.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
