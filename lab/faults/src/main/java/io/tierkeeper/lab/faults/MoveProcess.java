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
import io.tierkeeper.lab.faults.inject.ProcessKilled;
import io.tierkeeper.lab.scene.Calls;
import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.NotLeadingException;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.WebhookSender;
import io.tierkeeper.moves.engine.MoveEngine;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The process that moves tenants, as often as it dies. What it keeps outside of Qdrant is a journal and an audit trail;
 * what it writes goes through {@link FaultInjector}.
 */
public final class MoveProcess {

  /** What people want of a move. */
  @FunctionalInterface
  interface Wishes {
    MoveSignals at(MoveStep step);
  }

  private static final Duration RESTART = Duration.ofSeconds(3);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  private final Scheduler processes;
  private final Function<Calls, QdrantCluster> connect;
  private final AuditSink audit;
  private final WebhookSender gateway;
  private final InstantSource wallClock;
  private final FaultInjector injector;
  private final SimulatedLease lease;
  private final MutationChecker judge;
  private int deaths;
  private boolean forgetful;
  private MoveJournal journal = MoveJournal.initial();
  private Wishes asked = step -> MoveSignals.none("simulated");

  /**
   * A process that has not started.
   *
   * @param connect gives a new process its connections
   * @param gateway receives its webhooks
   * @param writersHeld whether the tenant's writers are paused
   * @param wallClock what it takes for the time of day
   * @param lease what gives it the right to act, and takes it
   */
  MoveProcess(
      Scheduler processes,
      Function<Calls, QdrantCluster> connect,
      AuditSink audit,
      WebhookSender gateway,
      BooleanSupplier writersHeld,
      InstantSource wallClock,
      FaultInjector injector,
      SimulatedLease lease) {
    this.processes = processes;
    this.connect = connect;
    this.audit = audit;
    this.gateway = gateway;
    this.wallClock = wallClock;
    this.injector = injector;
    this.lease = lease;
    this.judge = new MutationChecker(wallClock, writersHeld);
  }

  /** Lets the journal be lost with the process. */
  void forgetAtDeath() {
    forgetful = true;
  }

  int deaths() {
    return deaths;
  }

  /** What it did that it must not do. */
  List<String> faults() {
    return Stream.concat(judge.faults().stream(), lease.faults().stream()).toList();
  }

  /**
   * Moves, dies and comes back until the move has ended.
   *
   * @param signals what is wanted of the move at a step; asked before each turn and whenever a step is written down
   * @param person does what a stalled move asks for
   * @param patience virtual time after which a move that has not ended has failed
   */
  Progress.Finished move(
      Move move, Wishes signals, Consumer<Progress.Stalled> person, Duration patience) {
    journal = MoveJournal.initial();
    judge.begin(move);
    asked = signals;
    long until = processes.nanoTime() + patience.toNanos();
    @Nullable Object last = null;
    while (processes.nanoTime() < until) {
      // Not closed at a death: what it has sent is still on its way.
      QdrantCluster cluster = connect.apply(this::perform);
      try {
        MoveEngine engine = new MoveEngine(cluster, audit(), judge.watched(), lease, this::post);
        while (processes.nanoTime() < until) {
          try {
            Progress progress =
                engine.advance(move, journal, signals.at(journal.step()), this::store);
            last = progress;
            if (!progress.journal().equals(journal)) {
              store(progress.journal());
            }
            switch (progress) {
              case Progress.Finished finished -> {
                judge.ended();
                return finished;
              }
              case Progress.Wait wait ->
                processes.sleep(
                    wait.after().compareTo(LONGEST_WAIT) < 0 ? wait.after() : LONGEST_WAIT);
              case Progress.Stalled stalled -> {
                person.accept(stalled);
                processes.sleep(LONGEST_WAIT);
              }
              case Progress.Continue next -> {}
            }
          } catch (JournalFault | AuditUnavailableException e) {
            // As the operator does, which is called again a little later.
            last = e;
            processes.sleep(LONGEST_WAIT);
          }
        }
      } catch (NotLeadingException e) {
        // As the operator does, whose process ends with its leadership.
        last = e;
        deaths++;
        judge.died();
        while (!lease.held()) {
          processes.sleep(LONGEST_WAIT);
        }
      } catch (ProcessKilled e) {
        deaths++;
        judge.died();
        if (forgetful) {
          journal = MoveJournal.initial();
          judge.forgotten();
        }
        processes.sleep(RESTART);
      }
    }
    throw new AssertionError("not done in " + patience + ": " + last);
  }

  /** How many points a demotion by freeze announced as read stale; one that was taken back, or missed a freeze, tells none. */
  static long readStale(Progress.Finished end) {
    boolean told = end.phase() == MovePhase.SUCCEEDED && end.report().attempts() == 1;
    return told ? end.report().difference() : Long.MAX_VALUE;
  }

  private void store(MoveJournal written) {
    int life = deaths;
    plainly(InjectionPoint.JOURNAL, written.step().apiName(), () -> {
      if (forgetful && life != deaths) {
        // It arrives when the journal has been lost.
        return written;
      }
      journal = written;
      judge.stored(written);
      asked.at(written.step());
      return written;
    });
  }

  private Object perform(Method method, Object @Nullable [] arguments, Calls.Call call)
      throws Throwable {
    if (!QdrantWrites.mutates(method)) {
      return call.perform();
    }
    sends(method.getName(), arguments);
    return injector.write(InjectionPoint.QDRANT_CALL, method.getName(), () -> {
      try {
        return call.perform();
      } catch (Exception | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    });
  }

  private void sends(String call, Object @Nullable [] arguments) {
    lease.sends(call);
    judge.calls(call, arguments);
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

  private <T> T plainly(InjectionPoint point, String what, FaultInjector.Effect<T> effect) {
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
        String words =
            event.data() instanceof MoveData move ? move.event().word() + " " + move.call() : "";
        int life = deaths;
        return plainly(InjectionPoint.AUDIT, words, () -> {
          AuditReceipt receipt = audit.append(event, durability);
          if (life == deaths) {
            judge.recorded(event, durability, receipt);
          }
          return receipt;
        });
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
