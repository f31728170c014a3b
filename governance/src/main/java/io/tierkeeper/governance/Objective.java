package io.tierkeeper.governance;

/** How the tier penalty enters the objective that chooses the damping. */
public enum Objective {
  /** The penalty multiplies alpha, so a higher penalty lowers the damping. */
  COUPLED,
  /** The source note's formula: a constant, which cannot move the minimiser. */
  LITERAL
}
