package io.tierkeeper.lab.testbed;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Polls until a server has reached a state. */
public final class Poll {
  private static final long INTERVAL_NANOS = 50_000_000;

  private Poll() {}

  /** @throws IllegalStateException when the state is not reached in time */
  public static void until(Duration timeout, String what, BooleanSupplier reached) {
    long end = System.nanoTime() + timeout.toNanos();
    while (!reached.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException("timed out after " + timeout + " waiting for " + what);
      }
      LockSupport.parkNanos(INTERVAL_NANOS);
    }
  }
}
