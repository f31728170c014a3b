package io.tierkeeper.moves;

/** Where the dedicated key comes to lie. */
public enum Placement {
  /** On the fallback's peer, where it is created. */
  WITH_FALLBACK,
  /** Created on the peer of the fallback, then moved to the peer with the fewest points. */
  LEAST_LOADED
}
