package io.tierkeeper.lab.swarm;

import io.tierkeeper.lab.workload.CheckReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a swarm.
 *
 * @param coldStart how soon agents found something
 * @param calls of the steady part
 * @param packets that expired
 * @param killedAtSecond of the steady part; null when no peer was killed
 * @param moves of groups, in order
 * @param seconds one for each second of the steady part
 * @param check of the history of all operations
 * @param synthesis of the last query that returned packets
 */
public record SwarmReport(
    int agents,
    int groups,
    ColdStart coldStart,
    Calls calls,
    Expiry packets,
    @Nullable Double killedAtSecond,
    List<GroupMove> moves,
    List<Second> seconds,
    CheckReport check,
    String synthesis) {

  /**
   * The calls of agents.
   *
   * @param queries latencies of queries in the steady part
   * @param deposits latencies of deposits in the steady part
   * @param failedReads queries and counts that no peer answered
   * @param retries calls that were retried at another peer
   */
  public record Calls(Latencies queries, Latencies deposits, long failedReads, long retries) {}

  /**
   * Packets that expired while the swarm ran.
   *
   * @param stored all of them
   * @param returned those that a query returned after they had expired
   */
  public record Expiry(long stored, long returned) {}

  /** A promotion or demotion of a group; the times are seconds of the steady part. */
  public record GroupMove(
      String group,
      String direction,
      double fromSecond,
      double toSecond,
      boolean succeeded,
      String end) {}

  /**
   * One second of the steady part.
   *
   * @param second from 0
   * @param reads queries answered
   * @param readsFailed queries that no peer answered
   * @param p99Millis of the queries
   */
  public record Second(int second, long reads, long readsFailed, double p99Millis) {}

  /** Whether the checker found nothing, no read failed, no expired packet was returned and every move succeeded. */
  public boolean passed() {
    return check.clean()
        && calls.failedReads() == 0
        && packets.returned() == 0
        && moves.stream().allMatch(GroupMove::succeeded);
  }
}
