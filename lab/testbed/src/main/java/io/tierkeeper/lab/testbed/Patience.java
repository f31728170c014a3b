package io.tierkeeper.lab.testbed;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what a server needs some time for. */
final class Patience {
  private static final long LOOK_EVERY_NANOS = 50_000_000;

  private Patience() {}

  /** @throws IllegalStateException when it has not come about in time */
  static void until(Duration longest, String what, BooleanSupplier wanted) {
    long end = System.nanoTime() + longest.toNanos();
    while (!wanted.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException("waited " + longest + " in vain for " + what);
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
  }
}
