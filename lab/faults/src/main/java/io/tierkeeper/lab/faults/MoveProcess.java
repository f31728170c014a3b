package io.tierkeeper.lab.faults;

import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditReceipt;
import io.tierkeeper.audit.AuditSink;
import io.tierkeeper.audit.AuditUnavailableException;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.MoveData;
import io.tierkeeper.audit.chain.AuditHead;
import io.tierkeeper.lab.faults.inject.FaultInjector;
import io.tierkeeper.lab.faults.inject.InjectionPoint;
import io.tierkeeper.lab.faults.inject.JournalFault;
import io.tierkeeper.lab.faults.inject.MoveForgotten;
import io.tierkeeper.lab.faults.inject.ProcessKilled;
import io.tierkeeper.lab.faults.inject.Refusals;
import io.tierkeeper.lab.scene.Calls;
import io.tierkeeper.lab.scene.MoveDriver;
import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveSettings;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.NotLeadingException;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.WebhookSender;
import io.tierkeeper.moves.act.EngineLimits;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.moves.snapshot.SnapshotStore;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantWrites;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The process that moves tenants, and that restarts after each crash. It keeps a journal and an audit trail outside of Qdrant;
 * all that it writes goes through {@link FaultInjector}.
 */
public final class MoveProcess implements MoveDriver.JournalStore {

  private static final Duration RESTART = Duration.ofSeconds(3);
  private static final Duration MAX_WAIT = Duration.ofSeconds(2);
  /** Of one move; many times what any needs. */
  private static final int MAX_LINES = 1_500;

  private static final Duration POLL = Duration.ofMillis(100);

  private final Scheduler processes;
  private final Function<Calls, QdrantCluster> connect;
  private final AuditSink audit;
  private final WebhookSender gateway;
  private final FaultInjector injector;
  private final SimulatedLease lease;
  private final boolean losesJournal;
  private final int page;
  private final MutationChecker checker;
  private int deaths;
  private int lines;
  private final Refusals refusals = new Refusals();
  private boolean stopped;
  private boolean forgotten;
  private boolean down;
  private boolean moving;
  private UnaryOperator<MoveSettings> edit = UnaryOperator.identity();
  private MoveJournal journal = MoveJournal.initial();
  private Function<MoveStep, MoveSignals> signals = step -> MoveSignals.none("simulated");

  /**
   * A process that has not started.
   *
   * @param connect creates the connections of a new process
   * @param gateway receives its webhooks
   * @param writersHeld whether the tenant's writers are paused
   * @param wallClock its time of day
   * @param page number of points that its engine reads and writes at once
   */
  MoveProcess(
      Scheduler processes,
      Function<Calls, QdrantCluster> connect,
      AuditSink audit,
      WebhookSender gateway,
      BooleanSupplier writersHeld,
      InstantSource wallClock,
      FaultInjector injector,
      SimulatedLease lease,
      FaultCaseRun.Journal journal,
      int page) {
    this.processes = processes;
    this.connect = connect;
    this.audit = audit;
    this.gateway = gateway;
    this.injector = injector;
    this.lease = lease;
    this.losesJournal = journal == FaultCaseRun.Journal.LOST_AT_DEATH;
    this.page = page;
    this.checker = new MutationChecker(wallClock, writersHeld);
  }

  int deaths() {
    return deaths;
  }

  /** Mutations that were not allowed. */
  List<String> findings() {
    return Stream.of(checker.findings(), lease.findings(), refusals.findings())
        .flatMap(List::stream)
        .toList();
  }

  /** What Qdrant refuses this process. */
  Refusals refusals() {
    return refusals;
  }

  /**
   * Runs a move to its end, through all crashes.
   *
   * @param requests what is requested of the move at a step; called before each step and whenever a step is stored
   * @param onStalled intervenes in a stalled move
   * @param timeout after which a move that has not ended has failed
   * @throws IllegalStateException after the timeout
   * @throws MoveForgotten where it was {@linkplain #forget forgotten}
   */
  Progress.Finished move(
      Move move,
      Function<MoveStep, MoveSignals> requests,
      Consumer<Progress.Stalled> onStalled,
      Duration timeout) {
    journal = MoveJournal.initial();
    checker.begin(move);
    lines = 0;
    edit = UnaryOperator.identity();
    moving = true;
    forgotten = false;
    signals = requests;
    Progress.Finished end = MoveDriver.restarting(processes, this::engine)
        .journal(this)
        .signals(step -> {
          if (forgotten) {
            moving = false;
            throw new MoveForgotten();
          }
          if (stopped) {
            throw new ProcessKilled();
          }
          return requests.apply(step);
        })
        .edits(running -> running.under(edit.apply(running.settings())))
        .onStalled(onStalled)
        .onFailure(this::recover)
        .maxWait(MAX_WAIT)
        .timeout(timeout)
        .build()
        .run(move);
    checker.ended();
    moving = false;
    return end;
  }

  /** Changes the settings of the move that runs, as an edited policy does. */
  void edit(UnaryOperator<MoveSettings> how) {
    MoveSettings[] edited = new MoveSettings[1];
    edit = settings -> {
      if (edited[0] == null) {
        edited[0] = how.apply(settings);
      }
      return edited[0];
    };
  }

  /** Ends the process at its next step; it is down when this returns, until {@link #start}, unless no move runs. */
  void stop() {
    stopped = true;
    while (!down && moving) {
      processes.sleep(POLL);
    }
  }

  /** Lets the process start again. */
  void start() {
    stopped = false;
  }

  /** Lets no process continue the move that runs, after its current step. */
  void forget() {
    forgotten = true;
  }

  /** The engine of a new process; the connections of a crashed one stay open, since its last requests are still on their way. */
  private MoveEngine engine() {
    return new MoveEngine(
        connect.apply(this::perform),
        audit(),
        checker.watched(),
        lease,
        this::post,
        new EngineLimits(page, refusals::heap),
        SnapshotStore.NONE);
  }

  /** As the operator does: it repeats a step without a journal or trail, and its process ends with its leadership. */
  private MoveDriver.Recovery recover(Throwable failure) {
    switch (failure) {
      case JournalFault e -> processes.sleep(MAX_WAIT);
      case AuditUnavailableException e -> processes.sleep(MAX_WAIT);
      case NotLeadingException e -> {
        deaths++;
        checker.died();
        refusals.crashed();
        while (!lease.held()) {
          processes.sleep(MAX_WAIT);
        }
        return MoveDriver.Recovery.RESTART;
      }
      case ProcessKilled e -> {
        deaths++;
        checker.died();
        refusals.crashed();
        if (losesJournal) {
          journal = MoveJournal.initial();
          checker.forgotten();
        }
        down = true;
        processes.sleep(RESTART);
        while (stopped) {
          processes.sleep(POLL);
        }
        down = false;
        return MoveDriver.Recovery.RESTART;
      }
      default -> {
        return MoveDriver.Recovery.FAIL;
      }
    }
    return MoveDriver.Recovery.RETRY;
  }

  @Override
  public MoveJournal load() {
    return journal;
  }

  @Override
  public void store(MoveJournal written) {
    int incarnation = deaths;
    unchecked(InjectionPoint.JOURNAL, written.step().apiName(), () -> {
      if (losesJournal && incarnation != deaths) {
        // It arrives when the journal has been lost.
        return written;
      }
      journal = written;
      checker.stored(written);
      // The requests observe stored steps too; what they request counts at the next step.
      var unused = signals.apply(written.step());
      return written;
    });
  }

  private Object perform(Method method, Object @Nullable [] arguments, Calls.Call call)
      throws Throwable {
    if (!QdrantWrites.mutates(method)) {
      refusals.sends(method, arguments);
      return call.perform();
    }
    sends(method.getName(), arguments);
    refusals.tries(method, arguments);
    Object answer = injector.write(InjectionPoint.QDRANT_CALL, method.getName(), () -> {
      try {
        refusals.sends(method, arguments);
        return call.perform();
      } catch (Exception | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    });
    // A snapshot whose name is lost with the answer cannot be deleted.
    refusals.answered(method, answer);
    return answer;
  }

  private void sends(String call, Object @Nullable [] arguments) {
    lease.sends(call);
    checker.calls(call, arguments);
  }

  private int post(URI url, Duration timeout, String body) throws IOException {
    sends("webhook", null);
    try {
      return injector.write(InjectionPoint.WEBHOOK, "", () -> gateway.post(url, timeout, body));
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private <T> T unchecked(InjectionPoint point, String what, FaultInjector.Effect<T> effect) {
    try {
      return injector.write(point, what, effect);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private AuditSink audit() {
    return new AuditSink() {
      @Override
      public AuditReceipt append(AuditEvent event, Durability durability) {
        String name =
            event.data() instanceof MoveData move ? move.event().word() + " " + move.call() : "";
        int incarnation = deaths;
        if (++lines > MAX_LINES) {
          throw new IllegalStateException(
              "the move spins: " + lines + " lines in its trail, the last one " + name);
        }
        return unchecked(InjectionPoint.AUDIT, name, () -> {
          AuditReceipt receipt = audit.append(event, durability);
          if (incarnation == deaths) {
            checker.recorded(event, durability, receipt);
          }
          return receipt;
        });
      }

      @Override
      public void beginFilesWith(Beginning beginning) {
        audit.beginFilesWith(beginning);
      }

      @Override
      public void beginAgain() {
        audit.beginAgain();
      }

      @Override
      public AuditHead head() {
        return audit.head();
      }

      @Override
      public boolean healthy() {
        return audit.healthy();
      }

      @Override
      public void close() {
        // The trail outlives the process.
      }
    };
  }
}
