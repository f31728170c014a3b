package io.tierkeeper.lab.workload;

import java.util.List;

/**
 * What the checker found in a history.
 *
 * @param unplaced deletions and partial changes without effect, since their point was new at a freeze
 * @param findings the first descriptions of what is wrong
 */
public record CheckReport(
    Traffic traffic,
    Anomalies anomalies,
    Staleness staleness,
    long unplaced,
    List<String> findings) {

  /**
   * The operations of the history, and their availability.
   *
   * @param operations all operations
   * @param pointsWritten acknowledged upserts
   * @param readsFailed reads without an answer after one retry
   * @param writesUnknown writes without an acknowledgement after one retry
   * @param longestWriteGap the longest time in which one tenant had no successful write
   * @param longestReadGap the longest time in which one tenant had no successful read
   */
  public record Traffic(
      long operations,
      long pointsWritten,
      long readsFailed,
      long writesUnknown,
      Gap longestWriteGap,
      Gap longestReadGap) {}

  /**
   * What no history may contain.
   *
   * @param lost acknowledged writes that are absent at the end
   * @param phantom points read in a state that was never written
   * @param partial counts outside of their bounds
   * @param doubled ids returned twice by one read, or present in both tiers at rest
   * @param leaked points of other tenants in a filtered read
   */
  public record Anomalies(long lost, long phantom, long partial, long doubled, long leaked) {

    /** The sum of all of them. */
    public long total() {
      return lost + phantom + partial + doubled + leaked;
    }
  }

  /**
   * Reads and counts older than what was acknowledged before they began.
   *
   * @param reads all of them
   * @param unannounced those outside of every announced window
   * @param longestMillis the longest time between such an acknowledgement and the stale read
   */
  public record Staleness(long reads, long unannounced, long longestMillis) {}

  /**
   * A time without a successful operation.
   *
   * @param tenant empty when no tenant had two operations
   */
  public record Gap(String tenant, long millis) {
    static final Gap NONE = new Gap("", 0);

    @Override
    public String toString() {
      return millis + " ms" + (tenant.isEmpty() ? "" : " (" + tenant + ")");
    }
  }

  /** Whether there are no anomalies, no failed reads and no stale reads. */
  public boolean clean() {
    return whole() && staleness.reads() == 0;
  }

  /**
   * Whether there are no anomalies and no failed reads. Stale reads are allowed: a promotion causes a short staleness in
   * ActiveRead, and a freeze for what was written after the last pass.
   */
  public boolean whole() {
    return anomalies.total() + traffic.readsFailed() == 0;
  }
}
