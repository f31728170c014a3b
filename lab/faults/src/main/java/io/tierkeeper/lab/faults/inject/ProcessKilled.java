package io.tierkeeper.lab.faults.inject;

/** Ends a process where an injected fault kills it. */
public final class ProcessKilled extends Error {
  private static final long serialVersionUID = 1L;

  public ProcessKilled() {
    super("killed by an injected fault", null, false, false);
  }
}
