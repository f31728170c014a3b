package io.tierkeeper.lab.swarm;

import io.tierkeeper.lab.workload.CheckReport;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a swarm.
 *
 * @param pairs of agents
 * @param coldStart how soon agents found something
 * @param calls of the steady part
 * @param death of a peer; null when none was killed
 * @param moves of groups, in order
 * @param seconds one for each second of the steady part
 * @param check of the history of all operations
 * @param synthesis of the last query that returned packets
 */
public record SwarmReport(
    int agents,
    int groups,
    Pairs pairs,
    ColdStart coldStart,
    Calls calls,
    Packets packets,
    @Nullable Death death,
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
   * Number of pairs of agents.
   *
   * @param all N(N−1)/2
   * @param withinGroups those of the same group
   */
  public record Pairs(long all, long withinGroups) {}

  /**
   * The packets.
   *
   * @param stored number in the collection at the end
   * @param indexed Qdrant's number of vectors in an HNSW index at the end
   * @param expired number that were stored and expired during the run
   * @param expiredReturned number that a query returned after they had expired
   * @param expiredDeleted number of expired packets that are deleted at the end
   * @param bytes size in JSON
   */
  public record Packets(
      long stored,
      long indexed,
      long expired,
      long expiredReturned,
      long expiredDeleted,
      Bytes bytes) {}

  /** The sizes of the packets in JSON, in bytes. */
  public record Bytes(int least, int median, int largest, int allowed) {

    static Bytes of(Collection<Integer> sizes) {
      int[] sorted = sizes.stream().mapToInt(Integer::intValue).sorted().toArray();
      return sorted.length == 0
          ? new Bytes(0, 0, 0, OutcomePacket.MAX_BYTES)
          : new Bytes(
              sorted[0],
              sorted[(sorted.length - 1) / 2],
              sorted[sorted.length - 1],
              OutcomePacket.MAX_BYTES);
    }
  }

  /**
   * The death of a peer; the times are seconds of the steady part.
   *
   * @param second when it was killed
   * @param during the move and its phase in which it was killed; null when no group moved
   * @param backAt when it was started again; null when it was not
   */
  public record Death(
      double second, @Nullable String during, @Nullable Double backAt) {}

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

  /**
   * Whether the checker found nothing, no read failed, no expired packet was returned or is left, and every move succeeded.
   */
  public boolean passed() {
    return check.clean()
        && calls.failedReads() == 0
        && packets.expiredReturned() == 0
        && packets.expiredDeleted() == packets.expired()
        && moves.stream().allMatch(GroupMove::succeeded);
  }
}
