package io.tierkeeper.moves.act;

import io.tierkeeper.moves.CopyEvidence;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Protocol.DemotionState;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.content.LastCopy;
import io.tierkeeper.moves.observe.KeyState;
import io.tierkeeper.moves.remedy.Remedy;
import io.tierkeeper.moves.remedy.Stall;
import io.tierkeeper.moves.scan.ScanBudget;
import io.tierkeeper.moves.scan.VerificationScan;
import io.tierkeeper.moves.scan.WriteBackScan;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Writes what clients changed in the fallback during a freeze back to the dedicated key.
 *
 * @param concludes no freeze can come any more, so that a scan that finds nothing is the last
 */
public record WriteBack(MoveStep step, boolean concludes) implements ScanMutation {

  /** As the audit trails of all releases have it. */
  @Override
  public String apiName() {
    return "GiveBack";
  }

  @Override
  public boolean underWay(WorkingMemory memory) {
    return memory.writeBack != null;
  }

  @Override
  public Outcome perform(MutationContext context) {
    WorkingMemory memory = context.memory();
    MoveJournal journal = context.journal();
    Move move = context.move();
    WriteBackScan scan = memory.writeBack;
    ScanBudget budget = new ScanBudget(context.clock());
    if (scan == null) {
      Optional<Function<Point, Optional<Boolean>>> source =
          RetainedSource.compared(context, budget);
      if (source.isEmpty()) {
        return Outcome.unfinished(journal);
      }
      boolean thawed = thawed(context);
      // The working shard keys are created after a whole copy scan.
      boolean copied = context.layout().state(move.freezeSourceKey()) != KeyState.ABSENT;
      boolean recorded = context.lastCopy().recorded();
      boolean uncopied = !copied && !recorded && RetainedSource.whole(context);
      LastCopy lastCopy = recorded ? context.lastCopy() : RetainedSource.fresh(context);
      scan = new WriteBackScan(
          context.reads(),
          context.port(),
          new WriteBackScan.Known(
              lastCopy,
              source.get(),
              thawed,
              // Without these keys an older journal may be the one of a move whose copies were
              // removed.
              copied || memory.lastCopied() != null || uncopied,
              copied || lastCopy.recorded(),
              // Where a copy was recorded, and only its record is too coarse, a person decides.
              !recorded && !journal.header().interrupted()),
          concludes);
      memory.writeBack = scan;
    }
    if (!scan.run(budget)) {
      return Outcome.unfinished(journal);
    }
    memory.writeBack = null;
    Map<String, Long> counts = Map.of("given", scan.changes());
    if (!scan.conflicts().isEmpty()) {
      return new Outcome(journal, true, counts, changedInBoth(move, scan.conflicts()));
    }
    if (!scan.undecided().isEmpty()) {
      return new Outcome(journal, true, counts, Merge.onlyFrozen(move, scan.undecided()));
    }
    // Where there were only copies, clients have written the rest while the dedicated key was away.
    boolean newer = journal.header().interrupted()
        || journal.demotion().map(DemotionState::copiesOnly).orElse(false);
    if (!scan.unattributed().isEmpty() && newer) {
      List<PointId> ids = scan.unattributed();
      return new Outcome(
          journal,
          true,
          counts,
          Copy.unmarked(
              move, ids.subList(0, Math.min(VerificationScan.MAX_NAMED, ids.size())), true));
    }
    if (scan.changes() > 0) {
      boolean frozen = context.layout().state(move.freezeSourceKey()) != KeyState.ABSENT;
      return new Outcome(frozen ? journal : Copy.interrupted(journal), true, counts, null);
    }
    if (!scan.concludes()) {
      return new Outcome(journal, true, counts, null);
    }
    memory.copied = null;
    memory.copiedBefore = null;
    memory.inOrder((long) scan.unattributed().size());
    boolean takesBack = journal.abort().aborting() && !thawed(context);
    return new Outcome(
        asBeforeCopy(journal).withEvidence(takesBack ? scan.evidence() : CopyEvidence.NONE),
        true,
        counts,
        null);
  }

  private static boolean thawed(MutationContext context) {
    return context.layout().state(context.move().thawedCopyKey()) == KeyState.ACTIVE;
  }

  /** From here the copy scans may start over, or the copies may go. */
  private static MoveJournal asBeforeCopy(MoveJournal journal) {
    return journal
        .withEvidence(CopyEvidence.NONE)
        .header(draft -> {
          draft.step(MoveStep.COPY);
          draft.interrupted(false);
          draft.startSentAt(null);
          draft.verification(null);
        })
        .demotion(draft -> draft.quietSince(null));
  }

  @Override
  public Optional<Pause> pauseAfter(MutationContext context, Outcome outcome) {
    return outcome.finished() && !concludes
        ? Optional.of(new Pause(
            "GivingBack",
            "Scanning again for client writes until no freeze can take effect any more",
            Duration.ofSeconds(1)))
        : Optional.empty();
  }

  private static Stall changedInBoth(Move move, List<PointId> ids) {
    List<PointId> first = ids.subList(0, Math.min(VerificationScan.MAX_NAMED, ids.size()));
    return new Stall(
        StallReason.VERIFICATION_DIFFERENCE,
        "The dedicated key " + move.dedicated() + " was out of service for a moment, and "
            + ids.size()
            + " points were changed in the fallback during that time and in the dedicated key before "
            + "or after it; first ids " + first
            + ". The operator cannot tell which version is newer. No point is deleted. "
            + Stall.SAVED_AND_INSERTED,
        new Remedy.InsertFromFallback(first));
  }
}
