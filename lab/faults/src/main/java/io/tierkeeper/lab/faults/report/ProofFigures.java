package io.tierkeeper.lab.faults.report;

import io.tierkeeper.lab.workload.CheckReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The figures of the fault-injection suite.
 *
 * @param deaths crashes of the move process
 * @param decisions how often a stalled move required a manual intervention
 * @param checked what the checker found in all runs
 * @param writes of the clients in the random seeds of moves
 * @param mutants one outcome for each
 * @param real null where there was no real Qdrant
 */
public record ProofFigures(
    Coverage coverage,
    Seeds seeds,
    long deaths,
    long decisions,
    Checked checked,
    WriteCoverage writes,
    List<MutantOutcome> mutants,
    @Nullable Real real,
    List<Finding> findings) {

  /**
   * The fault cases.
   *
   * @param boundariesTried outbound writes with an injected fault, of the {@code boundariesExisting} of the scenarios without faults
   * @param faultPairsTried pairs of faults injected into one move, of those that there are
   * @param trials fault cases that were run for both
   */
  public record Coverage(
      int boundariesTried,
      int boundariesExisting,
      int faultPairsTried,
      int faultPairsExisting,
      long trials) {}

  /**
   * The random seeds.
   *
   * @param moves seeds of single moves
   * @param perSecond those of all threads together
   * @param operators seeds of the whole operator, in addition to those of single moves
   * @param distinctStates in which the moves of both were seen
   */
  public record Seeds(long moves, double perSecond, long operators, int distinctStates) {}

  /**
   * The sum of the checker's reports.
   *
   * @param operations of clients that the checker judged
   * @param stale stale reads and counts that no announced window explains
   * @param staleAnnounced those of points that a freeze had announced
   * @param unplaced deletions and partial changes without effect in a freeze (docs/moves.md)
   * @param longestReadGapMillis the longest virtual time in which one tenant had no successful read, whatever faults were injected
   */
  public record Checked(
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
      long longestWriteGapMillis) {

    /** The sum of no reports. */
    public static final Checked NOTHING = new Checked(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** The sum with one more report. */
    public Checked plus(CheckReport report) {
      CheckReport.Traffic traffic = report.traffic();
      CheckReport.Anomalies anomalies = report.anomalies();
      CheckReport.Staleness staleness = report.staleness();
      return new Checked(
          operations + traffic.operations(),
          lost + anomalies.lost(),
          phantom + anomalies.phantom(),
          stale + staleness.unannounced(),
          staleAnnounced + staleness.reads() - staleness.unannounced(),
          unplaced + report.unplaced(),
          partial + anomalies.partial(),
          doubled + anomalies.doubled(),
          leaked + anomalies.leaked(),
          Math.max(longestReadGapMillis, traffic.longestReadGap().millis()),
          Math.max(longestWriteGapMillis, traffic.longestWriteGap().millis()));
    }
  }

  /**
   * Something that is wrong.
   *
   * @param command repeats it, at the root of the project
   */
  public record Finding(String what, String command) {}

  /**
   * The moves on a real Qdrant.
   *
   * @param server its version and how it ran
   * @param kills of peers
   * @param pauses of peers
   * @param deaths crashes of the move process
   */
  public record Real(
      String server, int moves, int kills, int pauses, int deaths, long operations) {}

  /** The number of mutants that were killed. */
  public long killed() {
    return mutants.stream().filter(MutantOutcome.Killed.class::isInstance).count();
  }

  /** Whether everything that exists was tried, without findings. */
  public boolean passed() {
    return coverage.boundariesTried() == coverage.boundariesExisting()
        && coverage.faultPairsTried() == coverage.faultPairsExisting()
        && findings.isEmpty();
  }
}
