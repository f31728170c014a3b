package io.tierkeeper.moves;

/** What all peers say of a shard key, taken together. */
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
