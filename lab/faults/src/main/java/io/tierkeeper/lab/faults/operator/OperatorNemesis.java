package io.tierkeeper.lab.faults.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.lab.faults.inject.FaultKind;
import io.tierkeeper.lab.faults.inject.Nemesis;
import io.tierkeeper.lab.faults.inject.PlannedFault;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.time.VirtualScheduler;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** Injects faults into the replicas of an operator, its Kubernetes, its disk, its clocks and its Qdrant. */
public final class OperatorNemesis implements Runnable {

  /** How the note of a wrong clock goes on after the replica. */
  static final String WRONG_CLOCK = "'s clock is wrong by ";

  private static final Duration MAX_REST = Duration.ofSeconds(4);
  private static final int MAX_WRITE = 30;

  /** Faults of a single write; a process is paused elsewhere, see ReplicaProcess. */
  private static final List<FaultKind> AT_WRITES = List.of(
      FaultKind.DEATH_BEFORE_SENDING,
      FaultKind.DEATH_AFTER_SENDING,
      FaultKind.DEATH_AFTER_THE_ANSWER,
      FaultKind.ANSWER_LOST,
      FaultKind.CALL_LOST,
      FaultKind.REFUSED,
      FaultKind.DOUBLED);

  private final VirtualScheduler simulator;
  private final List<ReplicaProcess> replicas;
  private final Nemesis ofQdrant;
  private final KubernetesClient kubernetes;
  private final SplittableRandom random;
  private boolean over;
  private boolean journalsLost;

  OperatorNemesis(
      VirtualScheduler simulator,
      EmulatedQdrant qdrant,
      SimulatedKubernetes kubernetes,
      List<ReplicaProcess> replicas) {
    this.simulator = simulator;
    this.replicas = replicas;
    this.ofQdrant = new Nemesis(simulator, qdrant, replicas.getFirst().injector());
    this.kubernetes = kubernetes.undisturbed();
    this.random = simulator.random().split();
  }

  /** The injected faults and the actions of the administrator, in order, with the virtual second. */
  List<String> log() {
    return ofQdrant.injected();
  }

  /** The present fault of Qdrant, in a few words. */
  String now() {
    return ofQdrant.now();
  }

  /** Records an action of the administrator. */
  void note(String action) {
    ofQdrant.note(action);
  }

  /** Whether a journal was removed from a status. */
  boolean journalsLost() {
    return journalsLost;
  }

  /** Injects no further faults, and repairs what is broken. */
  void rest() {
    over = true;
    ofQdrant.rest();
    replicas.forEach(ReplicaProcess::leaveAlone);
  }

  @Override
  public void run() {
    while (!over) {
      simulator.sleep(Duration.ofNanos(random.nextLong(MAX_REST.toNanos())));
      if (!over) {
        inject();
      }
    }
  }

  private void inject() {
    ReplicaProcess replica = replicas.get(random.nextInt(replicas.size()));
    switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> {
        FaultKind kind = AT_WRITES.get(random.nextInt(AT_WRITES.size()));
        int write = 1 + random.nextInt(MAX_WRITE);
        note(replica + ": " + kind.words() + " at its write " + write);
        replica.injector().plan(List.of(new PlannedFault(write, kind)));
      }
      case 4 -> {
        Duration time = upTo(random.nextInt(4) == 0 ? 180 : 20);
        note(replica + " stands still for " + time);
        replica.standStill(time);
      }
      case 5 -> {
        Duration time = upTo(30);
        note(replica + " is cut off from Kubernetes for " + time);
        replica.cutOffFromKubernetes(time);
      }
      case 6 -> {
        Duration time = upTo(15);
        note(replica + " gets no news for " + time);
        replica.cutWatches(time);
      }
      case 7 -> {
        Duration time = upTo(8);
        note(replica + " has no space left for " + time);
        replica.failDisk(time);
      }
      case 8 -> {
        Duration ahead = Duration.ofSeconds(random.nextInt(-7200, 7200));
        note(replica + WRONG_CLOCK + ahead);
        replica.setClock(ahead);
      }
      case 9 -> {
        if (random.nextInt(3) == 0) {
          loseAJournal();
        }
      }
      default -> ofQdrant.injectIntoQdrant();
    }
  }

  private Duration upTo(int seconds) {
    return Duration.ofMillis(random.nextLong(seconds * 1000L));
  }

  /** Removes the journals of all unfinished moves from their statuses, as an edit of the status would. */
  private void loseAJournal() {
    for (TierMove move :
        kubernetes.resources(TierMove.class).inNamespace("default").list().getItems()) {
      if (move.getStatus() != null
          && move.getStatus().journal() != null
          && move.getStatus().finishedAt() == null) {
        note("the journal is removed from " + move.getMetadata().getName());
        journalsLost = true;
        kubernetes
            .resource(move)
            .subresource("status")
            .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":{\"journal\":null}}");
      }
    }
  }
}
