package io.tierkeeper.lab.faults.inject;

/** The TierMove was deleted by force: no process continues the move, and its journal is gone. */
public final class MoveForgotten extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public MoveForgotten() {
    super("the TierMove was deleted by force");
  }
}
