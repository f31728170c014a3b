package io.tierkeeper.lab.faults;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.DemotionStrategy;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveStep;
import org.jspecify.annotations.Nullable;

/** A whole move of a tenant, to its end or aborted on the way, and where its tenant must be afterwards. */
public enum MoveScenario {
  PROMOTION(Direction.PROMOTE, null, null),
  PROMOTION_ABORTED(Direction.PROMOTE, null, MoveStep.AWAIT_ACTIVE),
  PROMOTION_ABORTED_LATE(Direction.PROMOTE, null, MoveStep.VERIFY),
  PROMOTION_UNDONE(Direction.PROMOTE, null, MoveStep.RETAIN),
  FREEZE(Direction.DEMOTE, DemotionStrategy.FREEZE, null),
  FREEZE_ABORTED_EARLY(Direction.DEMOTE, DemotionStrategy.FREEZE, MoveStep.COPY),
  FREEZE_ABORTED(Direction.DEMOTE, DemotionStrategy.FREEZE, MoveStep.THAW_COPY),
  FENCE(Direction.DEMOTE, DemotionStrategy.FENCE, null),
  FENCE_ABORTED(Direction.DEMOTE, DemotionStrategy.FENCE, MoveStep.DRAIN);

  private final Direction direction;
  private final @Nullable DemotionStrategy demotion;
  private final @Nullable MoveStep abortAt;

  MoveScenario(
      Direction direction, @Nullable DemotionStrategy demotion, @Nullable MoveStep abortAt) {
    this.direction = direction;
    this.demotion = demotion;
    this.abortAt = abortAt;
  }

  Direction direction() {
    return direction;
  }

  /** How a demotion switches; a promotion that is undone returns its tenant in the same way. */
  DemotionStrategy demotion() {
    return demotion == null ? DemotionStrategy.FREEZE : demotion;
  }

  boolean fenced() {
    return demotion == DemotionStrategy.FENCE;
  }

  /** Whether a freeze is part of it. */
  boolean frozen() {
    return demotion == DemotionStrategy.FREEZE || this == PROMOTION_UNDONE;
  }

  /** Whether an abort is requested when the move is at this step. */
  boolean abortsAt(MoveStep step) {
    // A process that was paused may have drained already.
    return step == abortAt || (this == FENCE_ABORTED && step == MoveStep.LAST_PASSES);
  }

  /** How it ends without faults. */
  MovePhase end() {
    return abortAt == null ? MovePhase.SUCCEEDED : MovePhase.ABORTED;
  }

  /** Whether the tenant is in its dedicated key after a move of this scenario that ended so. */
  boolean dedicatedAfter(MovePhase end) {
    return (direction == Direction.PROMOTE) == (end == MovePhase.SUCCEEDED);
  }
}
