package io.tierkeeper.qdrant;

/** The states of a replica that Qdrant names; a state that a newer server invents reads as {@link #UNKNOWN}. */
public enum ReplicaState {
  ACTIVE,
  ACTIVE_READ,
  PARTIAL,
  DEAD,
  INITIALIZING,
  LISTENER,
  PARTIAL_SNAPSHOT,
  RECOVERY,
  MANUAL_RECOVERY,
  RESHARDING,
  RESHARDING_SCALE_DOWN,
  UNKNOWN
}
