package io.tierkeeper.governance;

/** Where a regime's points are, or between which places they are moving. */
public enum TierState {
  /** In the shared fallback shard key. */
  FALLBACK("Fallback"),
  /** On the way from the fallback to a shard key of its own; the fallback still serves it. */
  PROMOTING("Promoting"),
  /** In a shard key of its own. */
  DEDICATED("Dedicated"),
  /** On the way back to the fallback; its own shard key still serves it. */
  DEMOTING("Demoting");

  private final String label;

  TierState(String label) {
    this.label = label;
  }

  /** The PascalCase word that the API uses. */
  public String label() {
    return label;
  }

  /** Whether the regime counts to the tier regime HOT, that is whether its own shard key serves it. */
  public boolean hot() {
    return this == DEDICATED || this == DEMOTING;
  }

  /** Whether a move is under way. */
  public boolean moving() {
    return this == PROMOTING || this == DEMOTING;
  }
}
