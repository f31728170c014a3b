package io.tierkeeper.moves.scan;

/** A scan over all points of a key that can pause between any two of them. */
public interface ResumableScan {

  /** Continues until the budget is spent or the end is reached; true at the end. */
  boolean run(ScanBudget budget);
}
