package io.tierkeeper.lab.faults;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much the fault-injection suite runs.
 *
 * @param rounds how often each outbound write and each pair of faults is run, each time with another seed, 1 and up
 * @param thorough whether every fault is injected at each write, and at those of whole operators as well, which takes many times
 *     as long
 * @param seeds number of random seeds of moves, 0 and up
 * @param operatorSeeds number of seeds of the whole operator, 0 and up
 * @param firstSeed the first of both
 * @param mutants to run
 * @param mutantRuns how often each mutant is run at most; 0 runs none
 * @param qdrant the binary of a real Qdrant to run on as well; null where there is none
 * @param realRounds number of rounds of four moves there, 1 and up
 * @param threads how many simulations run at once, 1 and up
 */
public record ProofPlan(
    int rounds,
    boolean thorough,
    int seeds,
    int operatorSeeds,
    long firstSeed,
    List<MutantRunner> mutants,
    int mutantRuns,
    @Nullable Path qdrant,
    int realRounds,
    int threads) {

  /** @throws IllegalArgumentException with the component, its value and what is allowed */
  public ProofPlan {
    requireAtLeast("rounds", 1, rounds);
    requireAtLeast("seeds", 0, seeds);
    requireAtLeast("operatorSeeds", 0, operatorSeeds);
    requireAtLeast("mutantRuns", 0, mutantRuns);
    requireAtLeast("realRounds", 1, realRounds);
    requireAtLeast("threads", 1, threads);
  }

  private static void requireAtLeast(String component, int least, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          component + " is " + value + "; allowed: " + least + " and up");
    }
  }
}
