package io.tierkeeper.lab.faults.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import io.tierkeeper.audit.chain.AuditSigningKey;
import io.tierkeeper.audit.file.AppendFile;
import io.tierkeeper.lab.faults.inject.FaultInjector;
import io.tierkeeper.lab.faults.inject.FaultKind;
import io.tierkeeper.lab.faults.inject.InjectionPoint;
import io.tierkeeper.lab.faults.inject.ProcessKilled;
import io.tierkeeper.lab.faults.inject.RequestRefused;
import io.tierkeeper.lab.kubeapi.KubernetesWithoutPorts.Reply;
import io.tierkeeper.lab.kubeapi.KubernetesWithoutPorts.Request;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.scene.Calls;
import io.tierkeeper.lab.scene.SimulatedCluster;
import io.tierkeeper.lab.time.VirtualScheduler;
import io.tierkeeper.qdrant.QdrantWrites;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A replica of the operator, as often as it dies: what it asks and writes goes through here, where it may stand still,
 * be cut off, find its disk full and its clock wrong, and where each write may be its last.
 */
public final class ReplicaProcess implements Runnable {

  private static final Duration RESTART = Duration.ofSeconds(3);
  private static final Duration REQUEST = SimulatedElection.SETTINGS.requestTimeout();

  private final String name;
  private final VirtualScheduler simulator;
  private final SimulatedKubernetes kubernetes;
  private final EmulatedQdrant qdrant;
  private final Path trails;
  private final AuditSigningKey signing;
  private final JournalSightings sightings;
  private final FaultInjector injector;
  private final List<String> findings;
  private final OnUpdateFilter<HasMetadata> updateFilter;
  private Duration clockError = Duration.ZERO;
  private long standsStillUntil;
  private long cutOffUntil;
  private long diskFailsUntil;
  private long timerStoppedUntil;
  private int deaths;
  private int sessions;
  private int oldLists;
  private boolean over;
  private @Nullable ReplicaIncarnation incarnation;

  /**
   * A replica that has not started.
   *
   * @param trails the directory of the audit trails, which all replicas share
   * @param signing signs their checkpoints
   * @param sightings which all replicas share
   * @param updateFilter of the leader session
   * @param findings where it is noted that a replica changed Qdrant while another held the lease, or from an old view
   */
  ReplicaProcess(
      String name,
      VirtualScheduler simulator,
      SimulatedKubernetes kubernetes,
      EmulatedQdrant qdrant,
      Path trails,
      AuditSigningKey signing,
      JournalSightings sightings,
      OnUpdateFilter<HasMetadata> updateFilter,
      List<String> findings) {
    this.name = name;
    this.simulator = simulator;
    this.kubernetes = kubernetes;
    this.qdrant = qdrant;
    this.trails = trails;
    this.signing = signing;
    this.sightings = sightings;
    this.updateFilter = updateFilter;
    this.findings = findings;
    this.injector =
        new FaultInjector(simulator, new SplittableRandom(name.hashCode()), this::inject);
  }

  @Override
  public void run() {
    while (!over) {
      ReplicaIncarnation next = new ReplicaIncarnation(this, simulator, kubernetes);
      incarnation = next;
      next.run();
      if (!over) {
        deaths++;
        simulator.sleep(Duration.ofNanos(simulator.random().nextLong(RESTART.toNanos())));
      }
    }
  }

  // ---- faults

  FaultInjector injector() {
    return injector;
  }

  /** Does nothing at all for a while, then goes on where it was. */
  void standStill(Duration time) {
    standsStillUntil = Math.max(standsStillUntil, simulator.nanoTime() + time.toNanos());
  }

  /** Gets no answer from Kubernetes for a while, and no news of its watches. */
  void cutOffFromKubernetes(Duration time) {
    cutOffUntil = Math.max(cutOffUntil, simulator.nanoTime() + time.toNanos());
    cutWatches(time);
  }

  /** Gets no news of its watches for a while. */
  void cutWatches(Duration time) {
    if (incarnation != null) {
      incarnation.cutWatches(time);
    }
  }

  /** Cannot write to its disk for a while. */
  void failDisk(Duration time) {
    diskFailsUntil = Math.max(diskFailsUntil, simulator.nanoTime() + time.toNanos());
  }

  /** Fires no timer for a while, so that events alone call the reconcilers. */
  void stopTimer(Duration time) {
    timerStoppedUntil = Math.max(timerStoppedUntil, simulator.nanoTime() + time.toNanos());
  }

  boolean timerStopped() {
    return simulator.nanoTime() < timerStoppedUntil;
  }

  /** Takes another time of day for the right one; what is measured without it goes on as before. */
  void setClock(Duration ahead) {
    clockError = ahead;
  }

  private void inject(FaultKind kind) {
    switch (kind) {
      case DISK_FULL -> failDisk(Duration.ofSeconds(10));
      case CLOCK_AHEAD -> setClock(Duration.ofHours(1));
      case CLOCK_BACK -> setClock(Duration.ofHours(-1));
      case PEER_KILLED,
          PEER_PAUSED,
          DEATH_BEFORE_SENDING,
          DEATH_AFTER_SENDING,
          DEATH_AFTER_THE_ANSWER,
          ANSWER_LOST,
          CALL_LOST,
          REFUSED,
          DOUBLED,
          SLOW,
          STANDSTILL ->
        throw new IllegalStateException(kind + " is not a fault of a replica's environment");
    }
  }

  /** Ends all faults. */
  void leaveAlone() {
    injector.plan(List.of());
    standsStillUntil = 0;
    cutOffUntil = 0;
    diskFailsUntil = 0;
    timerStoppedUntil = 0;
    clockError = Duration.ZERO;
    if (incarnation != null) {
      incarnation.restoreWatches();
    }
  }

  /** Ends it for good, in an orderly way. */
  void stop() {
    over = true;
  }

  // ---- what is known of it

  String name() {
    return name;
  }

  int deaths() {
    return deaths;
  }

  /** How often it has begun to lead. */
  int sessions() {
    return sessions;
  }

  /** The last exception that a reconciliation ended with, for people; null where there was none. */
  @Nullable
  String lastError() {
    return incarnation == null ? null : incarnation.lastError();
  }

  boolean over() {
    return over;
  }

  /** How many of the lists that it began to lead with were old. */
  int oldLists() {
    return oldLists;
  }

  void listsLate() {
    oldLists++;
  }

  boolean leads() {
    return incarnation != null && incarnation.leads();
  }

  void beganToLead() {
    sessions++;
  }

  OnUpdateFilter<HasMetadata> updateFilter() {
    return updateFilter;
  }

  Path trails() {
    return trails;
  }

  AuditSigningKey signing() {
    return signing;
  }

  /** The time of day as this replica has it. */
  Clock clock() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return simulator.clock().instant().plus(clockError);
      }
    };
  }

  // ---- its ways out

  /** Waits while it stands still; a life that has ended meanwhile does not go on. */
  void breathe(ReplicaIncarnation who) {
    while (simulator.nanoTime() < standsStillUntil) {
      simulator.sleep(Duration.ofNanos(standsStillUntil - simulator.nanoTime()));
    }
    if (who.dead()) {
      throw new ProcessKilled();
    }
  }

  /** A call to Kubernetes. */
  Reply carry(ReplicaIncarnation who, Request request, SimulatedKubernetes.Server server)
      throws IOException {
    breathe(who);
    if (simulator.nanoTime() < cutOffUntil) {
      simulator.sleep(REQUEST);
      breathe(who);
      throw new IOException("no answer within " + REQUEST);
    }
    String[] path = request.path().split("/", -1);
    if (request.reading()) {
      if (path[path.length - 2].equals("tiermoves")) {
        sightings.looked(who, path[path.length - 1]);
      }
      return server.answer();
    }
    boolean status = path[path.length - 1].equals("status");
    String kind = request.method().equals("POST")
        ? path[path.length - 1]
        : path[path.length - (status ? 3 : 2)];
    String write = request.method() + " " + kind + (status ? " status" : "");
    try {
      return write(who, InjectionPoint.KUBERNETES_WRITE, write, () -> {
        Reply reply = server.answer();
        if (status && kind.equals("tiermoves") && reply.code() < 300) {
          sightings.wrote(who, path[path.length - 2]);
        }
        return reply;
      });
    } catch (RequestRefused e) {
      return new Reply(
          503,
          "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":503,"
              + "\"reason\":\"ServiceUnavailable\",\"message\":\"" + e.getMessage() + "\"}");
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /** The connections to Qdrant. */
  SimulatedCluster qdrant(ReplicaIncarnation who) {
    return new SimulatedCluster(
        qdrant, simulator, (method, arguments, call) -> perform(who, method, call));
  }

  private Object perform(ReplicaIncarnation who, Method method, Calls.Call call) throws Throwable {
    if (who.dead()) {
      throw new ProcessKilled();
    }
    if (!QdrantWrites.mutates(method)) {
      breathe(who);
      return call.perform();
    }
    // It is not paused here: no check can help a process that stops between its question
    // whether it leads and the one call that follows.
    String holder = kubernetes.leaseHolder();
    if (!name.equals(holder)) {
      findings.add(String.format(
          "%.3f s %s calls %s while %s holds the lease",
          simulator.nanoTime() / 1e9, name, method.getName(), holder));
    }
    String move = who.move();
    if (move != null && sightings.overlooked(who, move)) {
      findings.add(String.format(
          "%.3f s %s calls %s for %s without having seen what became of it",
          simulator.nanoTime() / 1e9, name, method.getName(), move));
    }
    return write(who, InjectionPoint.QDRANT_CALL, method.getName(), () -> {
      try {
        return call.perform();
      } catch (Exception | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    });
  }

  private <T extends @Nullable Object> T write(
      ReplicaIncarnation who, InjectionPoint point, String what, FaultInjector.Effect<T> effect)
      throws Exception {
    try {
      return injector.write(point, what, effect);
    } catch (ProcessKilled e) {
      who.die();
      throw e;
    }
  }

  /** The disk of the audit trails. */
  AppendFile.Opener disk(ReplicaIncarnation who) {
    return path -> {
      requireDisk(who);
      AppendFile file = AppendFile.open(path);
      who.holds(file);
      return new AppendFile() {
        @Override
        public void append(ByteBuffer bytes) throws IOException {
          if (simulator.nanoTime() < diskFailsUntil && bytes.remaining() > 1) {
            // What fitted is there.
            byte[] some = new byte[simulator.random().nextInt(bytes.remaining())];
            bytes.get(some);
            file.append(ByteBuffer.wrap(some));
          }
          requireDisk(who);
          try {
            write(who, InjectionPoint.AUDIT_DISK, "append", () -> {
              // A dead process writes nothing late.
              if (!who.dead()) {
                file.append(bytes.duplicate());
              }
              return bytes;
            });
          } catch (IOException | RuntimeException e) {
            throw e;
          } catch (Exception e) {
            throw new IOException(e);
          }
        }

        @Override
        public void force() throws IOException {
          requireDisk(who);
        }

        @Override
        public long size() throws IOException {
          return file.size();
        }

        @Override
        public void close() throws IOException {
          file.close();
        }
      };
    };
  }

  private void requireDisk(ReplicaIncarnation who) throws IOException {
    if (who.dead()) {
      throw new ProcessKilled();
    }
    if (simulator.nanoTime() < diskFailsUntil) {
      throw new IOException("no space left on device");
    }
  }

  /** For messages: who it is and whether it leads. */
  @Override
  public String toString() {
    return name + (leads() ? " (leads)" : "");
  }

  /** Connects an incarnation to Kubernetes. */
  KubernetesClient client(ReplicaIncarnation who) {
    return kubernetes.client((request, server) -> carry(who, request, server));
  }
}
