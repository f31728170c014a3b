package io.tierkeeper.lab.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tierkeeper.audit.InMemoryAudit;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.lab.workload.CheckReport;
import io.tierkeeper.lab.workload.SceneBuilder;
import io.tierkeeper.lab.workload.TenantPopulation;
import io.tierkeeper.lab.workload.Workload;
import io.tierkeeper.moves.DemotionStrategy;
import io.tierkeeper.moves.Leadership;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.ShardKey;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The driver of moves in virtual time, on the emulator. */
class MoveDriverTest {
  private static final ShardKey ACME = ShardKey.of("acme");

  /** Loses every third write of the journal, as a process that crashes before it, at most {@value #MAX_CRASHES} times. */
  private static final class CrashingStore implements MoveDriver.JournalStore {
    private static final int MAX_CRASHES = 5;

    private final MoveDriver.JournalStore kept = MoveDriver.JournalStore.inMemory();
    private int writes;
    private int crashes;

    private static final class Crash extends RuntimeException {
      private static final long serialVersionUID = 1L;
    }

    @Override
    public MoveJournal load() {
      return kept.load();
    }

    @Override
    public void store(MoveJournal journal) {
      if (++writes % 3 == 0 && crashes < MAX_CRASHES) {
        crashes++;
        throw new Crash();
      }
      kept.store(journal);
    }
  }

  @Test
  void continuesWithTheStoredJournalAfterEachCrash() {
    VirtualQdrant.run(
        EmulatorOptions.defaults().withSeed(3), (scheduler, clients, engine, breaches) -> {
          Workload workload = load(scheduler, clients);
          CrashingStore store = new CrashingStore();
          InMemoryAudit audit = new InMemoryAudit();
          int[] engines = {0};
          MoveDriver driver = MoveDriver.restarting(scheduler, () -> {
                engines[0]++;
                return new MoveEngine(engine, audit, scheduler.clock(), Leadership.always());
              })
              .journal(store)
              .onFailure(failure -> failure instanceof CrashingStore.Crash
                  ? MoveDriver.Recovery.RESTART
                  : MoveDriver.Recovery.FAIL)
              .timeout(Duration.ofHours(1))
              .build();
          Progress.Finished end = driver.run(move(workload, Direction.PROMOTE));
          assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
          assertThat(store.crashes).isPositive();
          assertThat(engines[0]).isEqualTo(store.crashes + 1);
          CheckReport check = workload.finish();
          assertThat(check.whole()).as("%s", check).isTrue();
          assertThat(breaches.get()).isEmpty();
          return true;
        });
  }

  @Test
  void holdsTheWritersWhileTheFenceIsRaisedAndReleasesThemAtTheEnd() {
    VirtualQdrant.run(
        EmulatorOptions.defaults().withSeed(4), (scheduler, clients, engine, breaches) -> {
          Workload workload = load(scheduler, clients);
          int[] held = {0, 0};
          MoveDriver driver = MoveDriver.on(scheduler, engine(scheduler, engine))
              .fence(new MoveDriver.WriterFence() {
                @Override
                public void hold() throws InterruptedException {
                  workload.clients(ACME).hold();
                  held[0]++;
                }

                @Override
                public void release() {
                  workload.clients(ACME).release();
                  held[1]++;
                }
              })
              .timeout(Duration.ofHours(1))
              .build();
          driver.run(move(workload, Direction.PROMOTE));
          assertThat(held).containsExactly(0, 0);
          Progress.Finished end = driver.run(move(workload, Direction.DEMOTE));
          assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
          assertThat(held).containsExactly(1, 1);
          assertThat(workload.finish().whole()).isTrue();
          return true;
        });
  }

  @Test
  void namesTheMoveThatHasNotEndedInTime() {
    assertThatIllegalStateException()
        .isThrownBy(() -> VirtualQdrant.run(
            EmulatorOptions.defaults().withSeed(5), (scheduler, clients, engine, breaches) -> {
              Workload workload = load(scheduler, clients);
              return MoveDriver.on(scheduler, engine(scheduler, engine))
                  .timeout(Duration.ofMillis(100))
                  .build()
                  .run(move(workload, Direction.PROMOTE));
            }))
        .withMessageContaining("tenant acme has not ended after PT0.1S");
  }

  private static MoveEngine engine(Scheduler scheduler, QdrantCluster cluster) {
    return new MoveEngine(cluster, new InMemoryAudit(), scheduler.clock(), Leadership.always());
  }

  private static Workload load(Scheduler scheduler, QdrantCluster clients) {
    Workload workload = SceneBuilder.on(clients, "kb")
        .scheduler(scheduler)
        .tenants(TenantPopulation.zipf(ACME.toString(), 3, 120, 1.0))
        .clients(Set.of(ACME), 1)
        .create();
    workload.start(1, Duration.ofSeconds(1), Duration.ofSeconds(1));
    return workload;
  }

  private static Move move(Workload workload, Direction direction) {
    return new SceneMoves("test-" + direction.label(), workload.scene())
        .next(ACME, direction, SceneMoves.quick(DemotionStrategy.FENCE, 1, Duration.ofMinutes(10)));
  }
}
