package io.tierkeeper.lab.faults.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierkeeper.audit.AuditUnavailableException;
import io.tierkeeper.audit.file.AppendFile;
import io.tierkeeper.audit.file.AuditOptions;
import io.tierkeeper.lab.faults.inject.ProcessKilled;
import io.tierkeeper.lab.time.VirtualScheduler;
import io.tierkeeper.operator.collection.AuditTrails;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.operator.config.Pace;
import io.tierkeeper.operator.leadership.LeadershipListener;
import io.tierkeeper.operator.metrics.OperatorMeters;
import io.tierkeeper.operator.session.LeaderSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One incarnation of a replica, from a start to a death: it takes part in the election and runs the operator's own {@link
 * LeaderSession} while it leads, with virtual adapters behind its ports.
 */
public final class ReplicaIncarnation {

  /** From one evaluation to the next. */
  static final Duration CYCLE = Duration.ofSeconds(3);

  private static final Pace PACE = Pace.brisk().withEvaluateEvery(CYCLE);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

  private final ReplicaProcess process;
  private final VirtualScheduler simulator;
  private final SimulatedKubernetes kubernetes;
  private final KubernetesClient client;
  private final SimulatedElection election;
  private final List<AppendFile> files = new ArrayList<>();
  private boolean dead;
  private @Nullable VirtualControllerHost host;
  private @Nullable String lastError;
  private @Nullable String move;

  ReplicaIncarnation(
      ReplicaProcess process, VirtualScheduler simulator, SimulatedKubernetes kubernetes) {
    this.process = process;
    this.simulator = simulator;
    this.kubernetes = kubernetes;
    this.client = process.client(this);
    this.election = new SimulatedElection(process, this, simulator, client);
  }

  /** Returns when it has died, or was stopped. */
  void run() {
    boolean[] won = {false};
    election.start(new LeadershipListener() {
      @Override
      public void onLeading(long term) {
        won[0] = true;
      }

      @Override
      public void onLost() {
        // A lost lease ends the process.
        die();
      }
    });
    try {
      while (running() && !won[0]) {
        simulator.sleep(POLL);
      }
      if (running()) {
        process.beganToLead();
        lead();
      }
    } catch (ProcessKilled e) {
      // This incarnation is over.
    }
    dead = true;
    election.close();
    close();
  }

  private void lead() {
    OperatorOptions options = OperatorOptions.defaults()
        .withInstance(process.name())
        .withVersion("simulated")
        .withAuditDirectory(process.trails())
        .withAuditSigningKey(process.signing())
        .withPace(PACE)
        .withLeaderElection(SimulatedElection.SETTINGS)
        .withClock(process.clock())
        .withQdrant(endpoints -> process.qdrant(this));
    VirtualControllerHost controllers =
        new VirtualControllerHost(this, process, simulator, kubernetes, client);
    VirtualTimer timer = new VirtualTimer(simulator, process.clock());
    host = controllers;
    LeaderSession session = new LeaderSession(
        client,
        options,
        new LeaderSession.Ports(controllers, timer, election),
        new AuditTrails(options, AuditOptions.DEFAULTS.withOwnTimer(false), process.disk(this)),
        new OperatorMeters(new SimpleMeterRegistry(), election::holdsLease),
        process.updateFilter());
    session.start();
    while (running()) {
      process.breathe(this);
      controllers.observe();
      if (!process.timerStopped()) {
        timer.fire();
      }
      try {
        session.tick();
      } catch (AuditUnavailableException e) {
        lastError = e.toString();
      }
      if (!controllers.reconcileNext()) {
        simulator.sleep(pause(controllers, timer));
      }
    }
    if (!dead) {
      session.close();
    }
  }

  private Duration pause(VirtualControllerHost controllers, VirtualTimer timer) {
    long next = process.timerStopped()
        ? controllers.nextDue()
        : Math.min(controllers.nextDue(), timer.nextDue());
    return next == Long.MAX_VALUE
        ? LONGEST_PAUSE
        : Duration.ofNanos(Math.clamp(next - simulator.nanoTime(), 1, LONGEST_PAUSE.toNanos()));
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

  /** Whether it has neither died nor been stopped. */
  boolean running() {
    return !dead && !process.over();
  }

  /** Whether it leads, and has begun to reconcile. */
  boolean leads() {
    return !dead && host != null && election.holdsLease();
  }

  /** Notes the TierMove that is reconciled from now on; null for another resource. */
  void reconciling(@Nullable String next) {
    move = next;
  }

  /** The TierMove that is reconciled now; null where it is none. */
  @Nullable
  String move() {
    return move;
  }

  /** Keeps a file that is to be closed with this incarnation, as the machine does. */
  void holds(AppendFile file) {
    files.add(file);
  }

  void cutWatches(Duration time) {
    if (host != null) {
      host.cutWatches(time);
    }
  }

  void restoreWatches() {
    if (host != null) {
      host.restoreWatches();
    }
  }

  /** The message of the last failed reconciliation or flush; null where none failed. */
  @Nullable
  String lastError() {
    return lastError;
  }

  void failed(String error) {
    lastError = error;
  }
}
