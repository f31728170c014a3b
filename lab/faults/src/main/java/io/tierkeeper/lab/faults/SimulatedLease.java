package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.scene.SimulatedCluster;
import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.moves.Leadership;
import io.tierkeeper.moves.NotLeadingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The leadership of the move process, which is lost from time to time; calls sent without it are recorded. */
final class SimulatedLease implements Leadership, Runnable {

  private static final Duration MAX_HELD = Duration.ofSeconds(12);
  private static final Duration MAX_LOST = Duration.ofSeconds(5);

  /** A call that was allowed may take so long until it is sent. */
  private static final Duration UNDER_WAY = SimulatedCluster.MAX_REMOTE_LATENCY;

  private final Scheduler processes;
  private final SplittableRandom random;
  private final List<String> findings = new ArrayList<>();
  private boolean over;
  private boolean held = true;
  private long lostAt;

  SimulatedLease(Scheduler processes, SplittableRandom random) {
    this.processes = processes;
    this.random = random;
  }

  /** It is held from now on. */
  void rest() {
    over = true;
    held = true;
  }

  boolean held() {
    return held;
  }

  /** What was sent without it. */
  List<String> findings() {
    return List.copyOf(findings);
  }

  @Override
  public void requireLeading() {
    if (!held) {
      throw new NotLeadingException("the lease is lost");
    }
  }

  /** A call is about to be sent. */
  void sends(String call) {
    if (!held && processes.nanoTime() - lostAt > UNDER_WAY.toNanos()) {
      findings.add(processes.clock().instant() + " " + call + " was sent "
          + Duration.ofNanos(processes.nanoTime() - lostAt).toMillis()
          + " ms after the lease was lost");
    }
  }

  @Override
  public void run() {
    while (!over) {
      sleepUpTo(MAX_HELD);
      if (over) {
        return;
      }
      held = false;
      lostAt = processes.nanoTime();
      sleepUpTo(MAX_LOST);
      held = true;
    }
  }

  private void sleepUpTo(Duration longest) {
    processes.sleep(Duration.ofNanos(random.nextLong(longest.toNanos())));
  }
}
