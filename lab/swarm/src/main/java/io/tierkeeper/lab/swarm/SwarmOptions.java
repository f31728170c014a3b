package io.tierkeeper.lab.swarm;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a swarm is to do.
 *
 * @param agents how many, 2 to 100,000
 * @param steady for how long they work on once all have begun
 * @param govern whether groups are promoted and demoted meanwhile
 * @param kill ends a peer by its position in the cluster; null where none dies
 */
public record SwarmOptions(
    String collection,
    int agents,
    long seed,
    Duration steady,
    boolean govern,
    @Nullable Kill kill) {

  /** How a peer dies. */
  @FunctionalInterface
  public interface Kill {
    /** Ends it at once. */
    void peer(int index);
  }

  private static final int LEAST_IN_GROUP = 10;
  private static final int USUAL_IN_GROUP = 25;

  /** Checks the numbers; an {@link IllegalArgumentException} names the field, its value and what is allowed. */
  public SwarmOptions {
    if (agents < 2 || agents > 100_000) {
      throw new IllegalArgumentException("agents is " + agents + "; allowed is 2 to 100000");
    }
    if (steady.isNegative()) {
      throw new IllegalArgumentException("steady is " + steady + "; allowed is 0s and more");
    }
  }

  /** Tenants that the agents are spread over: ten agents each in a small swarm, twenty-five in a big one. */
  int groups() {
    int each = agents >= 10 * USUAL_IN_GROUP ? USUAL_IN_GROUP : LEAST_IN_GROUP;
    return Math.max(1, agents / each);
  }
}
