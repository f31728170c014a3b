package io.tierkeeper.lab.swarm;

/** How an attempt at a problem ended. */
public enum Outcome {
  SOLVED,
  IMPROVED,
  UNCHANGED,
  FAILED
}
