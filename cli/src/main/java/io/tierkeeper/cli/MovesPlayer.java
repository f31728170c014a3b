package io.tierkeeper.cli;

import io.tierkeeper.simulation.quality.PolicyRunner;
import io.tierkeeper.simulation.trace.TraceSource;

/**
 * Makes the moves of {@code simulate --moves} with the real move engine. The laboratory provides it, so it is found by
 * {@link java.util.ServiceLoader}.
 */
public interface MovesPlayer {
  /** The scale at which a tenant of the promotion size has twenty points. */
  double defaultScale(TraceSource source);

  /** A player that stores {@code scale} points for each point of the trace; {@code scale > 0}. */
  PolicyRunner player(double scale);
}
