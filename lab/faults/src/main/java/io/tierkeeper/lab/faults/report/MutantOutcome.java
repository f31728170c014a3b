package io.tierkeeper.lab.faults.report;

/** The outcome of running a mutant. */
public sealed interface MutantOutcome {

  /** Name of the mutant. */
  String mutant();

  /** Number of runs with the mutant in place. */
  int runs();

  /** How often the mutated code was executed in them. */
  long executed();

  /**
   * A run had findings, and has none without the mutant.
   *
   * @param run the id of the run
   * @param findings of this run
   */
  record Killed(String mutant, int runs, long executed, String run, String findings)
      implements MutantOutcome {}

  /** No run had findings; where the mutated code was never executed, the runs cannot show it. */
  record Survived(String mutant, int runs, long executed) implements MutantOutcome {}
}
