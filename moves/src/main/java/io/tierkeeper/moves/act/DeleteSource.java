package io.tierkeeper.moves.act;

import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.remedy.Remedy;
import io.tierkeeper.moves.remedy.Stall;
import io.tierkeeper.moves.scan.ScanBudget;
import io.tierkeeper.moves.scan.SourceDeletionScan;
import io.tierkeeper.moves.scan.SwitchBaseline;
import io.tierkeeper.moves.scan.VerificationScan;
import io.tierkeeper.qdrant.PointId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Continues deleting the verified points from the fallback. */
public record DeleteSource(MoveStep step) implements ScanMutation {

  @Override
  public boolean underWay(WorkingMemory memory) {
    return memory.deletion != null;
  }

  @Override
  public MoveJournal announce(MoveJournal journal, MutationContext context) {
    return journal.header(draft -> draft.deletionBegun(true));
  }

  @Override
  public Outcome perform(MutationContext context) {
    WorkingMemory memory = context.memory();
    SwitchBaseline verified =
        Objects.requireNonNull(memory.switchBaseline, "the verification comes first");
    SourceDeletionScan scan = memory.deletion;
    if (scan == null) {
      scan = new SourceDeletionScan(context.reads(), context.port(), verified);
      memory.deletion = scan;
    }
    boolean end = scan.run(new ScanBudget(context.clock()), context::record);
    if (end) {
      memory.deletion = null;
    }
    return new Outcome(
        context.journal(),
        end,
        Map.of("deleted", scan.deleted(), "broughtOver", scan.lateWrites()),
        stall(context.move(), scan));
  }

  private static @Nullable Stall stall(Move move, SourceDeletionScan scan) {
    return scan.unexplained().isEmpty()
        ? ReplicasDiffer.stall(move, scan.differing(), scan.differingCopies())
        : difference(move, scan.unexplained());
  }

  private static Stall difference(Move move, List<PointId> ids) {
    List<PointId> first = ids.subList(0, Math.min(VerificationScan.MAX_NAMED, ids.size()));
    return new Stall(
        StallReason.VERIFICATION_DIFFERENCE,
        "The fallback holds " + ids.size() + " points of tenant " + move.tenant()
            + " that were written there after the verification and that the dedicated key holds in another "
            + "version or not at all: first ids " + first
            + ". They are not deleted. " + Stall.SAVED_AND_INSERTED,
        new Remedy.InsertFromFallback(first));
  }

  /** The count sees points that no replica shows: they may be in flight between replicas. */
  @Override
  public Optional<Pause> pauseAfter(MutationContext context, Outcome outcome) {
    return outcome.finished() && Objects.equals(outcome.counts().get("deleted"), 0L)
        ? Optional.of(new Pause(
            "CountsDiffer",
            "The fallback counts " + context.seen().inFallback()
                + " points of the tenant, but its replicas show none to delete; counting again",
            Duration.ofSeconds(10)))
        : Optional.empty();
  }

  @Override
  public List<Milestone> milestones(Outcome outcome) {
    return List.of(new Milestone(MoveEvent.CLEANED, "Deleted", outcome.counts()));
  }
}
