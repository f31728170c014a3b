package io.tierkeeper.lab.faults.inject;

import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.calls.Fault;
import io.tierkeeper.lab.time.VirtualScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Injects faults that are drawn from a seed into a simulated Qdrant and into the process that moves its tenants. */
public final class Nemesis implements Runnable {

  private static final Duration MAX_PAUSE = Duration.ofMillis(1500);
  private static final Duration MAX_OUTAGE = Duration.ofSeconds(12);
  private static final Duration MAX_DELAY = Duration.ofSeconds(6);
  private static final int MAX_CALL = 8;
  private static final int MAX_WRITE = 25;

  private static final List<FaultKind> AT_WRITES = List.of(
      FaultKind.DEATH_BEFORE_SENDING,
      FaultKind.DEATH_AFTER_SENDING,
      FaultKind.DEATH_AFTER_THE_ANSWER,
      FaultKind.ANSWER_LOST,
      FaultKind.CALL_LOST,
      FaultKind.REFUSED);

  private final VirtualScheduler simulator;
  private final EmulatedQdrant qdrant;
  private final FaultInjector injector;
  private final SplittableRandom random;
  private final List<String> injected = new ArrayList<>();
  private String now = "in peace";
  private boolean over;

  public Nemesis(VirtualScheduler simulator, EmulatedQdrant qdrant, FaultInjector injector) {
    this.simulator = simulator;
    this.qdrant = qdrant;
    this.injector = injector;
    this.random = simulator.random().split();
  }

  /** The faults so far, in order, with the virtual second. */
  public List<String> injected() {
    return List.copyOf(injected);
  }

  /** Injects no further faults and repairs Qdrant. */
  public void rest() {
    over = true;
    qdrant.faults().clear();
  }

  @Override
  public void run() {
    while (!over) {
      sleepUpTo(MAX_PAUSE);
      if (over) {
        return;
      }
      switch (random.nextInt(5)) {
        case 0, 1 -> failACall();
        case 2 -> {
          int write = 1 + random.nextInt(MAX_WRITE);
          FaultKind fault = AT_WRITES.get(random.nextInt(AT_WRITES.size()));
          note(fault.words() + " in write " + write);
          injector.plan(List.of(new PlannedFault(write, fault)));
        }
        case 3 -> pauseAPeer();
        default -> killAPeer();
      }
    }
  }

  /** Injects one fault into Qdrant, which is over when this returns, or is still to come. */
  public void injectIntoQdrant() {
    switch (random.nextInt(4)) {
      case 0, 1 -> failACall();
      case 2 -> pauseAPeer();
      default -> killAPeer();
    }
  }

  /** The fault of Qdrant now, in few words. */
  public String now() {
    return now;
  }

  private void pauseAPeer() {
    EmulatedPeer peer = peer();
    now = "a peer is paused";
    note("peer " + peer.peerId() + " is paused");
    peer.pause();
    sleepUpTo(MAX_OUTAGE);
    peer.resume();
    now = "in peace";
    note("peer " + peer.peerId() + " is resumed");
  }

  private void killAPeer() {
    EmulatedPeer peer = peer();
    now = "a peer is killed";
    note("peer " + peer.peerId() + " is killed");
    peer.kill();
    sleepUpTo(MAX_OUTAGE);
    peer.restart();
    now = "in peace";
    note("peer " + peer.peerId() + " is restarted");
  }

  private void failACall() {
    Fault.Kind[] kinds = Fault.Kind.values();
    Fault fault = new Fault(
        kinds[random.nextInt(kinds.length)],
        Fault.ANY_CHANGE,
        1 + random.nextInt(MAX_CALL),
        null,
        Duration.ofNanos(random.nextLong(MAX_DELAY.toNanos())));
    note(fault.toString());
    now = "after a " + fault.kind();
    qdrant.faults().add(fault);
  }

  private EmulatedPeer peer() {
    return qdrant.peers().get(random.nextInt(qdrant.peers().size()));
  }

  private void sleepUpTo(Duration longest) {
    simulator.sleep(Duration.ofNanos(random.nextLong(longest.toNanos())));
  }

  /** Records a fault, or another event of the run. */
  public void note(String what) {
    injected.add(String.format("%.3f s %s", simulator.nanoTime() / 1e9, what));
  }
}
