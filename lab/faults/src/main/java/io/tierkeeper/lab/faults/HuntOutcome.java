package io.tierkeeper.lab.faults;

/** What came of hunting a planted bug. */
public sealed interface HuntOutcome {

  /** Name of the bug. */
  String bug();

  /** Games played with the bug in place. */
  int played();

  /** How often the planted place was come by in them. */
  long reached();

  /**
   * A game showed it, which shows nothing without the bug.
   *
   * @param game its id, for {@link Games#play}
   * @param what the words of the judgements that spoke
   */
  record Found(String bug, int played, long reached, String game, String what)
      implements HuntOutcome {}

  /** All judgements were silent; where it was never reached, the games say nothing of it. */
  record NotFound(String bug, int played, long reached) implements HuntOutcome {}
}
