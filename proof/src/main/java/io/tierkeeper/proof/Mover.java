package io.tierkeeper.proof;

import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditHead;
import io.tierkeeper.audit.AuditReceipt;
import io.tierkeeper.audit.AuditSink;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.moves.Leadership;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveEngine;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.turns.Simulator;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The process that moves tenants, as often as it dies. What it keeps outside of Qdrant is a journal and an audit trail.
 */
final class Mover {

  /** The process is gone. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed() {
      super("killed by the plan", null, false, false);
    }
  }

  private static final Duration RESTART = Duration.ofSeconds(3);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  /** Calls that leave no trace. */
  private static final Set<String> LOOKING = Set.of(
      "status",
      "view",
      "describe",
      "scroll",
      "retrieve",
      "count",
      "facet",
      "search",
      "downloadShardSnapshot");

  private final Simulator simulator;
  private final EmulatedQdrant qdrant;
  private final AuditSink audit;
  private int writesToLive = Integer.MAX_VALUE;
  private boolean dieBefore;
  private int deaths;
  private MoveJournal journal = MoveJournal.initial();

  Mover(Simulator simulator, EmulatedQdrant qdrant, AuditSink audit) {
    this.simulator = simulator;
    this.qdrant = qdrant;
    this.audit = audit;
  }

  /**
   * Lets the process die at one of its next writes.
   *
   * @param writes which one, from 1
   * @param before whether the write is not made any more
   */
  void dieAt(int writes, boolean before) {
    writesToLive = writes;
    dieBefore = before;
  }

  int deaths() {
    return deaths;
  }

  /**
   * Moves, dies and comes back until the move has ended.
   *
   * @param signals what is wanted of the move now
   * @param person does what a stalled move asks for
   * @param patience virtual time after which a move that has not ended has failed
   */
  Progress.Finished move(
      Move move,
      Function<MoveStep, MoveSignals> signals,
      Consumer<Progress.Stalled> person,
      Duration patience) {
    journal = MoveJournal.initial();
    long until = simulator.nanoTime() + patience.toNanos();
    @Nullable Progress last = null;
    while (simulator.nanoTime() < until) {
      SimulatedCluster cluster = new SimulatedCluster(qdrant, simulator, this::perform);
      try {
        MoveEngine engine =
            new MoveEngine(cluster, mortal(), simulator.clock(), Leadership.always());
        while (simulator.nanoTime() < until) {
          last = engine.advance(move, journal, signals.apply(journal.step()), this::store);
          if (!last.journal().equals(journal)) {
            store(last.journal());
          }
          switch (last) {
            case Progress.Finished finished -> {
              return finished;
            }
            case Progress.Wait wait ->
              simulator.sleep(
                  wait.after().compareTo(LONGEST_WAIT) < 0 ? wait.after() : LONGEST_WAIT);
            case Progress.Stalled stalled -> {
              person.accept(stalled);
              simulator.sleep(LONGEST_WAIT);
            }
            case Progress.Continue next -> {}
          }
        }
      } catch (Killed e) {
        deaths++;
        simulator.sleep(RESTART);
      } finally {
        cluster.close();
      }
    }
    throw new AssertionError("not done in " + patience + ": " + last);
  }

  private void store(MoveJournal written) {
    write(() -> journal = written);
  }

  private Object perform(Method method, SimulatedCluster.Call call) throws Throwable {
    if (LOOKING.contains(method.getName())) {
      return call.perform();
    }
    if (--writesToLive != 0) {
      return call.perform();
    }
    if (!dieBefore) {
      try {
        call.perform();
      } catch (QdrantException e) {
        // Nobody is left to be told.
      }
    }
    throw new Killed();
  }

  private void write(Runnable effect) {
    boolean strikes = --writesToLive == 0;
    if (strikes && dieBefore) {
      throw new Killed();
    }
    effect.run();
    if (strikes) {
      throw new Killed();
    }
  }

  private AuditSink mortal() {
    return new AuditSink() {
      @Override
      public AuditReceipt append(AuditEvent event, Durability durability) {
        AuditReceipt[] receipt = new AuditReceipt[1];
        write(() -> receipt[0] = audit.append(event, durability));
        return receipt[0];
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
