package io.tierkeeper.lab.faults;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.DemotionStrategy;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveStep;
import org.jspecify.annotations.Nullable;

/** A whole move of a tenant, up to its end or taken back on the way, and where its tenant must be then. */
public enum MoveScenario {
  PROMOTION("promotion", Direction.PROMOTE, null, null),
  PROMOTION_ABORTED("promotion aborted", Direction.PROMOTE, null, MoveStep.AWAIT_ACTIVE),
  PROMOTION_ABORTED_LATE("promotion aborted late", Direction.PROMOTE, null, MoveStep.VERIFY),
  PROMOTION_UNDONE("promotion undone", Direction.PROMOTE, null, MoveStep.RETAIN),
  FREEZE("demotion by freeze", Direction.DEMOTE, DemotionStrategy.FREEZE, null),
  FREEZE_ABORTED_EARLY(
      "demotion by freeze aborted early", Direction.DEMOTE, DemotionStrategy.FREEZE, MoveStep.COPY),
  FREEZE_ABORTED(
      "demotion by freeze aborted", Direction.DEMOTE, DemotionStrategy.FREEZE, MoveStep.THAW_COPY),
  FENCE("demotion by fence", Direction.DEMOTE, DemotionStrategy.FENCE, null),
  FENCE_ABORTED(
      "demotion by fence aborted", Direction.DEMOTE, DemotionStrategy.FENCE, MoveStep.DRAIN);

  private final String words;
  private final Direction direction;
  private final @Nullable DemotionStrategy demotion;
  private final @Nullable MoveStep backAt;

  MoveScenario(
      String words,
      Direction direction,
      @Nullable DemotionStrategy demotion,
      @Nullable MoveStep backAt) {
    this.words = words;
    this.direction = direction;
    this.demotion = demotion;
    this.backAt = backAt;
  }

  /** For people. */
  String words() {
    return words;
  }

  Direction direction() {
    return direction;
  }

  /** How a demotion switches; a promotion that is undone goes back as this says. */
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
  boolean turnsBackAt(MoveStep step) {
    // A process that comes late has drained already.
    return step == backAt || (this == FENCE_ABORTED && step == MoveStep.LAST_PASSES);
  }

  /** How it ends without faults. */
  MovePhase end() {
    return backAt == null ? MovePhase.SUCCEEDED : MovePhase.ABORTED;
  }

  /** Whether the tenant lives in a key of its own after a move of this scenario that ended so. */
  boolean dedicatedAfter(MovePhase end) {
    return (direction == Direction.PROMOTE) == (end == MovePhase.SUCCEEDED);
  }
}
