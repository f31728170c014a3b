package io.tierkeeper.simulation.quality;

import io.tierkeeper.governance.Evaluation;
import io.tierkeeper.governance.decision.Decision;

/** Receives each evaluation and decision of a simulation. */
@FunctionalInterface
public interface SimulationListener {
  /** Called in each step in which something could be measured, before anything is decided. */
  void evaluated(int step, Evaluation evaluation);

  /** Called for each tenant that is beyond a threshold, with what is decided about it, before any move of the step begins. */
  default void decided(int step, Decision decision) {}
}
