package io.tierkeeper.moves.act;

import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.moves.MoveJournalBuilder;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.scan.ScanBudget;
import io.tierkeeper.moves.scan.SourceDeletionScan;
import io.tierkeeper.moves.scan.SwitchBaseline;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Continues deleting the verified points from the fallback. */
public record DeleteSource(MoveStep step) implements ScanMutation {

  @Override
  public boolean underWay(WorkingMemory memory) {
    return memory.deletion != null;
  }

  @Override
  public void announce(MoveJournalBuilder journal, MutationContext context) {
    journal.deletionBegun(true);
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

  @Override
  public List<Milestone> milestones(Outcome outcome) {
    return List.of(new Milestone(MoveEvent.CLEANED, "Deleted", outcome.counts()));
  }
}
