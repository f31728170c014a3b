package io.tierkeeper.lab.faults;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a proof counted.
 *
 * @param boundariesTried outbound writes with an injected fault, of the {@code boundariesExisting} of the scenarios without faults
 * @param faultPairsTried pairs of faults injected into one move, of those that there are
 * @param trials fault cases that were run for both
 * @param seedsPerSecond of all threads together
 * @param operatorSeeds of the whole operator, beside those of single moves
 * @param distinctStates in which the moves of both were seen
 * @param deaths of the moving process
 * @param decisions how often a person was asked for what only the tenant knows
 * @param operations of clients that the checker judged
 * @param stale stale reads and counts that no announced window explains
 * @param staleAnnounced those of points that a freeze had announced
 * @param unplaced deletions and partial changes that met nothing in a freeze, which docs/moves.md tells
 * @param bugs what came of hunting each planted bug
 * @param real null where no real Qdrant was there
 * @param longestReadGapMillis the longest virtual time in which one tenant had no successful read, whatever faults were injected
 */
public record ProofFigures(
    int boundariesTried,
    int boundariesExisting,
    int faultPairsTried,
    int faultPairsExisting,
    long trials,
    long seeds,
    double seedsPerSecond,
    long operatorSeeds,
    int distinctStates,
    long deaths,
    long decisions,
    long operations,
    long lost,
    long phantom,
    long stale,
    long staleAnnounced,
    long unplaced,
    long partial,
    long doubled,
    long leaked,
    long longestReadGapMillis,
    long longestWriteGapMillis,
    List<HuntOutcome> bugs,
    @Nullable Real real,
    List<Finding> findings) {

  /**
   * Something that is not as it must be.
   *
   * @param command shows it again, at the root of the project
   */
  public record Finding(String what, String command) {}

  /**
   * What was played on a real Qdrant.
   *
   * @param server its version and how it ran
   * @param kills of peers
   * @param pauses of peers
   * @param deaths of the moving process
   */
  public record Real(
      String server, int moves, int kills, int pauses, int deaths, long operations) {}

  /** Planted bugs that were found. */
  public long bugsFound() {
    return bugs.stream().filter(HuntOutcome.Found.class::isInstance).count();
  }

  /** Whether all that exists was tried, and all was well. */
  public boolean asPromised() {
    return boundariesTried == boundariesExisting
        && faultPairsTried == faultPairsExisting
        && findings.isEmpty();
  }
}
