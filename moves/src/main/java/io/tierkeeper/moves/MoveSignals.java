package io.tierkeeper.moves;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is requested of a move at this moment.
 *
 * @param abortRequested put everything back; refused once the deletion of the source has begun
 * @param fenced {@code TierMove.spec.fenced}: the tenant's writers are paused (manual fence)
 * @param undoRequested return the tenant to where it came from, while its source is still there
 * @param cleanUpAllowed false while deletions must wait for a window
 * @param retainUntil {@code TierMove.spec.retainUntil}: the end of the retention in place of the policy's; null for that
 * @param operatorVersion for the plan and the audit trail
 */
public record MoveSignals(
    boolean abortRequested,
    boolean fenced,
    boolean undoRequested,
    boolean cleanUpAllowed,
    @Nullable Instant retainUntil,
    String operatorVersion) {

  /** Nothing special: continue, deletions allowed. */
  public static MoveSignals none(String operatorVersion) {
    return new MoveSignals(false, false, false, true, null, operatorVersion);
  }

  public MoveSignals abort() {
    return new MoveSignals(
        true, fenced, undoRequested, cleanUpAllowed, retainUntil, operatorVersion);
  }

  public MoveSignals undo() {
    return new MoveSignals(
        abortRequested, fenced, true, cleanUpAllowed, retainUntil, operatorVersion);
  }

  public MoveSignals withFence() {
    return new MoveSignals(
        abortRequested, true, undoRequested, cleanUpAllowed, retainUntil, operatorVersion);
  }

  public MoveSignals retainUntil(Instant end) {
    return new MoveSignals(
        abortRequested, fenced, undoRequested, cleanUpAllowed, end, operatorVersion);
  }
}
