package io.tierkeeper.lab.scene;

import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Progress;

/**
 * When a demotion by freeze froze the dedicated key and when it merged what had changed since: in between the tenant may
 * read such points stale. All times are nanoseconds of the scheduler; 0 before the event.
 */
public final class FreezeWindow implements MoveDriver.StepListener {

  private long previousStepEnded;
  private long earliest;
  private long frozen;
  private long merged;

  @Override
  public void stepped(long started, long ended, Progress progress) {
    if (previousStepEnded == 0) {
      previousStepEnded = started;
    }
    MoveStep step = progress.journal().step();
    if (step == MoveStep.FREEZE && frozen == 0) {
      earliest = previousStepEnded;
      frozen = started;
    } else if (step == MoveStep.MERGE) {
      merged = ended;
    }
    previousStepEnded = ended;
  }

  /** Whether the move froze the dedicated key. */
  public boolean happened() {
    return frozen != 0;
  }

  /** End of the step before the freeze. */
  public long earliest() {
    return earliest;
  }

  /** Start of the step that froze the key. */
  public long frozen() {
    return frozen;
  }

  /** End of the last merge step. */
  public long merged() {
    return merged;
  }

  /** End of the last step of the move. */
  public long ended() {
    return previousStepEnded;
  }

  /**
   * The number of points that a finished demotion by freeze reports as possibly read stale.
   *
   * @return {@link Long#MAX_VALUE} for a move that was reverted or that froze more than once, which reports no number
   */
  public static long stalePoints(Progress.Finished end) {
    boolean reported = end.phase() == MovePhase.SUCCEEDED && end.report().attempts() == 1;
    return reported ? end.report().difference() : Long.MAX_VALUE;
  }
}
