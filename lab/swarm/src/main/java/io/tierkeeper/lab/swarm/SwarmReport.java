package io.tierkeeper.lab.swarm;

import io.tierkeeper.lab.workload.CheckReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a swarm went.
 *
 * @param coldStart how soon agents found something
 * @param reads latencies of queries in the steady part
 * @param writes latencies of deposits in the steady part
 * @param readsFailed queries that no peer answered
 * @param repeated calls that had to be repeated at another peer
 * @param expiredStored packets that expired while the swarm ran
 * @param expiredReturned packets that were returned though they had expired
 * @param killedAtSecond of the steady part; null where no peer died
 * @param moves of groups, in their order
 * @param seconds one for each second of the steady part
 * @param check of everything that was written and read
 * @param lastWord what the last agent made of what it found
 */
public record SwarmReport(
    int agents,
    int groups,
    ColdStart coldStart,
    Latencies reads,
    Latencies writes,
    long readsFailed,
    long repeated,
    long expiredStored,
    long expiredReturned,
    @Nullable Double killedAtSecond,
    List<GroupMove> moves,
    List<Second> seconds,
    CheckReport check,
    String lastWord) {

  /** A group that was promoted or demoted, when, in seconds of the steady part, and how it ended. */
  public record GroupMove(
      String group, String direction, double from, double to, boolean succeeded, String end) {}

  /**
   * One second of the steady part.
   *
   * @param reads queries answered
   * @param readsFailed queries that no peer answered
   * @param p99 of the queries, in milliseconds
   */
  public record Second(int at, long reads, long readsFailed, double p99) {}

  /** Nothing lost, nothing unreadable, nothing expired returned, every move done. */
  public boolean asPromised() {
    return check.clean()
        && readsFailed == 0
        && expiredReturned == 0
        && moves.stream().allMatch(GroupMove::succeeded);
  }
}
