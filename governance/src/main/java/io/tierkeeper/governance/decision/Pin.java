package io.tierkeeper.governance.decision;

import io.tierkeeper.governance.TierState;

/** The tier that a TenantTier requests. */
public enum Pin {
  /** The thresholds decide. */
  AUTO("Auto"),
  /** Stay in, or go back to, the fallback. */
  FALLBACK("Fallback"),
  /** Stay in, or get, a shard key of its own. */
  DEDICATED("Dedicated");

  private final String label;

  Pin(String label) {
    this.label = label;
  }

  /** The PascalCase word that the API uses. */
  public String label() {
    return label;
  }

  /** Whether the pin requires this move whatever the thresholds say. */
  public boolean requires(Direction direction) {
    return switch (direction) {
      case PROMOTE -> this == DEDICATED;
      case DEMOTE -> this == FALLBACK;
    };
  }

  /** Whether the pin is what keeps a tenant in this tier. */
  public boolean holds(TierState tier) {
    return this != AUTO && !requires(Direction.from(tier));
  }
}
