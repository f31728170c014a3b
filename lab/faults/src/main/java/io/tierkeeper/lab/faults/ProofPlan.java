package io.tierkeeper.lab.faults;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much a proof plays.
 *
 * @param rounds how often each outbound write and each pair of faults is run, each time with another seed, 1 and up
 * @param thorough whether every fault is injected at each write, and at those of whole operators as well, which takes many times
 *     as long
 * @param seeds how many random seeds of moves are played, 0 and up
 * @param operatorSeeds how many of the whole operator, 0 and up
 * @param firstSeed the first of both
 * @param bugs planted mistakes to look for
 * @param bugGames how many games are played to find each planted bug, at most; 0 plants none
 * @param qdrant the binary of a real Qdrant to play on as well; null where there is none
 * @param realRounds how many rounds of four moves are played there, 1 and up
 * @param threads how many simulations run at once, 1 and up
 */
public record ProofPlan(
    int rounds,
    boolean thorough,
    int seeds,
    int operatorSeeds,
    long firstSeed,
    List<BugHunt> bugs,
    int bugGames,
    @Nullable Path qdrant,
    int realRounds,
    int threads) {

  /** Refuses what is outside by name. */
  public ProofPlan {
    if (rounds < 1) {
      throw new IllegalArgumentException("rounds is " + rounds + "; allowed: 1 and up");
    }
    if (seeds < 0) {
      throw new IllegalArgumentException("seeds is " + seeds + "; allowed: 0 and up");
    }
    if (operatorSeeds < 0) {
      throw new IllegalArgumentException(
          "operatorSeeds is " + operatorSeeds + "; allowed: 0 and up");
    }
    if (bugGames < 0) {
      throw new IllegalArgumentException("bugGames is " + bugGames + "; allowed: 0 and up");
    }
    if (realRounds < 1) {
      throw new IllegalArgumentException("realRounds is " + realRounds + "; allowed: 1 and up");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + "; allowed: 1 and up");
    }
  }
}
