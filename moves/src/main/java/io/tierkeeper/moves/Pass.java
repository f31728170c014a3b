package io.tierkeeper.moves;

/** A walk over all points of a key that can pause between any two of them. */
interface Pass {

  /** Goes on until the budget is spent or the end is reached; true at the end. */
  boolean run(Budget budget);
}
