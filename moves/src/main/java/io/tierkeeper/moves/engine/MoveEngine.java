package io.tierkeeper.moves.engine;

import io.tierkeeper.audit.AuditSink;
import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.Abort;
import io.tierkeeper.moves.JournalWriter;
import io.tierkeeper.moves.Leadership;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.NotLeadingException;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.Protocol.DemotionState;
import io.tierkeeper.moves.Protocol.Promotion;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.WebhookSender;
import io.tierkeeper.moves.act.BaselineScans;
import io.tierkeeper.moves.act.CallFailure;
import io.tierkeeper.moves.act.Copy;
import io.tierkeeper.moves.act.EngineLimits;
import io.tierkeeper.moves.act.FenceCalls;
import io.tierkeeper.moves.act.Mutation;
import io.tierkeeper.moves.act.MutationContext;
import io.tierkeeper.moves.act.MutationExecutor;
import io.tierkeeper.moves.act.Outcome;
import io.tierkeeper.moves.act.QdrantErrors;
import io.tierkeeper.moves.act.WorkingMemory;
import io.tierkeeper.moves.observe.KeyState;
import io.tierkeeper.moves.observe.MoveObserver;
import io.tierkeeper.moves.observe.Observation;
import io.tierkeeper.moves.plan.Decision;
import io.tierkeeper.moves.plan.Planner;
import io.tierkeeper.moves.plan.Recollection;
import io.tierkeeper.moves.plan.Situation;
import io.tierkeeper.moves.remedy.Stall;
import io.tierkeeper.moves.snapshot.SnapshotStore;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of a move, one step at a time: observes every peer, plans, records the intent, makes at most one mutation,
 * returns. It keeps nothing that it could not find again. One engine serves all moves of one collection; a lock lets one
 * step in at a time, also where several threads advance different moves.
 */
public final class MoveEngine {

  private static final Logger log = LoggerFactory.getLogger(MoveEngine.class);

  private final MoveObserver observer;
  private final MutationExecutor executor;
  private final MoveAudit audit;
  private final InstantSource clock;
  private final Leadership leadership;
  /** Held for a whole step: the memories, the observer and the order of audit lines belong to one step at a time. */
  private final ReentrantLock stepping = new ReentrantLock();

  private final Map<String, WorkingMemory> memories = new HashMap<>();
  private final Map<String, FailureSeries> failures = new HashMap<>();

  /** One step: what does not change while it lasts. */
  private record Step(
      Move move,
      Observation seen,
      WorkingMemory memory,
      FailureSeries failures,
      MoveSignals signals,
      JournalWriter writer,
      Instant now) {

    ProgressView view() {
      return new ProgressView(move, seen, memory.scanned(), signals, now);
    }

    Step with(Observation other) {
      return new Step(move, other, memory, failures, signals, writer, now);
    }

    boolean overdue(Instant at) {
      return failures.overdue(at, move.settings().moveDeadline());
    }

    boolean stuck() {
      return seen.unchangedFor().compareTo(move.settings().moveDeadline()) > 0;
    }
  }

  /**
   * What is done in a step.
   *
   * @param begins whether the move begins with it
   */
  private record Decided(Decision decision, MoveJournal journal, boolean begins) {}

  /** An engine whose webhooks go out by HTTP, unsigned, and whose fences are not limited. */
  public MoveEngine(
      QdrantCluster cluster, AuditSink audit, InstantSource clock, Leadership leadership) {
    this(cluster, audit, clock, leadership, FenceCalls.http());
  }

  /** An engine with another sender of webhooks. */
  public MoveEngine(
      QdrantCluster cluster,
      AuditSink audit,
      InstantSource clock,
      Leadership leadership,
      WebhookSender webhooks) {
    this(cluster, audit, clock, leadership, webhooks, EngineLimits.DEFAULTS, SnapshotStore.NONE);
  }

  /** An engine with another sender of webhooks, with other limits, and with a place for snapshots. */
  public MoveEngine(
      QdrantCluster cluster,
      AuditSink audit,
      InstantSource clock,
      Leadership leadership,
      WebhookSender webhooks,
      EngineLimits limits,
      SnapshotStore snapshots) {
    this.observer = new MoveObserver(cluster, clock);
    this.executor = new MutationExecutor(cluster, clock, leadership, webhooks, limits, snapshots);
    this.audit = new MoveAudit(audit, clock);
    this.clock = clock;
    this.leadership = leadership;
  }

  /**
   * One step of one move; it lasts a few seconds at most. Moves of the same collection wait for each other here.
   *
   * @param stored the journal as last stored, or {@link MoveJournal#initial()}
   * @param writer called before each mutation
   * @throws NotLeadingException before a call that this process may no longer make
   * @throws io.tierkeeper.audit.AuditUnavailableException before a mutation whose intent cannot be recorded
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

  private Progress step(Move asked, MoveJournal stored, MoveSignals signals, JournalWriter writer) {
    Move move = stored.byItsRules(asked);
    boolean first = !memories.containsKey(move.uid());
    WorkingMemory memory = memories.computeIfAbsent(move.uid(), uid -> new WorkingMemory());
    FailureSeries series = failures.computeIfAbsent(move.uid(), uid -> new FailureSeries());
    Observation seen = observer.observe(move, stored);
    Step step = new Step(move, seen, memory, series, signals, writer, clock.instant());
    Decided decided;
    try {
      decided = decide(step, stored, first);
    } catch (QdrantException e) {
      step = step.with(observer.uncounted(move, stored, seen, e));
      decided = decide(step, stored, first);
    }
    MoveJournal at = decided.journal();
    if (decided.begins()) {
      audit.event(
          move,
          at,
          MoveEvent.STARTED,
          signals.operatorVersion(),
          Map.of("points", at.header().total()));
    }
    return carryOut(decided.decision(), at, step);
  }

  /** @throws QdrantException where a count fails on which the decision depends */
  private static Decided decide(Step step, MoveJournal stored, boolean first) {
    Move move = step.move();
    Observation seen = step.seen();
    WorkingMemory memory = step.memory();
    Instant now = step.now();
    if (first && (stored.header().deeds() > 0 || seen.marked() > 0)) {
      // What the process before has sent may still arrive.
      memory.uncertainWriteAt(now);
    }
    MoveJournal journal = StepJournal.read(move, seen, stored, step.signals(), now);
    memory.begunBy(now);
    if (seen.unclear().isEmpty() && seen.layout().state(move.dedicated()) != KeyState.ACTIVE) {
      memory.notActiveAt(now);
    }
    step.failures().begunBy(now);
    if (seen.unclear().isPresent()) {
      // A cluster that cannot be observed has a deadline of its own.
      step.failures().reset();
    }
    Decision decision = Planner.plan(
        new Situation(move, seen, journal, step.signals(), Recollection.of(memory), now));
    return new Decided(
        decision,
        StepJournal.entered(move, seen, journal, decision, now),
        journal.header().startedAt() == null);
  }

  private Progress carryOut(Decision decision, MoveJournal at, Step step) {
    return switch (decision) {
      case Decision.Wait wait ->
        step.view().waiting(at, wait.reason(), wait.message(), wait.after());
      case Decision.Stalled stalled -> stalled(at, stalled.stall(), step);
      case Decision.Complete complete -> complete(at, complete, step);
      case Decision.TakeBack why ->
        recorded(
            at.withAbort(Abort.of(why.reason(), why.message()))
                // Nothing of this move may be there yet: then the end is as good as reached.
                .header(
                    draft -> draft.step(draft.attempt() == 0 ? MoveStep.PREFLIGHT : draft.step())),
            step);
      case Decision.StartOver again -> {
        memories.put(step.move().uid(), step.memory().anew());
        yield recorded(at.startedOver(again.notBefore()), step);
      }
      case Decision.Undo undo -> {
        memories.put(step.move().uid(), step.memory().undone());
        yield recorded(at.undone(), step);
      }
      case Decision.RecordActive active -> {
        Progress progress = recorded(at.promotion(draft -> draft.activeSince(step.now())), step);
        audit.event(step.move(), progress.journal(), MoveEvent.CUTOVER, "Active", Map.of());
        yield progress;
      }
      case Decision.ScanBeforeCopy scan ->
        awaited(scan, at, step)
            .orElseGet(() -> scanned("PreCopyScan", BaselineScans::preCopy, scan, at, step));
      case Decision.ScanAfterSwitch scan ->
        awaited(scan, at, step)
            .orElseGet(() -> scanned("PostSwitchScan", BaselineScans::postSwitch, scan, at, step));
      case Decision.Mutate mutate ->
        awaited(mutate.mutation(), at, step).orElseGet(() -> perform(mutate.mutation(), at, step));
    };
  }

  /** What is reported while the next attempt of a call that failed is not due. */
  private static Optional<Progress> awaited(Object call, MoveJournal at, Step step) {
    FailureSeries series = step.failures();
    Duration pause = series.pause(call, step.now());
    if (pause.isZero()) {
      return Optional.empty();
    }
    return Optional.of(step.view().waiting(at, series.reason(), series.message(), pause));
  }

  private static Progress recorded(MoveJournal journal, Step step) {
    step.writer().write(journal);
    return step.view().continuing(journal);
  }

  private Progress complete(MoveJournal at, Decision.Complete complete, Step step) {
    audit.event(
        step.move(),
        at,
        complete.phase() == MovePhase.SUCCEEDED ? MoveEvent.FINISHED : MoveEvent.ABORTED,
        complete.reason(),
        Map.of(
            "points",
            at.header().total(),
            "difference",
            at.demotion().map(DemotionState::difference).orElse(0L)));
    memories.remove(step.move().uid());
    failures.remove(step.move().uid());
    observer.forget(step.move());
    return step.view().finished(at.header(draft -> draft.step(MoveStep.DONE)), complete);
  }

  private Progress stalled(MoveJournal at, Stall stall, Step step) {
    Move move = step.move();
    audit.event(move, at, MoveEvent.FAILED, stall.reason().apiName(), Map.of());
    boolean vanished = stall.reason() == StallReason.DEDICATED_KEY_VANISHED;
    boolean outOfService = vanished || stall.reason() == StallReason.DEDICATED_KEY_NOT_ACTIVE;
    boolean served = at.promotion().map(Promotion::activeSince).isPresent()
        || at.header().deletionBegun()
        || move.direction() == Direction.DEMOTE;
    if (vanished) {
      // Whatever key of that name comes next is not the one that was scanned.
      step.memory().forgetSwitch();
    }
    MoveJournal next = at.header(draft -> {
      if (!step.signals().abortRequested()) {
        draft.stalledFor(stall.reason().apiName());
      }
      if (outOfService && served) {
        draft.interrupted(true);
        draft.verification(null);
      }
    });
    return step.view()
        .stalled(
            vanished && served && at.promotion().isPresent()
                ? next.promotion(draft -> draft.baseline(null))
                : next,
            stall);
  }

  /** A slice of a scan that changes nothing, so no intent is recorded for it. */
  private Progress scanned(
      String name,
      Function<MutationContext, Outcome> scan,
      Decision decision,
      MoveJournal at,
      Step step) {
    try {
      Outcome outcome =
          scan.apply(executor.context(step.move(), step.seen(), at, step.memory(), step.writer()));
      step.failures().succeeded(outcome.finished());
      if (outcome.finished()) {
        step.writer().write(outcome.journal());
      }
      return step.view().continuing(outcome.journal());
    } catch (QdrantException e) {
      step.memory().dropScans();
      Instant now = clock.instant();
      FailureSeries series = step.failures();
      series.failed(decision, null, Duration.ofSeconds(1), now);
      if (step.overdue(now)) {
        series.stalls();
        boolean revocable =
            !at.header().deletionBegun() && !step.view().takingBack(at) && !at.undo();
        CallFailure failure = CallFailure.of(e, series.lasting(now));
        return step.view().stalled(at, failure.stall(name, step.move(), revocable));
      }
      series.waits("QdrantUnavailable", QdrantErrors.text(e));
      return step.view()
          .waiting(at, series.reason(), series.message(), series.pause(decision, now));
    }
  }

  private Progress perform(Mutation mutation, MoveJournal at, Step step) {
    leadership.requireLeading();
    Move move = step.move();
    MutationContext context = executor.context(move, step.seen(), at, step.memory(), step.writer());
    Instant began = clock.instant();
    FailureSeries series = step.failures();
    int retries = series.failures(mutation);
    boolean announced = mutation.underWay(step.memory()) || series.announced(mutation, at);
    try {
      if (!announced) {
        context = context.with(executor.announce(mutation, context));
        step.writer().write(context.journal());
        audit.intended(move, context.journal(), mutation);
        announced = true;
      }
      Outcome outcome = executor.perform(mutation, context);
      series.succeeded(outcome.finished());
      String notSent = outcome.notSent();
      if (outcome.finished() || notSent != null) {
        audit.done(
            move,
            outcome.journal(),
            context.journal(),
            mutation,
            new MoveAudit.Result(notSent == null ? "ok" : notSent, retries),
            Duration.between(began, clock.instant()),
            outcome.counts());
        mutation
            .milestones(outcome)
            .forEach(milestone -> audit.event(
                move,
                outcome.journal(),
                milestone.event(),
                milestone.reason(),
                milestone.counts()));
      }
      if (mutation instanceof Copy copy && copy.beforeFreeze()) {
        step.memory().copiedForFreeze(clock.instant());
      }
      return performed(mutation, outcome, context, step);
    } catch (QdrantException e) {
      step.memory().dropScans();
      if (retries == 0) {
        // The retries belong to this line; their number is in the line of the success.
        audit.done(
            move,
            context.journal(),
            context.journal(),
            mutation,
            new MoveAudit.Result(e.getClass().getSimpleName() + ": " + QdrantErrors.text(e), 0),
            Duration.between(began, clock.instant()),
            Map.of());
      }
      log.info("move {} step {}: {}", move.name(), mutation.step(), QdrantErrors.text(e));
      series.failed(
          mutation,
          announced ? context.journal() : null,
          e instanceof QdrantException.Unavailable ? Duration.ofSeconds(1) : Planner.POLL,
          clock.instant());
      if (e instanceof QdrantException.OutcomeUnknown) {
        step.memory().uncertainWriteAt(clock.instant());
      }
      return failed(mutation, e, context, step);
    } catch (RuntimeException e) {
      step.memory().dropScans();
      throw e;
    }
  }

  private Progress performed(
      Mutation mutation, Outcome outcome, MutationContext context, Step step) {
    ProgressView view = step.view();
    Stall stall = outcome.stall();
    if (stall != null) {
      audit.event(
          step.move(),
          outcome.journal(),
          MoveEvent.FAILED,
          stall.reason().apiName(),
          outcome.counts());
      return view.stalled(outcome.journal(), stall);
    }
    Instant stepStartedAt = outcome.journal().header().stepStartedAt();
    boolean late = stepStartedAt != null
        && step.now().isAfter(stepStartedAt.plus(step.move().settings().moveDeadline()));
    if (mutation.waitsForItsEffect() && step.stuck() && late) {
      return view.stalled(
          outcome.journal(),
          mutation.refused(
              context,
              view.takingBack(context.journal()),
              new CallFailure("no error", step.seen().unchangedFor(), false)));
    }
    return mutation
        .pauseAfter(context, outcome)
        .map(pause ->
            view.waiting(outcome.journal(), pause.reason(), pause.message(), pause.duration()))
        .orElseGet(() -> view.continuing(outcome.journal()));
  }

  private Progress failed(
      Mutation mutation, QdrantException e, MutationContext context, Step step) {
    MoveJournal journal = context.journal();
    ProgressView view = step.view();
    String text = QdrantErrors.text(e);
    Instant now = clock.instant();
    boolean overdue = step.overdue(now);
    Optional<Mutation.Withdrawal> withdrawal = mutation.withdrawAfter(e, overdue);
    // What takes a promotion back cannot be taken back itself.
    if (withdrawal.isPresent() && !journal.undo()) {
      step.failures().reset();
      return recorded(
          journal.withAbort(Abort.of(withdrawal.get().reason(), withdrawal.get().message())), step);
    }
    boolean answered =
        e instanceof QdrantException.Rejected || e instanceof QdrantException.NotFound;
    MoveJournal next = answered ? journal.withAbort(journal.abort().failure(text)) : journal;
    boolean unknown = e instanceof QdrantException.OutcomeUnknown;
    if (unknown && mutation.waitsForItsEffect()) {
      // The time for which the layout has been unchanged counts from here.
      observer.forget(step.move());
    }
    FailureSeries series = step.failures();
    if (overdue) {
      series.stalls();
      boolean takingBack = view.takingBack(journal) || journal.undo();
      CallFailure failure = CallFailure.of(e, series.lasting(now));
      return view.stalled(next, mutation.refused(context, takingBack, failure));
    }
    series.waits(
        reason(e), unknown ? "Observing what became of " + mutation.apiName() + ": " + text : text);
    // The effect of an unknown call may show before its next attempt is due.
    Duration pause = unknown ? Planner.POLL : series.pause(mutation, now);
    return view.waiting(next, series.reason(), series.message(), pause);
  }

  private static String reason(QdrantException e) {
    return switch (e) {
      case QdrantException.OutcomeUnknown unknown -> "OutcomeUnknown";
      case QdrantException.Unavailable away -> "QdrantUnavailable";
      case QdrantException.NotFound gone -> "LookingAgain";
      case QdrantException.Rejected refused -> "Refused";
    };
  }
}
