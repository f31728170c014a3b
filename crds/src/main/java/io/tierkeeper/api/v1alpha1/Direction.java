package io.tierkeeper.api.v1alpha1;

/** The two ways a tenant can move. */
public enum Direction {
  Promote,
  Demote
}
