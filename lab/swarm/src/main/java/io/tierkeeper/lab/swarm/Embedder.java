package io.tierkeeper.lab.swarm;

/** Turns texts into vectors, near for texts that are alike; a real model can stand behind it. */
public interface Embedder {

  /** Length of the vectors. */
  int dimensions();

  /** A unit vector; the same text gives the same vector. Safe for several threads. */
  float[] embed(String text);
}
