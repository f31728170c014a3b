package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.faults.report.MutantOutcome;

/** Runs a mutant. */
@FunctionalInterface
public interface MutantRunner {

  /**
   * Makes runs of {@link Runs#inTurns} until one kills the mutant.
   *
   * @param maxRuns after which the mutant has survived, from 0
   */
  MutantOutcome run(long firstSeed, int maxRuns);
}
