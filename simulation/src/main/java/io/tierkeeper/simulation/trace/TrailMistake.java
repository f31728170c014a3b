package io.tierkeeper.simulation.trace;

/** A trail that cannot be used as a trace: where, what, and what is allowed. */
public final class TrailMistake extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  TrailMistake(String what) {
    super(what);
  }
}
