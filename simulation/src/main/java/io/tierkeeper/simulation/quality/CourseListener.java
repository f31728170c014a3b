package io.tierkeeper.simulation.quality;

import io.tierkeeper.governance.Evaluation;

/** Is told of each evaluation while a course is simulated. */
@FunctionalInterface
public interface CourseListener {
  /** Called in each step in which something could be measured, before anything is decided. */
  void evaluated(int step, Evaluation evaluation);
}
