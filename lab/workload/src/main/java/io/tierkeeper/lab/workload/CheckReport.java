package io.tierkeeper.lab.workload;

import java.util.List;

/**
 * What the checker found in a history.
 *
 * @param pointsWritten acknowledged upserts
 * @param lost acknowledged writes that are not there at the end
 * @param phantom points seen that were never written so
 * @param stale reads and counts older than what was acknowledged before they began
 * @param staleOutside those of them that no announced window explains
 * @param unplaced deletions and partial changes that met nothing, since their point was new when it was frozen
 * @param longestStaleMillis the longest time between such an acknowledgement and the stale read
 * @param partial counts outside what they may have been
 * @param doubled ids seen twice, or in both tiers at rest
 * @param leaked points of other tenants in a filtered read
 * @param readsFailed reads without an answer after one retry
 * @param writesUnknown writes without an acknowledgement after one retry
 * @param longestWriteGap the longest time in which one tenant had no successful write
 * @param longestReadGap the same for reads
 * @param findings the first sentences about what is wrong
 */
public record CheckReport(
    long operations,
    long pointsWritten,
    long lost,
    long phantom,
    long stale,
    long staleOutside,
    long unplaced,
    long longestStaleMillis,
    long partial,
    long doubled,
    long leaked,
    long readsFailed,
    long writesUnknown,
    Gap longestWriteGap,
    Gap longestReadGap,
    List<String> findings) {

  /** A time without a successful operation, and whose. */
  public record Gap(String tenant, long millis) {
    static final Gap NONE = new Gap("", 0);

    @Override
    public String toString() {
      return millis + " ms" + (tenant.isEmpty() ? "" : " (" + tenant + ")");
    }
  }

  /** Whether nothing was lost, invented, partial, doubled, leaked or unreadable, and no read was stale either. */
  public boolean clean() {
    return whole() && stale == 0;
  }

  /**
   * Whether nothing was lost, invented, partial, doubled, leaked or unreadable. Staleness is apart: the engine itself
   * gives a short one in ActiveRead, and a freeze gives one for what was written after the last pass.
   */
  public boolean whole() {
    return lost + phantom + partial + doubled + leaked + readsFailed == 0;
  }
}
