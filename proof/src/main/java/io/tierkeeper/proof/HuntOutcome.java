package io.tierkeeper.proof;

/** What came of hunting a planted bug. */
public sealed interface HuntOutcome {

  /** Name of the bug. */
  String bug();

  /** Seeds played with the bug in place. */
  int seedsPlayed();

  /** How often the planted place was come by in them. */
  long reached();

  /**
   * A seed showed it, which shows nothing without the bug.
   *
   * @param what the words of the judgements that spoke
   */
  record Found(String bug, int seedsPlayed, long reached, long seed, String what)
      implements HuntOutcome {}

  /** All judgements were silent; where it was never reached, the runs say nothing of it. */
  record NotFound(String bug, int seedsPlayed, long reached) implements HuntOutcome {}
}
