package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.calls.Fault;
import io.tierkeeper.lab.time.VirtualScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Brings misfortune over a simulated cluster and its mover for a while, then lets them be. */
final class Nemesis implements Runnable {

  private static final Duration LONGEST_REST = Duration.ofMillis(1500);
  private static final Duration LONGEST_OUTAGE = Duration.ofSeconds(12);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(6);
  private static final int LATEST_CALL = 8;
  private static final int LATEST_WRITE = 25;

  private static final List<Mishap> OF_A_WRITE = List.of(
      Mishap.DEATH_BEFORE_SENDING,
      Mishap.DEATH_AFTER_SENDING,
      Mishap.DEATH_AFTER_THE_ANSWER,
      Mishap.ANSWER_LOST,
      Mishap.CALL_LOST,
      Mishap.REFUSED);

  private final VirtualScheduler simulator;
  private final EmulatedQdrant qdrant;
  private final Outbound outbound;
  private final SplittableRandom random;
  private final List<String> deeds = new ArrayList<>();
  private String now = "in peace";
  private boolean over;

  Nemesis(VirtualScheduler simulator, EmulatedQdrant qdrant, Outbound outbound) {
    this.simulator = simulator;
    this.qdrant = qdrant;
    this.outbound = outbound;
    this.random = simulator.random().split();
  }

  /** What befell, in order, with the virtual second. */
  List<String> deeds() {
    return List.copyOf(deeds);
  }

  /** No further deeds; what is broken is mended. */
  void rest() {
    over = true;
    qdrant.faults().clear();
  }

  @Override
  public void run() {
    while (!over) {
      sleepUpTo(LONGEST_REST);
      if (over) {
        return;
      }
      switch (random.nextInt(5)) {
        case 0, 1 -> spoilACall();
        case 2 -> {
          int write = 1 + random.nextInt(LATEST_WRITE);
          Mishap mishap = OF_A_WRITE.get(random.nextInt(OF_A_WRITE.size()));
          note(mishap.words() + " in the mover's write " + write);
          outbound.plan(List.of(new Outbound.Strike(write, mishap)));
        }
        case 3 -> pauseAPeer();
        default -> killAPeer();
      }
    }
  }

  /** One misfortune of Qdrant's, which is over when this returns, or is still to come. */
  void strikeQdrant() {
    switch (random.nextInt(4)) {
      case 0, 1 -> spoilACall();
      case 2 -> pauseAPeer();
      default -> killAPeer();
    }
  }

  /** What befalls now, in few words. */
  String now() {
    return now;
  }

  private void pauseAPeer() {
    EmulatedPeer peer = peer();
    now = "a peer stands still";
    note("peer " + peer.peerId() + " stands still");
    peer.pause();
    sleepUpTo(LONGEST_OUTAGE);
    peer.resume();
    now = "in peace";
    note("peer " + peer.peerId() + " continues");
  }

  private void killAPeer() {
    EmulatedPeer peer = peer();
    now = "a peer is dead";
    note("peer " + peer.peerId() + " dies");
    peer.kill();
    sleepUpTo(LONGEST_OUTAGE);
    peer.restart();
    now = "in peace";
    note("peer " + peer.peerId() + " is back");
  }

  private void spoilACall() {
    Fault.Kind[] kinds = Fault.Kind.values();
    Fault fault = new Fault(
        kinds[random.nextInt(kinds.length)],
        Fault.ANY_CHANGE,
        1 + random.nextInt(LATEST_CALL),
        null,
        Duration.ofNanos(random.nextLong(LONGEST_DELAY.toNanos())));
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

  /** Writes down what befell. */
  void note(String deed) {
    deeds.add(String.format("%.3f s %s", simulator.nanoTime() / 1e9, deed));
  }
}
