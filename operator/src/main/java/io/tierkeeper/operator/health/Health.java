package io.tierkeeper.operator.health;

/** What the three probes answer; each says why when it says no. */
public interface Health {

  /** An answer with the sentence that a person reads in the probe's body. */
  record Answer(boolean good, String text) {}

  /** False only where a restart would help. */
  Answer live();

  /** A standby that takes part in the election is ready too. */
  Answer ready();

  Answer started();
}
