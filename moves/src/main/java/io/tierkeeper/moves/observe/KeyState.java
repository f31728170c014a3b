package io.tierkeeper.moves.observe;

/** The state of a shard key in the views of all peers together. */
public enum KeyState {
  /** No peer lists it. */
  ABSENT,
  PARTIAL,
  ACTIVE_READ,
  /** Every replica is Active on every peer. */
  ACTIVE,
  DEAD,
  /** Some replica is in another state, or the replicas differ; it may pass. */
  OTHER
}
