package io.tierkeeper.qdrant.settings;

/** Distances that Qdrant knows. */
public enum Distance {
  COSINE,
  DOT,
  EUCLID,
  MANHATTAN
}
