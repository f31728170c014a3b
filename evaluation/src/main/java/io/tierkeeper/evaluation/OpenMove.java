package io.tierkeeper.evaluation;

import io.tierkeeper.governance.decision.Direction;

/** A move that has not ended. */
public record OpenMove(String name, Direction direction, Stage stage) {

  /** How far it is, as far as other tenants care. */
  public enum Stage {
    /** Planned; nothing has been changed. */
    WAITING,
    /** Changes shards or points; no other move of the collection may. */
    WORKING,
    /** Switched over; keeps the old copy and changes nothing. */
    RETAINING
  }
}
