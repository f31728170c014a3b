package io.tierkeeper.lab.faults;

/** Looks for a mistake that was planted into a copy of the classes. */
@FunctionalInterface
public interface BugHunt {

  /**
   * Plays {@link Games#inTurns} until one shows the mistake.
   *
   * @param most after which it gives up, from 1
   */
  HuntOutcome hunt(long firstSeed, int most);
}
