package io.tierkeeper.lab.scene;

import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.engine.MoveEngine;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs a move to its end: steps the engine, honours its waits and keeps its journal, in real or in virtual time. A test of
 * crashes supplies engines, a journal store and a failure handler; between two steps the driver holds no other state.
 */
public final class MoveDriver {

  /** Keeps the journal of a move outside of Qdrant. */
  public interface JournalStore {

    MoveJournal load();

    void store(MoveJournal journal);

    /** A store that keeps an initial journal in memory. */
    static JournalStore inMemory() {
      return new JournalStore() {
        private MoveJournal kept = MoveJournal.initial();

        @Override
        public MoveJournal load() {
          return kept;
        }

        @Override
        public void store(MoveJournal journal) {
          kept = journal;
        }
      };
    }
  }

  /** Observes the steps of a move. */
  @FunctionalInterface
  public interface StepListener {

    /**
     * Called after each step that returned.
     *
     * @param started nanoseconds of the scheduler
     * @param ended nanoseconds of the scheduler
     */
    void stepped(long started, long ended, Progress progress);
  }

  /** Holds the writers of a tenant while the move has its fence raised. */
  public interface WriterFence {

    /** Returns when no write is in flight; none begins until {@link #release}. */
    void hold() throws InterruptedException;

    void release();
  }

  /** How the driver continues after a step has thrown. */
  public enum Recovery {
    /** The same engine repeats the step. */
    RETRY,
    /** The process has crashed or lost its leadership: a new engine continues with the stored journal. */
    RESTART,
    /** The driver throws the failure. */
    FAIL
  }

  /** Decides about failures of a step. */
  @FunctionalInterface
  public interface FailureHandler {

    /**
     * Handles a failure; waits as long as the recovery takes.
     *
     * @param failure a {@link RuntimeException} or an {@link Error}
     */
    Recovery handle(Throwable failure);
  }

  /** Pause after a step that requires manual intervention. */
  private static final Duration STALL_PAUSE = Duration.ofSeconds(2);

  private final Scheduler scheduler;
  private final Supplier<MoveEngine> engines;
  private final @Nullable JournalStore journal;
  private final Function<MoveStep, MoveSignals> signals;
  private final UnaryOperator<Move> edits;
  private final @Nullable WriterFence fence;
  private final Consumer<Progress.Stalled> onStalled;
  private final FailureHandler onFailure;
  private final StepListener listener;
  private final @Nullable Duration maxWait;
  private final Duration timeout;

  private MoveDriver(Builder builder) {
    scheduler = builder.scheduler;
    engines = builder.engines;
    journal = builder.journal;
    signals = builder.signals;
    edits = builder.edits;
    fence = builder.fence;
    onStalled = builder.onStalled;
    onFailure = builder.onFailure;
    listener = builder.listener;
    maxWait = builder.maxWait;
    timeout = builder.timeout;
  }

  /** A driver of one engine, which has its own audit trail and leadership. */
  public static Builder on(Scheduler scheduler, MoveEngine engine) {
    return new Builder(scheduler, () -> engine);
  }

  /**
   * A driver of a process that can crash.
   *
   * @param engines supplies the first engine, and another one after each {@link Recovery#RESTART}
   */
  public static Builder restarting(Scheduler scheduler, Supplier<MoveEngine> engines) {
    return new Builder(scheduler, engines);
  }

  /**
   * Runs a move.
   *
   * @throws IllegalStateException when the move has not ended after the timeout
   */
  public Progress.Finished run(Move move) {
    JournalStore store = journal == null ? JournalStore.inMemory() : journal;
    long deadline = scheduler.nanoTime() + timeout.toNanos();
    boolean held = false;
    MoveEngine engine = null;
    Object last = null;
    try {
      while (scheduler.nanoTime() < deadline) {
        if (engine == null) {
          engine = engines.get();
        }
        Progress progress;
        try {
          progress = step(engine, move, store, held);
        } catch (RuntimeException | Error failure) {
          last = failure;
          switch (onFailure.handle(failure)) {
            case RETRY -> {}
            case RESTART -> engine = null;
            case FAIL -> throw failure;
          }
          continue;
        }
        last = progress;
        if (progress instanceof Progress.Finished finished) {
          return finished;
        }
        if (fence != null && !held && progress.journal().step() == MoveStep.FENCE) {
          hold(fence);
          held = true;
        }
        pause(progress);
      }
    } finally {
      if (held) {
        Objects.requireNonNull(fence).release();
      }
    }
    throw new IllegalStateException(move.direction().label() + " of tenant " + move.tenant()
        + " has not ended after " + timeout + ": " + last);
  }

  private Progress step(MoveEngine engine, Move move, JournalStore store, boolean fenced) {
    long started = scheduler.nanoTime();
    MoveJournal before = store.load();
    MoveSignals wanted = signals.apply(before.step());
    Progress progress = engine.advance(
        edits.apply(move), before, fenced ? wanted.withFence() : wanted, store::store);
    if (!progress.journal().equals(store.load())) {
      store.store(progress.journal());
    }
    listener.stepped(started, scheduler.nanoTime(), progress);
    return progress;
  }

  private void pause(Progress progress) {
    switch (progress) {
      case Progress.Wait wait -> scheduler.sleep(atMost(wait.after()));
      case Progress.Stalled stalled -> {
        onStalled.accept(stalled);
        scheduler.sleep(atMost(STALL_PAUSE));
      }
      case Progress.Continue next -> {
        // The next step follows at once.
      }
      case Progress.Finished finished ->
        throw new IllegalStateException("a finished move has no next step: " + finished);
    }
  }

  private Duration atMost(Duration wait) {
    return maxWait == null || wait.compareTo(maxWait) < 0 ? wait : maxWait;
  }

  private static void hold(WriterFence fence) {
    try {
      fence.hold();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the writers were being held", e);
    }
  }

  /** Configures a driver. */
  public static final class Builder {
    private final Scheduler scheduler;
    private final Supplier<MoveEngine> engines;
    private @Nullable JournalStore journal;
    private Function<MoveStep, MoveSignals> signals = step -> MoveSignals.none("lab");
    private UnaryOperator<Move> edits = UnaryOperator.identity();
    private @Nullable WriterFence fence;
    private Consumer<Progress.Stalled> onStalled = stalled -> {};
    private FailureHandler onFailure = failure -> Recovery.FAIL;
    private StepListener listener = (started, ended, progress) -> {};
    private @Nullable Duration maxWait;
    private Duration timeout = Duration.ofMinutes(2);

    private Builder(Scheduler scheduler, Supplier<MoveEngine> engines) {
      this.scheduler = scheduler;
      this.engines = engines;
    }

    /** Where the journal is kept; by default each run has a new one in memory. */
    public Builder journal(JournalStore store) {
      this.journal = store;
      return this;
    }

    /** What is requested of the move at a step; nothing by default. */
    public Builder signals(Function<MoveStep, MoveSignals> requests) {
      this.signals = requests;
      return this;
    }

    /** What the operator reads of the move before each step; as it was begun by default. */
    public Builder edits(UnaryOperator<Move> edited) {
      this.edits = edited;
      return this;
    }

    /** Holds the tenant's writers when the move asks for a fence, until it has ended. */
    public Builder fence(WriterFence writers) {
      this.fence = writers;
      return this;
    }

    /** Intervenes in a move that requires it; by default the step is repeated until the timeout. */
    public Builder onStalled(Consumer<Progress.Stalled> intervention) {
      this.onStalled = intervention;
      return this;
    }

    /** Handles exceptions of steps; they end the run by default. */
    public Builder onFailure(FailureHandler handler) {
      this.onFailure = handler;
      return this;
    }

    /** Observes all steps. */
    public Builder listener(StepListener observer) {
      this.listener = observer;
      return this;
    }

    /** Shortens the waits that the engine asks for to this duration. */
    public Builder maxWait(Duration wait) {
      this.maxWait = wait;
      return this;
    }

    /** How long a move may take, on the scheduler's clock; two minutes by default. */
    public Builder timeout(Duration duration) {
      this.timeout = duration;
      return this;
    }

    public MoveDriver build() {
      return new MoveDriver(this);
    }
  }
}
