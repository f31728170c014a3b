package io.tierkeeper.moves.act;

import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.scan.ScanBudget;
import io.tierkeeper.moves.scan.SourceDeletionScan;
import io.tierkeeper.moves.scan.SwitchBaseline;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

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
    SourceDeletionScan scan = memory.deletion;
    if (scan == null) {
      scan = new SourceDeletionScan(
          context.reads(),
          context.port(),
          Objects.requireNonNullElseGet(memory.switchBaseline, SwitchBaseline::new));
      memory.deletion = scan;
    }
    boolean end = scan.run(new ScanBudget(context.clock()));
    if (end) {
      memory.deletion = null;
    }
    return new Outcome(
        context.journal(),
        end,
        Map.of("deleted", scan.deleted(), "broughtOver", scan.lateWrites()),
        null);
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
