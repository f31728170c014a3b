package io.tierkeeper.client;

/** How vectors are compared. */
public enum Distance {
  COSINE,
  DOT,
  EUCLID,
  MANHATTAN
}
