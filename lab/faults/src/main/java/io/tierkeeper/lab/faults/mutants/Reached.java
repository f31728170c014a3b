package io.tierkeeper.lab.faults.mutants;

import java.util.concurrent.atomic.AtomicLong;

/** Counts how often the planted place was come by; every copy of the classes has its own. */
public final class Reached {

  private static final AtomicLong TIMES = new AtomicLong();

  private Reached() {}

  /** Called from the planted place. */
  public static void mark() {
    TIMES.incrementAndGet();
  }

  /** How often so far. */
  public static long times() {
    return TIMES.get();
  }
}
