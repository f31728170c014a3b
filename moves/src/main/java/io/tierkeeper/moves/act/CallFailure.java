package io.tierkeeper.moves.act;

import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.remedy.Remedy;
import io.tierkeeper.moves.remedy.Stall;
import io.tierkeeper.qdrant.QdrantException;
import java.time.Duration;

/**
 * A call that has failed for longer than the deadline.
 *
 * @param text the last error
 * @param lasting for how long no call has succeeded
 * @param refused Qdrant answers and refuses the call; otherwise it does not answer, or does not carry it out
 */
public record CallFailure(String text, Duration lasting, boolean refused) {

  /** With this as the last error. */
  public static CallFailure of(QdrantException e, Duration lasting) {
    boolean refused = switch (e) {
      case QdrantException.Rejected rejected -> true;
      case QdrantException.NotFound gone -> true;
      case QdrantException.Unavailable away -> false;
      case QdrantException.OutcomeUnknown unknown -> false;
    };
    return new CallFailure(QdrantErrors.text(e), lasting, refused);
  }

  /**
   * The stall of any call; the engine retries it all the same.
   *
   * @param call its name
   * @param revocable the move can still be taken back
   */
  public Stall stall(String call, Move move, boolean revocable) {
    String collection = move.collection();
    if (refused) {
      return new Stall(
          StallReason.REFUSED,
          "Qdrant refuses " + call + " in collection " + collection + ": " + text
              + ". The operator keeps retrying it. Fix the cause that this answer names; "
              + (revocable
                  ? "otherwise the command takes the move back."
                  : "the command shows the limits that collection " + collection + " has set."),
          revocable ? new Remedy.SetAbort(true) : new Remedy.ShowStrictMode());
    }
    return new Stall(
        StallReason.QDRANT_UNAVAILABLE,
        "Qdrant has not carried out " + call + " in collection " + collection + " for "
            + lasting.toSeconds() + " s: " + text
            + ". The operator keeps retrying it. Fix the cause that this error names; "
            + (revocable
                ? "otherwise the command takes the move back."
                : "the command shows a peer's view of the cluster."),
        revocable ? new Remedy.SetAbort(true) : new Remedy.ShowCluster());
  }
}
