package io.tierkeeper.operator.move;

import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.moves.JournalWriter;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.Progress;
import java.time.Instant;
import java.util.Optional;

/** What a reconciliation of a TierMove can have done for it. */
public interface MovePorts {

  /** What has changed beyond its tolerance since the plan was made and hashed, in a sentence. */
  Optional<String> drift();

  /** What the audit trail records of this move; empty where it records no step of it. Expensive. */
  Optional<RecordedMove> recorded();

  /**
   * Records an approval durably in the trail, once, before a status shows it.
   *
   * @throws io.tierkeeper.audit.AuditUnavailableException when it cannot be written
   */
  void approved(TierMoveStatus.Approval approval);

  /**
   * Records durably in the trail that a request changes the end of the retention, once for each change, before the move
   * follows it.
   *
   * @param move whose spec has the request
   * @param former the end until now
   * @throws io.tierkeeper.audit.AuditUnavailableException when it cannot be written
   */
  void retentionChanges(MoveCase move, Instant former, Instant end);

  /**
   * Takes the collection's only slot.
   *
   * @param atWork true for a move that was at work already
   */
  boolean claim(boolean atWork);

  void release();

  /** The move is stalled: it keeps its collection, but other moves of the cluster do not wait for it. */
  void stalls();

  /** The case as it is now: a request may have been made since it was read. */
  MoveCase now(MoveCase before);

  /** Makes sure, before Qdrant is changed, that deleting the TierMove waits for the move's end. */
  void hold();

  /** One turn of the engine. */
  Progress advance(MoveJournal journal, MoveSignals signals, JournalWriter writer);

  /**
   * Stores the status durably.
   *
   * @throws RuntimeException if it cannot be stored, as when the TierMove is gone
   */
  void store(TierMoveStatus status);
}
