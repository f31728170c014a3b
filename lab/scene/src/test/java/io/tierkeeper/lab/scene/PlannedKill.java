package io.tierkeeper.lab.scene;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.DemotionStrategy;
import io.tierkeeper.moves.MoveStep;
import java.util.List;

/**
 * What is killed during one move.
 *
 * @param step in which a peer is killed
 * @param peer its position; the first holds a replica of the fallback and the dedicated key, the second at most a replica of
 *     the fallback, the third nothing
 * @param crash the step at whose first journal the move process crashes; not one between a switch and the end of its
 *     verification, where a point can need a person's judgement
 * @param stored whether it has stored this journal
 */
record PlannedKill(MoveStep step, int peer, MoveStep crash, boolean stored) {

  private static final int PEERS = 3;

  private static final List<MoveStep> OF_PROMOTIONS = List.of(
      MoveStep.REPLICATE,
      MoveStep.VERIFY,
      MoveStep.AWAIT_ACTIVE,
      MoveStep.DELETE_SOURCE,
      MoveStep.CREATE_KEY,
      MoveStep.SETTLE);
  private static final List<MoveStep> OF_FREEZES = List.of(
      MoveStep.COPY,
      MoveStep.THAW_COPY,
      MoveStep.QUIET,
      MoveStep.MERGE,
      MoveStep.CREATE_OWN_KEYS,
      MoveStep.FREEZE,
      MoveStep.DELETE_DEDICATED);
  private static final List<MoveStep> OF_FENCES =
      List.of(MoveStep.COPY, MoveStep.LAST_PASSES, MoveStep.DRAIN, MoveStep.DELETE_DEDICATED);

  private static final List<MoveStep> CRASHES_OF_PROMOTIONS =
      List.of(MoveStep.REPLICATE, MoveStep.DELETE_SOURCE, MoveStep.CREATE_KEY);
  private static final List<MoveStep> CRASHES_OF_FREEZES = List.of(
      MoveStep.COPY,
      MoveStep.MERGE,
      MoveStep.THAW_COPY,
      MoveStep.DELETE_DEDICATED,
      MoveStep.QUIET,
      MoveStep.REMOVE_MARKER);

  /**
   * The kill of a move.
   *
   * @param round 1 and above
   * @param move 0 to 3; three moves in a row kill each peer once
   */
  static PlannedKill of(int round, int move, Direction direction, DemotionStrategy strategy) {
    List<MoveStep> steps = direction == Direction.PROMOTE
        ? OF_PROMOTIONS
        : strategy == DemotionStrategy.FREEZE ? OF_FREEZES : OF_FENCES;
    List<MoveStep> crashes = direction == Direction.PROMOTE
        ? CRASHES_OF_PROMOTIONS
        : strategy == DemotionStrategy.FREEZE ? CRASHES_OF_FREEZES : OF_FENCES;
    int turn = round - 1 + move / 2;
    return new PlannedKill(
        steps.get(turn % steps.size()),
        (round + move) % PEERS,
        crashes.get((turn + turn / crashes.size()) % crashes.size()),
        round % 2 == 0);
  }
}
