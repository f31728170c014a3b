package io.tierkeeper.lab.faults.inject;

/**
 * A fault that is injected into one write.
 *
 * @param in how many writes from now, or from the fault before it in a plan; the next one is 1
 */
public record PlannedFault(int in, FaultKind kind) {
  public PlannedFault {
    if (in < 1) {
      throw new IllegalArgumentException("in is " + in + ", allowed: 1 and more");
    }
  }
}
