package io.tierkeeper.cli.check;

/**
 * One condition for tiers.
 *
 * @param name of the condition
 * @param result whether it holds
 * @param detail what was found, and what to do where it does not hold
 */
record Gate(String name, Result result, String detail) {

  /** Whether a condition holds. */
  enum Result {
    OK,
    /** It holds, and something should be known. */
    WARNING,
    FAILED,
    /** It cannot be evaluated before an earlier one holds. */
    SKIPPED
  }
}
