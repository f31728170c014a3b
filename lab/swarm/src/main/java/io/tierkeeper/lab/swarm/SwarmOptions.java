package io.tierkeeper.lab.swarm;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The size and the events of a swarm.
 *
 * @param collection to create
 * @param agents number of agents, 2 to 100,000
 * @param steady how long all agents work concurrently after they have arrived
 * @param govern whether groups are promoted and demoted in this time
 * @param kill kills a peer by its position in the cluster; null to kill none
 */
public record SwarmOptions(
    String collection,
    int agents,
    long seed,
    Duration steady,
    boolean govern,
    @Nullable Kill kill) {

  /** Kills a peer. */
  @FunctionalInterface
  public interface Kill {
    /** Kills the process of a peer. */
    void peer(int index);
  }

  private static final int SMALL_GROUP = 10;
  private static final int LARGE_GROUP = 25;

  /** @throws IllegalArgumentException with the field, its value and what is allowed */
  public SwarmOptions {
    if (agents < 2 || agents > 100_000) {
      throw new IllegalArgumentException("agents is " + agents + "; allowed is 2 to 100000");
    }
    if (steady.isNegative()) {
      throw new IllegalArgumentException("steady is " + steady + "; allowed is 0s and more");
    }
  }

  /** Number of groups, each a tenant: ten agents each in a small swarm, twenty-five in a swarm of 250 and more. */
  int groups() {
    int each = agents >= 10 * LARGE_GROUP ? LARGE_GROUP : SMALL_GROUP;
    return Math.max(1, agents / each);
  }
}
