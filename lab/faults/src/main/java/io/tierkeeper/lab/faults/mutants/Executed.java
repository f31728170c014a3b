package io.tierkeeper.lab.faults.mutants;

import java.util.concurrent.atomic.AtomicLong;

/** Counts how often mutated code is executed; each copy of the classes has its own count. */
public final class Executed {

  private static final AtomicLong TIMES = new AtomicLong();

  private Executed() {}

  /** Called by mutated code; always true, so that it can stand in a condition. */
  public static boolean mark() {
    TIMES.incrementAndGet();
    return true;
  }

  /** How often so far. */
  public static long times() {
    return TIMES.get();
  }
}
