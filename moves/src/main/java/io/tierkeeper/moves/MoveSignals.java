package io.tierkeeper.moves;

/**
 * What people and the surroundings want of a move at this moment.
 *
 * @param abortRequested put everything back; refused once the deletion of the source has begun
 * @param fenced {@code TierMove.spec.fenced}: somebody has paused the tenant's writers (manual fence)
 * @param undoRequested a person wants the tenant where it came from: bring it back while its source is still there
 * @param cleanUpAllowed false while deletions must wait for a window
 * @param operatorVersion for the plan and the audit trail
 */
public record MoveSignals(
    boolean abortRequested,
    boolean fenced,
    boolean undoRequested,
    boolean cleanUpAllowed,
    String operatorVersion) {

  /** Nothing special: go on, deletions allowed. */
  public static MoveSignals none(String operatorVersion) {
    return new MoveSignals(false, false, false, true, operatorVersion);
  }

  public MoveSignals abort() {
    return new MoveSignals(true, fenced, undoRequested, cleanUpAllowed, operatorVersion);
  }

  public MoveSignals undo() {
    return new MoveSignals(abortRequested, fenced, true, cleanUpAllowed, operatorVersion);
  }

  public MoveSignals withFence() {
    return new MoveSignals(abortRequested, true, undoRequested, cleanUpAllowed, operatorVersion);
  }
}
