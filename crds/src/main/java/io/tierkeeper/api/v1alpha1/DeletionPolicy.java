package io.tierkeeper.api.v1alpha1;

/** What deleting a resource does to the layout in Qdrant; no choice ever deletes a point. */
public enum DeletionPolicy {
  Retain,
  Demote
}
