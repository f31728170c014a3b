package io.tierkeeper.simulation.trace;

/** Where traces come from: a scenario has another one for each seed, a recorded trail has the one that happened. */
public sealed interface TraceSource permits Scenario, RecordedTrail {
  /** What reports call it. */
  String name();

  /** A sentence or more for people. */
  String description();

  /** The share that promotion requires; sizes and the charged costs are relative to it. */
  double promotionShare();

  /** How many tenants may move. */
  int tenants();

  /** How long it lasts, in days. */
  double days();

  /** How long it lasts and in what steps, for people. */
  String extent();

  /** Whether every seed gives another trace. */
  boolean seeded();

  /** The trace of a seed; the same seed gives the same trace, bit for bit. */
  Trace trace(long seed);
}
