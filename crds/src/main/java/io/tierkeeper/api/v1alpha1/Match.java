package io.tierkeeper.api.v1alpha1;

/** How a share and a number of points are combined. */
public enum Match {
  Either,
  Both
}
