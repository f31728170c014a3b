package io.tierkeeper.moves;

import io.tierkeeper.audit.AuditSink;
import io.tierkeeper.qdrant.QdrantCluster;
import java.time.InstantSource;

/**
 * The loop of a move, one turn at a time: asks every peer, plans, records the intent, does at most one deed, returns.
 * It keeps nothing that it could not find again; one engine serves all moves of one collection, one turn at a time.
 */
public final class MoveEngine {

  public MoveEngine(
      QdrantCluster cluster, AuditSink audit, InstantSource clock, Leadership leadership) {
    throw new UnsupportedOperationException("arrives with the next slice");
  }

  /**
   * One turn.
   *
   * @param journal as last stored, or {@link MoveJournal#initial()}
   * @param writer called before each deed
   * @throws NotLeadingException before a call that this process may no longer make
   */
  public Progress advance(
      Move move, MoveJournal journal, MoveSignals signals, JournalWriter writer) {
    throw new UnsupportedOperationException("arrives with the next slice");
  }
}
