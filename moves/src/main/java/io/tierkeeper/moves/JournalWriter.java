package io.tierkeeper.moves;

/** Stores a move's journal outside Qdrant, durably, before the mutation that it announces. */
@FunctionalInterface
public interface JournalWriter {

  /** Returns only when the journal is durable; if it throws, the mutation is not performed. */
  void write(MoveJournal journal);
}
