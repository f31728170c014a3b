package io.tierkeeper.moves.act;

import io.tierkeeper.moves.Abort;
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
import io.tierkeeper.moves.scan.ScanBudget;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.Replica;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Continues copying the dedicated key into the fallback.
 *
 * @param sourceWins unmarked points of the tenant in the fallback are old copies, as far as they are as they were verified
 * @param beforeFreeze a freeze, or under a fence the deletion of the key, is due: once this scan has ended, it follows at once
 */
public record Copy(MoveStep step, boolean sourceWins, boolean beforeFreeze)
    implements ScanMutation {

  /** A scan that changed so few points lets the move continue. */
  private static final int MAX_CHANGES_TO_CONTINUE = 20;

  private static final Duration MAX_PAUSE = Duration.ofSeconds(5);

  @Override
  public boolean underWay(WorkingMemory memory) {
    return memory.copy != null;
  }

  @Override
  public Outcome perform(MutationContext context) {
    WorkingMemory memory = context.memory();
    MoveJournal journal = context.journal();
    CopyScan scan = memory.copy;
    ScanBudget budget = new ScanBudget(context.clock());
    if (scan == null) {
      Optional<Abort> refused = tooMany(context);
      if (refused.isPresent()) {
        return Outcome.done(journal.withAbort(refused.get()));
      }
      Optional<Function<Point, Optional<Boolean>>> source =
          RetainedSource.compared(context, budget);
      if (source.isEmpty()) {
        return Outcome.unfinished(journal);
      }
      memory.copyBegins();
      boolean copiedOnce = memory.copiedBefore != null || journal.evidence().copied() != null;
      scan = new CopyScan(
          context.reads(),
          context.port(),
          new CopyScan.Known(
              sourceWins,
              copiedOnce,
              !copiedOnce && RetainedSource.whole(context) ? memory.source : memory.copiedBefore,
              source.get()));
      memory.copy = scan;
      memory.copyBegan = context.clock().instant();
    }
    if (!scan.run(budget)) {
      return Outcome.unfinished(journal);
    }
    Optional<CopyScan.Obstacle> obstacle = scan.obstacle();
    if (obstacle.isPresent() || scan.clientWrote()) {
      memory.copyEndedEarly(scan);
    }
    memory.copy = null;
    if (scan.clientWrote()) {
      // What the fallback holds shows an outage that no process has observed.
      return Outcome.done(interrupted(journal));
    }
    if (obstacle.isPresent()) {
      // Another tenant may have overwritten copies, and may delete what it wrote.
      memory.copiedBefore = null;
      memory.source = null;
      return obstructed(journal, obstacle.get());
    }
    Map<String, Long> counts = Map.of("points", scan.copied().count(), "changes", scan.changes());
    if (!scan.changedForeign().isEmpty()) {
      return new Outcome(
          journal, true, counts, ofOtherMoves(context.move(), scan.changedForeign()));
    }
    return scan.leftovers().isEmpty()
        ? new Outcome(copied(context, scan), true, counts, null)
        : new Outcome(
            journal,
            true,
            counts,
            unmarked(context.move(), scan.leftovers(), journal.header().interrupted()));
  }

  /** Before the first copy scan; an undo has as many points as its promotion had. */
  private static Optional<Abort> tooMany(MutationContext context) {
    if (context.journal().undo()
        || context.journal().evidence().copied() != null
        || context.memory().lastCopied() != null) {
      return Optional.empty();
    }
    long points = context.layout().replicas(context.move().dedicated()).stream()
        .mapToLong(Replica::points)
        .max()
        .orElse(0);
    return HeapLimit.exceeded(points, HeapLimit.BASELINES_OF_DEMOTION, context.heap());
  }

  /** An undo cannot be taken back: it continues once the point is no obstacle any more. */
  private static Outcome obstructed(MoveJournal journal, CopyScan.Obstacle obstacle) {
    if (!journal.undo()) {
      return Outcome.done(
          journal.withAbort(Abort.of(obstacle.reason().apiName(), obstacle.message())));
    }
    List<PointId> ids = List.of(obstacle.point());
    boolean field = obstacle.reason() == StallReason.MARKER_FIELD_IN_USE;
    String next = switch (obstacle.reason()) {
      case MARKER_FIELD_IN_USE ->
        " The command saves the point and removes them; the undo then continues.";
      case VECTOR_NOT_FINITE ->
        " The undo then continues. The command saves the point as both keys have it.";
      default ->
        ". The undo continues once one of both points has another id. The command saves "
            + "them as both keys have them.";
    };
    return new Outcome(
        journal,
        true,
        Map.of(),
        new Stall(
            obstacle.reason(),
            obstacle.message() + next,
            field ? new Remedy.RemoveMarkerFields(ids) : new Remedy.SavePoints(ids)));
  }

  private MoveJournal copied(MutationContext context, CopyScan scan) {
    WorkingMemory memory = context.memory();
    MoveJournal journal = context.journal();
    Instant began = Objects.requireNonNullElse(memory.copyBegan, context.clock().instant());
    boolean empty = scan.changes() == 0;
    memory.copied = scan.copied();
    memory.copiedBefore = null;
    if (scan.deleted()) {
      memory.source = null;
    }
    memory.emptyScans = empty ? memory.emptyScans + 1 : 0;
    if (step != MoveStep.LAST_PASSES) {
      memory.leakingScans = 0;
    } else if (!empty) {
      memory.leakingScans++;
    }
    CopyEvidence evidence =
        new CopyEvidence(scan.copied().fingerprint(), scan.copied().table().text());
    long points = scan.copied().count();
    // A tenant that writes more than that during one scan never has fewer; a fence serves it.
    boolean few = scan.changes() <= MAX_CHANGES_TO_CONTINUE
        || journal.evidence().copied() != null
        || (memory.lastChanges != null && scan.changes() * 2L > memory.lastChanges);
    memory.lastChanges = (long) scan.changes();
    boolean proven = step == MoveStep.LAST_PASSES && memory.emptyEnough();
    return journal
        .withEvidence(few ? evidence : journal.evidence())
        .header(draft -> {
          draft.interrupted(false);
          if (proven) {
            draft.verification(new VerificationReport(points, 0, 0, 0, "", 1, Verdict.EQUAL));
          }
        })
        .demotion(draft -> {
          draft.quietSince(empty ? Objects.requireNonNullElse(draft.quietSince(), began) : null);
          draft.copiesOnly(true);
        });
  }

  @Override
  public Optional<Pause> pauseAfter(MutationContext context, Outcome outcome) {
    WorkingMemory memory = context.memory();
    boolean last = beforeFreeze && memory.copied != null;
    boolean proven = step != MoveStep.LAST_PASSES || memory.emptyEnough();
    if (!outcome.finished() || (last && proven)) {
      return Optional.empty();
    }
    return Optional.of(new Pause(
        "Copying", "Copying: the next scan follows", pause(context.move(), context.memory())));
  }

  private static Duration pause(Move move, WorkingMemory memory) {
    if (memory.emptyScans == 0) {
      return Duration.ofMillis(50);
    }
    Duration quarter = move.settings().demotion().quietFor().dividedBy(4);
    return quarter.compareTo(MAX_PAUSE) < 0 ? quarter : MAX_PAUSE;
  }

  /** The fallback has accepted writes of the tenant: they are written back before anything else happens to them. */
  static MoveJournal interrupted(MoveJournal journal) {
    return journal.header(draft -> {
      draft.interrupted(true);
      draft.verification(null);
    });
  }

  private static Stall ofOtherMoves(Move move, Map<PointId, String> marks) {
    return new Stall(
        StallReason.UNMARKED_POINTS_IN_FALLBACK,
        "The fallback " + move.fallback() + " holds points of tenant " + move.tenant()
            + " that another move copied and a client has changed there since: ids "
            + marks.keySet() + ", moves " + new TreeSet<>(marks.values())
            + ". That move did not end. " + Stall.SAVED_AND_INSERTED,
        new Remedy.InsertFromFallback(List.copyOf(marks.keySet())));
  }

  static Stall unmarked(Move move, List<PointId> ids, boolean interrupted) {
    return new Stall(
        StallReason.UNMARKED_POINTS_IN_FALLBACK,
        "The fallback " + move.fallback() + " holds points of tenant " + move.tenant()
            + " that this move did not copy and that the dedicated key lacks or holds in another "
            + "version: ids " + ids
            + (interrupted
                ? ". They were written while the dedicated key was out of service. "
                    + Stall.SAVED_AND_INSERTED
                : ". They are left over from an earlier move, or were written in an outage of the dedicated "
                    + "key that the operator did not observe. The command saves them, inserts those that "
                    + "the dedicated key lacks into it, and deletes them from the fallback."),
        interrupted ? new Remedy.InsertFromFallback(ids) : new Remedy.KeepDedicated(ids));
  }
}
