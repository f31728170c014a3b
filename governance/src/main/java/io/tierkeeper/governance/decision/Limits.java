package io.tierkeeper.governance.decision;

/**
 * Limits on one Qdrant cluster.
 *
 * @param maxDedicated tenants with a shard key of their own, >= 0
 * @param maxConcurrentMoves moves at the same time, >= 1
 */
public record Limits(int maxDedicated, int maxConcurrentMoves) {
  /** Checks the values; an {@link IllegalArgumentException} names the field, the value and what is allowed. */
  public Limits {
    Rejected.ifBelow(0, "limits.maxDedicated", maxDedicated);
    Rejected.ifBelow(1, "limits.maxConcurrentMoves", maxConcurrentMoves);
  }
}
