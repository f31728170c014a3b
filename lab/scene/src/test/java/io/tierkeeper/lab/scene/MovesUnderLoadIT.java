package io.tierkeeper.lab.scene;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.audit.InMemoryAudit;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.lab.workload.CheckReport;
import io.tierkeeper.lab.workload.SceneBuilder;
import io.tierkeeper.lab.workload.TenantPopulation;
import io.tierkeeper.lab.workload.Workload;
import io.tierkeeper.moves.DemotionStrategy;
import io.tierkeeper.moves.Leadership;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.contract.QdrantBackend;
import io.tierkeeper.qdrant.contract.QdrantBackends;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * A tenant is promoted, demoted by freeze, promoted again and demoted by fence under the checker's load, on a real Qdrant
 * if there is one, otherwise on the emulator. {@code -Dtierkeeper.rounds=20} repeats it twenty times and prints the figures
 * of {@code docs/engine.md}.
 */
class MovesUnderLoadIT {
  private static final int ROUNDS = Integer.getInteger("tierkeeper.rounds", 1);
  private static final ShardKey ACME = ShardKey.of("acme");
  private static final Duration BUSY = Duration.ofMillis(20);
  private static final Duration QUIET = Duration.ofSeconds(4);
  private static final Duration READING = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** The seconds of each round's moves of one kind, and the calls of tenants that failed during them. */
  private record Figures(
      String kind,
      List<Double> seconds,
      List<Long> ownErrors,
      List<Long> othersErrors,
      List<Long> difference,
      List<Double> frozen) {
    Figures(String kind) {
      this(
          kind,
          new ArrayList<>(),
          new ArrayList<>(),
          new ArrayList<>(),
          new ArrayList<>(),
          new ArrayList<>());
    }

    @Override
    public String toString() {
      String moves = String.format(
          Locale.ROOT,
          "%s: %d, %s, failed calls before a retry: the tenant's %d, the others' %d",
          kind,
          seconds.size(),
          spread(seconds),
          ownErrors.stream().mapToLong(Long::longValue).sum(),
          othersErrors.stream().mapToLong(Long::longValue).sum());
      return frozen.isEmpty()
          ? moves
          : moves + "; from freeze to merged " + spread(frozen) + ", points that differed "
              + difference.stream().sorted().map(String::valueOf).collect(Collectors.joining(" "));
    }

    private static String spread(List<Double> values) {
      List<Double> sorted = values.stream().sorted().toList();
      return String.format(
          Locale.ROOT,
          "%.1f s median (%.1f to %.1f)",
          sorted.get(sorted.size() / 2),
          sorted.getFirst(),
          sorted.getLast());
    }
  }

  @Test
  void losesNothingAndDisturbsNoOtherTenantInARoundOfEveryMove() throws Exception {
    try (QdrantBackend backend = QdrantBackends.realest()) {
      Figures promotions = new Figures("promotions");
      Figures freezes = new Figures("demotions by freeze");
      Figures fences = new Figures("demotions by fence");
      long operations = 0;
      long stale = 0;
      long longestStale = 0;
      for (int round = 1; round <= ROUNDS; round++) {
        Round one = new Round(backend, round);
        one.move(Direction.PROMOTE, DemotionStrategy.FREEZE, promotions);
        one.workload.clients(ACME).pace(QUIET, READING);
        one.move(Direction.DEMOTE, DemotionStrategy.FREEZE, freezes);
        one.workload.clients(ACME).pace(BUSY, READING);
        one.move(Direction.PROMOTE, DemotionStrategy.FENCE, promotions);
        one.move(Direction.DEMOTE, DemotionStrategy.FENCE, fences);
        CheckReport report = one.workload.finish();
        assertThat(report.whole()).as("round %d: %s", round, report).isTrue();
        assertThat(report.staleness().unannounced())
            .as("round %d: %s", round, report)
            .isZero();
        operations += report.traffic().operations();
        stale += report.staleness().reads();
        longestStale = Math.max(longestStale, report.staleness().longestMillis());
        one.workload.scene().drop();
      }
      assertThat(freezes.othersErrors())
          .as("failed calls of other tenants during a freeze")
          .containsOnly(0L);
      assertThat(fences.othersErrors())
          .as("failed calls of other tenants during a fence")
          .containsOnly(0L);
      System.out.printf(
          Locale.ROOT,
          "Moves under load on %s: %d rounds, %d operations, lost 0, phantom 0, doubled 0, leaked 0, partial 0, stale reads %d (longest %d ms)%n  %s%n  %s%n  %s%n",
          backend.description(),
          ROUNDS,
          operations,
          stale,
          longestStale,
          promotions,
          freezes,
          fences);
    }
  }

  /** One collection with its load and its moves. */
  private static final class Round {
    private final Workload workload;
    private final SceneMoves moves;
    private final MoveEngine engine;
    private final Set<ShardKey> others = new LinkedHashSet<>();

    Round(QdrantBackend backend, int number) {
      TenantPopulation population = TenantPopulation.zipf(ACME.toString(), 30, 15_000, 1.0);
      population.tenants().subList(1, 4).forEach(tenant -> others.add(tenant.key()));
      Set<ShardKey> busy = new LinkedHashSet<>(others);
      busy.add(ACME);
      workload = SceneBuilder.on(backend.cluster(), "load-" + number)
          .points(SceneBuilder.TENANT_FIELD, 32)
          .fallbackReplicas(1 + number % 2)
          .tenants(population)
          .clients(busy, 2)
          .seed(number)
          .create();
      moves = new SceneMoves("load", workload.scene());
      engine = new MoveEngine(
          backend.cluster(), new InMemoryAudit(), Clock.systemUTC(), Leadership.always());
      workload.start(2, BUSY, READING);
    }

    void move(Direction direction, DemotionStrategy strategy, Figures figures) {
      FreezeWindow freeze = new FreezeWindow();
      MoveDriver driver = MoveDriver.on(Scheduler.realTime(), engine)
          .fence(fence())
          .listener(freeze)
          .maxWait(Duration.ofMillis(50))
          .timeout(PATIENCE)
          .build();
      long own = workload.clients(ACME).attemptsFailed();
      long foreign = othersErrors();
      long began = System.nanoTime();
      Progress.Finished end =
          driver.run(moves.next(ACME, direction, SceneMoves.quick(strategy, 1, PATIENCE)));
      figures.seconds().add((System.nanoTime() - began) / 1e9);
      figures.ownErrors().add(workload.clients(ACME).attemptsFailed() - own);
      figures.othersErrors().add(othersErrors() - foreign);
      if (freeze.merged() != 0) {
        figures.frozen().add((freeze.merged() - freeze.frozen()) / 1e9);
        figures.difference().add(end.report().difference());
        workload.staleBetween(
            ACME, freeze.frozen(), freeze.merged(), end.report().difference());
      }
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
    }

    /** The tenant's applications pause their own writers when the move asks for it. */
    private MoveDriver.WriterFence fence() {
      return new MoveDriver.WriterFence() {
        @Override
        public void hold() throws InterruptedException {
          workload.clients(ACME).hold();
        }

        @Override
        public void release() {
          workload.clients(ACME).release();
        }
      };
    }

    private long othersErrors() {
      return others.stream()
          .mapToLong(tenant -> workload.clients(tenant).attemptsFailed())
          .sum();
    }
  }
}
