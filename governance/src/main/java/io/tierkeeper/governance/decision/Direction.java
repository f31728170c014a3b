package io.tierkeeper.governance.decision;

import io.tierkeeper.governance.TierState;

/** The two ways a tenant can move. */
public enum Direction {
  /** From the fallback to a shard key of its own. */
  PROMOTE("Promote"),
  /** From a shard key of its own back to the fallback. */
  DEMOTE("Demote");

  private final String label;

  Direction(String label) {
    this.label = label;
  }

  /** The PascalCase word that the API uses. */
  public String label() {
    return label;
  }

  /** The only way to move from this tier; while a move is under way, its direction. */
  public static Direction from(TierState tier) {
    return switch (tier) {
      case FALLBACK, PROMOTING -> PROMOTE;
      case DEDICATED, DEMOTING -> DEMOTE;
    };
  }
}
