package io.tierkeeper.moves.act;

import io.tierkeeper.moves.CopyEvidence;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.Verdict;
import io.tierkeeper.moves.VerificationReport;
import io.tierkeeper.moves.remedy.Remedy;
import io.tierkeeper.moves.remedy.Stall;
import io.tierkeeper.moves.scan.CopyScan;
import io.tierkeeper.moves.scan.MergeScan;
import io.tierkeeper.moves.scan.ScanBudget;
import io.tierkeeper.moves.scan.VerificationScan;
import io.tierkeeper.qdrant.PointId;
import java.util.List;
import java.util.Map;

/** Continues merging what the dedicated key took after the last copy scan into the fallback. */
public record Merge(MoveStep step) implements ScanMutation {

  @Override
  public boolean underWay(WorkingMemory memory) {
    return memory.merge != null;
  }

  @Override
  public Outcome perform(MutationContext context) {
    WorkingMemory memory = context.memory();
    MoveJournal journal = context.journal();
    Move move = context.move();
    MergeScan scan = memory.merge;
    if (scan == null) {
      scan = new MergeScan(context.reads(), context.port(), context.lastCopy(), memory.inserted);
      memory.merge = scan;
    }
    if (!scan.run(new ScanBudget(context.clock()))) {
      return Outcome.unfinished(journal);
    }
    memory.merge = null;
    long compared = scan.compared();
    long corrections = scan.corrections();
    Map<String, Long> counts = Map.of(
        "compared", compared,
        "corrections", corrections,
        "nothingNew", scan.nothingNew() ? 1L : 0L);
    long difference = Math.max(context.demotion().state().difference(), scan.difference());
    MoveJournal found = journal.demotion(draft -> draft.difference(difference));
    if (scan.collision().isPresent()) {
      return new Outcome(
          found, true, counts, heldByAnother(move, scan.collision().get()));
    }
    if (!scan.undecided().isEmpty()) {
      return new Outcome(found, true, counts, onlyFrozen(move, scan.undecided()));
    }
    String all = scan.frozenText();
    return new Outcome(
        corrections == 0
            ? found.header(draft ->
                draft.verification(new VerificationReport(compared, 0, 0, 0, "", 1, Verdict.EQUAL)))
            // All of it is in the fallback now: what it lacks from here on a client has deleted.
            : found.withEvidence(new CopyEvidence(all, null)),
        true,
        counts,
        null);
  }

  @Override
  public List<Milestone> milestones(Outcome outcome) {
    return List.of(Verify.verified(outcome));
  }

  private static Stall heldByAnother(Move move, PointId id) {
    return new Stall(
        StallReason.ID_HELD_BY_ANOTHER_TENANT,
        CopyScan.heldByAnother(move, id)
            + ". The command takes the move back, which returns the dedicated key to service.",
        new Remedy.SetAbort(true));
  }

  /** Also of a write-back scan: points that only the frozen content holds. */
  static Stall onlyFrozen(Move move, List<PointId> ids) {
    List<PointId> first = ids.subList(0, Math.min(VerificationScan.MAX_NAMED, ids.size()));
    return new Stall(
        StallReason.VERIFICATION_DIFFERENCE,
        ids.size()
            + " points that the dedicated key " + move.dedicated()
            + " held when it was frozen are not in the fallback; first ids " + first
            + ". The record of the last copy scan is lost, so they were either written just before the "
            + "freeze or deleted since. No point is deleted. The command saves these points and writes "
            + "them into the fallback; the runbook says how to leave them deleted instead.",
        new Remedy.TakeFromFrozen(first));
  }
}
