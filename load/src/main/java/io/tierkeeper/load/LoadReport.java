package io.tierkeeper.load;

import io.tierkeeper.load.source.RowException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a load did.
 *
 * @param rows rows read, without those that an earlier run had done
 * @param resumed rows that an earlier run had done
 * @param written points written by this run; with a dry run the points that would be
 * @param rejected rows that cannot be loaded, of all runs
 * @param missing points that the final check did not find, after they were written again; -1 where nothing was checked
 * @param rewritten points that the final check did not find at first
 * @param retries repeated calls
 * @param seconds duration of the writing
 * @param latency of the writes
 * @param tenants rows by tenant, those of this run, the largest first and at most {@link #MAX_TENANTS}
 * @param tenantCount number of tenants of this run
 * @param end how it ended
 */
public record LoadReport(
    long rows,
    long resumed,
    long written,
    long rejected,
    long missing,
    long rewritten,
    long retries,
    double seconds,
    Latency latency,
    Map<String, Long> tenants,
    int tenantCount,
    End end) {

  /** As many tenants are listed. */
  public static final int MAX_TENANTS = 20;

  /**
   * Milliseconds from the call to its answer; NaN where nothing was written.
   *
   * @param p50 the median
   * @param p95 of 20 answers one takes longer
   */
  public record Latency(double p50, double p95) {}

  /** Why it ended. */
  public sealed interface End {

    /** All rows are written or rejected. */
    record Complete() implements End {}

    /** A row cannot be loaded, and the load was told to stop there. */
    record Stopped(RowException row) implements End {}

    /** The user ended it. */
    record Interrupted() implements End {}

    /**
     * Qdrant could not be written to, or the file not be read any further.
     *
     * @param message one line
     */
    record Failed(String message) implements End {}
  }

  /** Points in a second; 0 where nothing was written. */
  public double rate() {
    return seconds > 0 ? written / seconds : 0;
  }

  /** Whether nothing remains to be done and no row was rejected. */
  public boolean isSuccess() {
    return end instanceof End.Complete && rejected == 0 && missing <= 0;
  }

  /** Why it stopped at a row; null where it did not. */
  public @Nullable RowException stoppedAt() {
    return end instanceof End.Stopped stopped ? stopped.row() : null;
  }
}
