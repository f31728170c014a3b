package io.tierkeeper.lab.swarm;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The size and the events of a swarm.
 *
 * @param collection to create
 * @param agents number of agents, 2 to 100,000
 * @param groups number of groups, each a tenant; 1 is one pool of all agents
 * @param replicas of each shard, 1 to 3; at least 2 if a peer is killed
 * @param steady how long all agents work concurrently after they have arrived
 * @param govern whether groups are promoted and demoted in this time
 * @param kill kills a peer by its position in the cluster, with {@code govern} in a phase of a move that the seed chooses;
 *     null to kill none
 */
public record SwarmOptions(
    String collection,
    int agents,
    int groups,
    int replicas,
    long seed,
    Duration steady,
    boolean govern,
    @Nullable Kill kill) {

  /** Kills peers and starts them again. */
  public interface Kill {
    /** Kills the process of a peer. */
    void peer(int index);

    /** Starts a peer that was killed, with its disk as it was. */
    void restart(int index);
  }

  private static final int MAX_AGENTS = 100_000;
  private static final int MAX_REPLICAS = 3;
  private static final int SMALL_GROUP = 10;
  private static final int LARGE_GROUP = 25;

  /** @throws IllegalArgumentException with the field, its value and what is allowed */
  public SwarmOptions {
    if (agents < 2 || agents > MAX_AGENTS) {
      throw new IllegalArgumentException(
          "--agents is " + agents + "; allowed is 2 to " + MAX_AGENTS);
    }
    if (groups < 1 || groups > agents / 2) {
      throw new IllegalArgumentException("--groups is " + groups + "; allowed is 1 to " + agents / 2
          + ", so that each group has two agents");
    }
    if (replicas < 1 || replicas > MAX_REPLICAS) {
      throw new IllegalArgumentException("--replicas is " + replicas + "; allowed is 1, 2 or 3");
    }
    if (kill != null && replicas == 1) {
      throw new IllegalArgumentException(
          "--replicas is 1; allowed with --kill-peer is 2 or 3, so that a replica remains");
    }
    if (steady.isNegative()) {
      throw new IllegalArgumentException("steady is " + steady + "; allowed is 0s and more");
    }
  }

  /** Groups of ten agents in a small swarm, of twenty-five in a swarm of 250 and more. */
  public static int usualGroups(int agents) {
    int each = agents >= 10 * LARGE_GROUP ? LARGE_GROUP : SMALL_GROUP;
    return Math.max(1, agents / each);
  }

  /** Pairs of agents, N(N−1)/2. */
  public long pairs() {
    return pairs(agents);
  }

  /** Pairs of agents of the same group; only these can find each other's packets. */
  public long pairsWithinGroups() {
    int larger = agents % groups;
    return larger * pairs(agents / groups + 1) + (groups - larger) * pairs(agents / groups);
  }

  private static long pairs(long n) {
    return n * (n - 1) / 2;
  }
}
