package io.tierkeeper.moves;

import io.tierkeeper.audit.AuditSink;
import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of a move, one step at a time: asks every peer, plans, records the intent, does at most one deed, returns.
 * It keeps nothing that it could not find again. One engine serves all moves of one collection; a lock lets one step in at
 * a time, also where several threads advance different moves.
 */
public final class MoveEngine {

  private static final Logger log = LoggerFactory.getLogger(MoveEngine.class);

  private final Observer observer;
  private final ActionExecutor executor;
  private final MoveAudit audit;
  private final InstantSource clock;
  private final Leadership leadership;
  /** Held for a whole step: the memories, the observer's and the audit trail's order belong to one step at a time. */
  private final ReentrantLock stepping = new ReentrantLock();

  private final Map<String, WorkingMemory> memories = new HashMap<>();

  /** An engine whose webhooks go out by HTTP. */
  public MoveEngine(
      QdrantCluster cluster, AuditSink audit, InstantSource clock, Leadership leadership) {
    this(cluster, audit, clock, leadership, FenceCalls.http());
  }

  /** An engine whose webhooks go another way. */
  public MoveEngine(
      QdrantCluster cluster,
      AuditSink audit,
      InstantSource clock,
      Leadership leadership,
      WebhookSender webhooks) {
    this.observer = new Observer(cluster, clock);
    this.executor = new ActionExecutor(cluster, clock, leadership, webhooks);
    this.audit = new MoveAudit(audit, clock);
    this.clock = clock;
    this.leadership = leadership;
  }

  /**
   * One step of one move; it lasts a few seconds at most. Moves of the same collection wait for each other here.
   *
   * @param stored the journal as last stored, or {@link MoveJournal#initial()}
   * @param writer called before each deed
   * @throws NotLeadingException before a call that this process may no longer make
   * @throws io.tierkeeper.audit.AuditUnavailableException before a deed whose intent cannot be recorded
   */
  public Progress advance(
      Move move, MoveJournal stored, MoveSignals signals, JournalWriter writer) {
    stepping.lock();
    try {
      return step(move, stored, signals, writer);
    } finally {
      stepping.unlock();
    }
  }

  private Progress step(Move move, MoveJournal stored, MoveSignals signals, JournalWriter writer) {
    boolean first = !memories.containsKey(move.uid());
    WorkingMemory memory = memories.computeIfAbsent(move.uid(), uid -> new WorkingMemory());
    Observation seen = observer.observe(move, stored);
    Instant now = clock.instant();
    if (first && (stored.deeds() > 0 || seen.marked() > 0)) {
      // What the process before has sent may still arrive.
      memory.strayWrite = now;
    }
    MoveJournal journal = takenBack(move, stored.begunBy(now, move.settings()), signals);
    memory.begunBy(now);
    if (seen.unclear().isEmpty() && seen.layout().state(move.tenant()) != KeyState.ACTIVE) {
      memory.lastNotActive = now;
    }
    Action action = Planner.plan(move, seen, journal, signals, now);
    if (action instanceof Action.Verify verify && memory.evidence == null) {
      // A new process has not looked yet; looking changes nothing, so it is no part of the deed.
      action = new Action.LookFirst(verify.step());
    }
    Instant stray = memory.strayWrite;
    if (stray != null
        && now.isBefore(stray.plus(move.settings().settle()))
        && endures(move, journal, action)) {
      action = new Action.Wait(
          journal.step(),
          "WriteMaybeUnderWay",
          "A write of this move may still be under way; waiting until it would have arrived",
          Planner.POLL);
    }
    boolean freezing = action instanceof Action.Freeze;
    boolean justCopied = memory.copiedForFreeze;
    memory.copiedForFreeze = false;
    if (freezing && !justCopied) {
      // What a client writes between the last pass and the freeze is read stale until it is merged.
      action = new Action.Copy(MoveStep.QUIET, false);
    }
    MoveJournal at = enter(move, seen, heard(move, seen, journal, action), action.step(), now);
    ProgressView view = new ProgressView(move, seen, signals, now);
    if (journal.startedAt() == null) {
      audit.event(
          move, at, MoveEvent.STARTED, signals.operatorVersion(), Map.of("points", at.total()));
    }
    return switch (action) {
      case Action.Wait wait -> view.waiting(at, wait.reason(), wait.message(), wait.after());
      case Action.Fail fail -> stalled(move, at, memory, signals, fail.stall(), view);
      case Action.Complete complete -> {
        audit.event(
            move,
            at,
            complete.phase() == MovePhase.SUCCEEDED ? MoveEvent.FINISHED : MoveEvent.ABORTED,
            complete.reason(),
            Map.of("points", at.total(), "difference", at.difference()));
        memories.remove(move.uid());
        observer.forget(move);
        yield view.finished(at.with(draft -> draft.step = MoveStep.DONE), complete);
      }
      case Action.Compensate why
      when at.aborting() && why.reason().equals(at.abortReason()) ->
        // It is being taken back for this very reason, and can do no more than wait.
        view.waiting(at, why.reason(), why.message(), Planner.SLOW_POLL);
      case Action.Compensate why -> {
        MoveJournal next = at.with(draft -> {
          draft.aborting = true;
          draft.abortReason = why.reason();
          draft.abortMessage = why.message();
          // Nothing of ours may be there yet: then the end is as good as reached.
          draft.step = draft.attempt == 0 ? MoveStep.PREFLIGHT : draft.step;
        });
        writer.write(next);
        yield view.goingOn(next);
      }
      case Action.StartOver again -> {
        memories.put(move.uid(), memory.anew());
        MoveJournal next = at.with(draft -> {
          draft.step = MoveStep.PREFLIGHT;
          draft.startSentAt = null;
          draft.activeSince = null;
          draft.baseline = null;
          draft.verification = null;
          draft.interrupted = false;
          draft.copied = null;
          draft.copiedTable = null;
          draft.notBefore = again.notBefore();
        });
        writer.write(next);
        yield view.goingOn(next);
      }
      case Action.Undo undo -> {
        memories.put(move.uid(), memory.anew());
        MoveJournal next = at.with(draft -> {
          draft.undo = true;
          draft.attempt = 0;
          draft.activeSince = null;
          draft.startSentAt = null;
          draft.baseline = null;
          draft.verification = null;
          draft.retainedUntil = null;
          draft.quietSince = null;
          draft.copied = null;
          draft.copiedTable = null;
          draft.interrupted = false;
        });
        writer.write(next);
        yield view.goingOn(next);
      }
      case Action.RecordActive active -> {
        MoveJournal next = at.with(draft -> draft.activeSince = now);
        writer.write(next);
        audit.event(move, next, MoveEvent.CUTOVER, "Active", Map.of());
        yield view.goingOn(next);
      }
      case Action.LookBefore look ->
        looking(() -> executor.lookBefore(move, seen, at, memory), at, memory, view, writer);
      case Action.LookFirst look ->
        looking(() -> executor.lookFirst(move, seen, at, memory), at, memory, view, writer);
      case Action.Deed deed -> {
        Progress progress = perform(move, seen, at, memory, deed, writer, view);
        memory.copiedForFreeze = freezing && deed instanceof Action.Copy && memory.copied != null;
        yield memory.copiedForFreeze && progress instanceof Progress.Wait
            ? view.goingOn(progress.journal())
            : progress;
      }
    };
  }

  private Progress stalled(
      Move move,
      MoveJournal at,
      WorkingMemory memory,
      MoveSignals signals,
      Stall stall,
      ProgressView view) {
    audit.event(move, at, MoveEvent.FAILED, stall.reason().apiName(), Map.of());
    boolean vanished = stall.reason() == StallReason.DEDICATED_KEY_VANISHED;
    boolean outOfService = vanished || stall.reason() == StallReason.DEDICATED_KEY_NOT_ACTIVE;
    boolean served =
        at.activeSince() != null || at.deletionBegun() || move.direction() == Direction.DEMOTE;
    if (vanished) {
      // Whatever key of that name comes next is not the one that was looked at.
      memory.evidence = null;
    }
    return view.stalled(
        at.with(draft -> {
          if (!signals.abortRequested()) {
            draft.stalledFor = stall.reason().apiName();
          }
          if (outOfService && served) {
            draft.interrupted = true;
            draft.verification = null;
            draft.baseline = vanished ? null : draft.baseline;
          }
        }),
        stall);
  }

  /** A demotion that is once taken back stays so: its copies may be gone, and must not be taken for there. */
  private static MoveJournal takenBack(Move move, MoveJournal journal, MoveSignals signals) {
    boolean wanted = signals.abortRequested() || signals.undoRequested();
    return wanted
            && move.direction() == Direction.DEMOTE
            && !journal.aborting()
            && !journal.deletionBegun()
        ? journal.with(draft -> {
          draft.aborting = true;
          draft.abortReason = signals.abortRequested() ? "AbortRequested" : "Undone";
          draft.abortMessage = null;
        })
        : journal;
  }

  /** Whether a late write of this move would do harm after it, which nobody would look for. */
  private static boolean endures(Move move, MoveJournal journal, Action action) {
    return action instanceof Action.Freeze
        || action instanceof Action.Complete
        || action instanceof Action.DeleteSource && !journal.deletionBegun()
        || action instanceof Action.DeleteKey delete
            && delete.step() == MoveStep.DELETE_DEDICATED
            && delete.key().equals(move.tenant());
  }

  /** A slice of a walk that changes nothing. */
  private static Progress looking(
      Supplier<ActionExecutor.Outcome> look,
      MoveJournal at,
      WorkingMemory memory,
      ProgressView view,
      JournalWriter writer) {
    try {
      ActionExecutor.Outcome outcome = look.get();
      if (outcome.finished()) {
        writer.write(outcome.journal());
      }
      return view.goingOn(outcome.journal());
    } catch (QdrantException e) {
      memory.dropPasses();
      return view.waiting(at, "QdrantUnavailable", words(e), Duration.ofSeconds(1));
    }
  }

  /** A move that goes on has no question open; one whose key is gone goes on with its answer. */
  private static MoveJournal heard(
      Move move, Observation seen, MoveJournal journal, Action action) {
    boolean open = journal.stalledFor() != null && !(action instanceof Action.Fail);
    return open && seen.layout().state(move.tenant()) != KeyState.ABSENT
        ? journal.with(draft -> draft.stalledFor = null)
        : journal;
  }

  private Progress perform(
      Move move,
      Observation seen,
      MoveJournal at,
      WorkingMemory memory,
      Action.Deed deed,
      JournalWriter writer,
      ProgressView view) {
    leadership.requireLeading();
    MoveJournal journal = at;
    Instant began = clock.instant();
    try {
      if (!memory.goesOn(deed)) {
        journal = executor.announce(move, seen, at, deed);
        writer.write(journal);
        audit.intended(move, journal, deed);
      }
      ActionExecutor.Outcome outcome = executor.perform(move, seen, journal, memory, deed);
      if (outcome.finished()) {
        audit.done(
            move,
            outcome.journal(),
            journal,
            deed,
            "ok",
            Duration.between(began, clock.instant()),
            outcome.counts());
        tell(move, deed, outcome);
      }
      Stall stall = outcome.stall();
      if (stall != null) {
        audit.event(
            move, outcome.journal(), MoveEvent.FAILED, stall.reason().apiName(), outcome.counts());
        return view.stalled(outcome.journal(), stall);
      }
      if (deed instanceof Action.Revive && stuck(seen, move)) {
        return view.stalled(
            outcome.journal(),
            Refusals.stall(move, seen, journal, view.takingBack(journal), deed, "no error"));
      }
      if (deed instanceof Action.GiveBack give && outcome.finished() && !give.concludes()) {
        return view.waiting(
            outcome.journal(),
            "GivingBack",
            "Looking again what clients wrote, until no freeze can come any more",
            Duration.ofSeconds(1));
      }
      return deed instanceof Action.Copy && outcome.finished()
          ? view.waiting(
              outcome.journal(),
              "Copying",
              "The next pass of the copy follows",
              between(move, memory))
          : view.goingOn(outcome.journal());
    } catch (QdrantException e) {
      memory.dropPasses();
      audit.done(
          move,
          journal,
          journal,
          deed,
          e.getClass().getSimpleName() + ": " + words(e),
          Duration.between(began, clock.instant()),
          Map.of());
      log.info("move {} step {}: {}", move.name(), deed.step(), words(e));
      if (e instanceof QdrantException.OutcomeUnknown) {
        memory.strayWrite = clock.instant();
      }
      return failed(seen, move, journal, deed, e, writer, view);
    } catch (RuntimeException e) {
      memory.dropPasses();
      throw e;
    }
  }

  private void tell(Move move, Action.Deed deed, ActionExecutor.Outcome outcome) {
    if (deed instanceof Action.Verify || deed instanceof Action.Merge) {
      audit.event(
          move,
          outcome.journal(),
          MoveEvent.VERIFIED,
          verdict(outcome.journal()),
          outcome.counts());
    }
    if (deed instanceof Action.Verify && outcome.journal().retainedUntil() != null) {
      audit.event(
          move,
          outcome.journal(),
          MoveEvent.RETAINED,
          "Until " + outcome.journal().retainedUntil(),
          Map.of());
    }
    if (deed instanceof Action.DeleteSource || deed instanceof Action.RemoveMarks) {
      audit.event(move, outcome.journal(), MoveEvent.CLEANED, "Deleted", outcome.counts());
    }
  }

  private static String verdict(MoveJournal journal) {
    VerificationReport report = journal.verification();
    return report == null ? Verdict.RUNNING.apiName() : report.verdict().apiName();
  }

  private Progress failed(
      Observation seen,
      Move move,
      MoveJournal journal,
      Action.Deed deed,
      QdrantException e,
      JournalWriter writer,
      ProgressView view) {
    MoveJournal next = journal.with(draft -> draft.abortMessage = words(e));
    return switch (e) {
      case QdrantException.OutcomeUnknown unknown -> {
        if (deed instanceof Action.Revive) {
          // It is not sent again before it would have been seen.
          observer.forget(move);
        }
        yield view.waiting(
            journal, "OutcomeUnknown", "Looking what became of it: " + words(e), Planner.POLL);
      }
      case QdrantException.Unavailable away -> {
        if (deed instanceof Action.RaiseFence && stuck(seen, move)) {
          MoveJournal back = journal.with(draft -> {
            draft.aborting = true;
            draft.abortReason = "NotFenced";
            draft.abortMessage = "The tenant's writers could not be paused: " + words(e);
          });
          writer.write(back);
          yield view.goingOn(back);
        }
        yield Refusals.needsAPerson(deed) && stuck(seen, move)
            ? view.stalled(
                next, Refusals.stall(move, seen, journal, view.takingBack(journal), deed, words(e)))
            : view.waiting(journal, "QdrantUnavailable", words(e), Duration.ofSeconds(1));
      }
      case QdrantException.NotFound gone ->
        stuck(seen, move)
            ? view.stalled(
                next, Refusals.stall(move, seen, journal, view.takingBack(journal), deed, words(e)))
            : view.waiting(next, "LookingAgain", words(e), Planner.POLL);
      case QdrantException.Rejected refused -> {
        if (deed instanceof Action.Freeze) {
          MoveJournal back = journal.with(draft -> {
            draft.aborting = true;
            draft.abortReason = "FreezeRefused";
            draft.abortMessage = "Qdrant refused the freeze: " + words(e)
                + " Use the fence (demotion.strategy: Fence).";
          });
          writer.write(back);
          yield view.goingOn(back);
        }
        yield stuck(seen, move)
            ? view.stalled(
                next, Refusals.stall(move, seen, journal, view.takingBack(journal), deed, words(e)))
            : view.waiting(next, "Refused", words(e), Planner.POLL);
      }
    };
  }

  private static boolean stuck(Observation seen, Move move) {
    return seen.unchangedFor().compareTo(move.settings().moveDeadline()) > 0;
  }

  private static Duration between(Move move, WorkingMemory memory) {
    if (memory.emptyPasses == 0) {
      return Duration.ofMillis(50);
    }
    Duration quarter = move.settings().quietFor().dividedBy(4);
    Duration most = Duration.ofSeconds(5);
    return quarter.compareTo(most) < 0 ? quarter : most;
  }

  private static String words(QdrantException e) {
    return Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
  }

  private static MoveJournal enter(
      Move move, Observation seen, MoveJournal journal, MoveStep step, Instant now) {
    boolean undo = Planner.isUndo(move, seen, journal);
    boolean changes =
        journal.step() != step || journal.stepStartedAt() == null || undo != journal.undo();
    if (!changes && journal.startedAt() != null) {
      return journal;
    }
    long total = journal.total() > 0
        ? journal.total()
        : Math.max(
            seen.inFallback(),
            seen.layout().replicas(move.tenant()).stream()
                .mapToLong(io.tierkeeper.qdrant.Replica::points)
                .max()
                .orElse(0));
    return journal.with(draft -> {
      draft.stepStartedAt =
          journal.step() == step ? Objects.requireNonNullElse(journal.stepStartedAt(), now) : now;
      draft.step = step;
      // The traces by which an undo is recognised are gone before it has ended.
      draft.undo = undo;
      draft.startedAt = journal.startedAt() == null ? now : journal.startedAt();
      draft.total = total;
    });
  }
}
