package io.tierkeeper.simulation.trace;

/** A scenario that cannot be used: file, line, field, value, and what is allowed. */
public final class ScenarioMistake extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  ScenarioMistake(String file, int line, String what) {
    super(file + " line " + line + ": " + what);
  }
}
