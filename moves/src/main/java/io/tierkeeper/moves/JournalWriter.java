package io.tierkeeper.moves;

/** Stores a move's journal outside Qdrant, durably, before the deed that it announces. */
@FunctionalInterface
public interface JournalWriter {

  /** Returns only when the journal is durable; where it throws, the deed is not done. */
  void write(MoveJournal journal);
}
