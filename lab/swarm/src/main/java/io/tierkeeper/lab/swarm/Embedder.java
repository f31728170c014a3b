package io.tierkeeper.lab.swarm;

/** Turns texts into vectors that are close for similar texts; can be implemented by a real model. */
public interface Embedder {

  /** Length of the vectors. */
  int dimensions();

  /** Returns a unit vector, the same for the same text. Thread-safe. */
  float[] embed(String text);
}
