package io.tierkeeper.api.v1alpha1;

/** The direction of a move. */
public enum Direction {
  Promote,
  Demote
}
