package io.tierkeeper.moves.act;

/** A mutation that scans the tenant's points and writes some of them, a slice in each step. */
public sealed interface ScanMutation extends Mutation
    permits Copy, DeleteSource, DropReplica, Merge, RemoveCopies, RemoveMarks, Verify, WriteBack {

  /** Its scan is kept in memory from slice to slice; the intent was recorded with the first. */
  @Override
  boolean underWay(WorkingMemory memory);
}
