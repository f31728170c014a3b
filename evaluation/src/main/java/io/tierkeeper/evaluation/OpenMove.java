package io.tierkeeper.evaluation;

import io.tierkeeper.governance.TierState;
import io.tierkeeper.governance.decision.Direction;
import org.jspecify.annotations.Nullable;

/**
 * A move that has not ended.
 *
 * @param tier that the tenant counts for, as the journal of the move says, whatever a measurement shows while shards are
 *     copied and placed; null while nothing has been changed
 */
public record OpenMove(
    String name, Direction direction, Stage stage, @Nullable TierState tier) {

  /** How far it is, as far as other tenants care. */
  public enum Stage {
    /** Planned; nothing has been changed. */
    WAITING,
    /** Changes shards or points; no other move of the collection may. */
    WORKING,
    /** Switched over; keeps the old copy and changes nothing. */
    RETAINING
  }

  /** A move whose journal is not known: it counts as cut over only where it retains the old copy. */
  public OpenMove(String name, Direction direction, Stage stage) {
    this(
        name,
        direction,
        stage,
        switch (stage) {
          case WAITING -> null;
          case WORKING -> direction == Direction.PROMOTE ? TierState.PROMOTING : TierState.DEMOTING;
          case RETAINING ->
            direction == Direction.PROMOTE ? TierState.DEDICATED : TierState.FALLBACK;
        });
  }
}
