package io.tierkeeper.lab.scene;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.audit.InMemoryAudit;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.workload.CheckReport;
import io.tierkeeper.lab.workload.CheckedPoints;
import io.tierkeeper.lab.workload.TenantPopulation;
import io.tierkeeper.lab.workload.Workload;
import io.tierkeeper.moves.DemotionStrategy;
import io.tierkeeper.moves.Fence;
import io.tierkeeper.moves.Leadership;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveEngine;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveSettings;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Placement;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.VerifyLevel;
import io.tierkeeper.moves.WhenBusy;
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
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A tenant is promoted, demoted by freeze, promoted again and demoted by fence under the checker's load, on the realest
 * Qdrant there is. {@code -Dtierkeeper.rounds=20} makes it twenty times and prints the figures of {@code docs/engine.md}.
 */
class MovesUnderLoadIT {
  private static final int ROUNDS = Integer.getInteger("tierkeeper.rounds", 1);
  private static final ShardKey ACME = ShardKey.of("acme");
  private static final ShardKey FALLBACK = ShardKey.of("default");
  private static final Duration BUSY = Duration.ofMillis(20);
  private static final Duration QUIET = Duration.ofSeconds(4);
  private static final Duration READING = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** The seconds of each round's moves of one kind, and the calls of tenants that failed meanwhile. */
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
  void losesNothingAndDisturbsNobodyInARoundOfEveryMove() throws Exception {
    try (QdrantBackend backend = QdrantBackends.realest()) {
      Figures promotions = new Figures("promotions");
      Figures freezes = new Figures("demotions by freeze");
      Figures fences = new Figures("demotions by fence");
      long operations = 0;
      long stale = 0;
      long longestStale = 0;
      for (int round = 1; round <= ROUNDS; round++) {
        Round one = new Round(backend, round);
        one.begin();
        one.move(Direction.PROMOTE, DemotionStrategy.FREEZE, promotions);
        one.workload.pace(ACME, QUIET, READING);
        one.move(Direction.DEMOTE, DemotionStrategy.FREEZE, freezes);
        one.workload.pace(ACME, BUSY, READING);
        one.move(Direction.PROMOTE, DemotionStrategy.FENCE, promotions);
        one.move(Direction.DEMOTE, DemotionStrategy.FENCE, fences);
        CheckReport report = one.workload.finish();
        assertThat(report.whole()).as("round %d: %s", round, report).isTrue();
        assertThat(report.staleOutside()).as("round %d: %s", round, report).isZero();
        operations += report.operations();
        stale += report.stale();
        longestStale = Math.max(longestStale, report.longestStaleMillis());
        backend.cluster().peers().get(0).deleteCollection(one.collection);
      }
      assertThat(freezes.othersErrors()).as("others' errors while a freeze").containsOnly(0L);
      assertThat(fences.othersErrors()).as("others' errors while a fence").containsOnly(0L);
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
    private final String collection;
    private final Workload workload;
    private final MoveEngine engine;
    private final TenantPopulation population =
        TenantPopulation.zipf(ACME.toString(), 30, 15_000, 1.0);
    private final Set<ShardKey> others = new LinkedHashSet<>();
    private int moves;
    private long frozenAt;
    private long mergedAt;

    Round(QdrantBackend backend, int number) {
      collection = "load-" + number;
      workload = new Workload(
          backend.cluster(), collection, FALLBACK, new CheckedPoints("group_id", 32), number);
      engine = new MoveEngine(
          backend.cluster(), new InMemoryAudit(), Clock.systemUTC(), Leadership.always());
    }

    void begin() {
      population.tenants().subList(1, 4).forEach(tenant -> others.add(tenant.key()));
      Set<ShardKey> busy = new LinkedHashSet<>(others);
      busy.add(ACME);
      workload.create();
      workload.load(population, busy, 2, done -> {});
      workload.start(2, BUSY, READING);
    }

    void move(Direction direction, DemotionStrategy strategy, Figures figures) throws Exception {
      Move move = new Move(
          "load-acme-" + ++moves,
          collection + "-" + moves,
          "/namespaces/load/tieredcollections/" + collection,
          collection,
          "group_id",
          ACME,
          FALLBACK,
          direction,
          settings(strategy));
      long own = workload.attemptsFailed(ACME);
      long foreign = othersErrors();
      long began = System.nanoTime();
      Progress.Finished end = drive(move);
      figures.seconds().add((System.nanoTime() - began) / 1e9);
      figures.ownErrors().add(workload.attemptsFailed(ACME) - own);
      figures.othersErrors().add(othersErrors() - foreign);
      if (mergedAt != 0) {
        figures.frozen().add((mergedAt - frozenAt) / 1e9);
        figures.difference().add(end.report().difference());
        workload.staleBetween(ACME, frozenAt, mergedAt, end.report().difference());
      }
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
    }

    private long othersErrors() {
      return others.stream().mapToLong(workload::attemptsFailed).sum();
    }

    /** Turns until the end, and is the person who fences when the move asks for it. */
    private Progress.Finished drive(Move move) throws InterruptedException {
      MoveJournal journal = MoveJournal.initial();
      frozenAt = 0;
      mergedAt = 0;
      MoveSignals signals = MoveSignals.none("test");
      boolean held = false;
      long until = System.nanoTime() + PATIENCE.toNanos();
      @Nullable Progress progress = null;
      try {
        while (System.nanoTime() < until) {
          long before = System.nanoTime();
          progress = engine.advance(move, journal, signals, written -> {});
          journal = progress.journal();
          if (journal.step() == MoveStep.FREEZE && frozenAt == 0) {
            frozenAt = before;
          } else if (journal.step() == MoveStep.MERGE) {
            mergedAt = System.nanoTime();
          }
          if (progress instanceof Progress.Finished finished) {
            return finished;
          }
          if (!held
              && move.settings().demotion() == DemotionStrategy.FENCE
              && journal.step() == MoveStep.FENCE) {
            workload.hold(ACME);
            held = true;
            signals = signals.withFence();
          }
          if (progress instanceof Progress.Wait wait) {
            LockSupport.parkNanos(Math.min(wait.after().toNanos(), 50_000_000L));
          }
        }
      } finally {
        if (held) {
          workload.release(ACME);
        }
      }
      throw new AssertionError("not done in " + PATIENCE + ": " + progress);
    }

    private static MoveSettings settings(DemotionStrategy strategy) {
      return new MoveSettings(
          VerifyLevel.CONTENT,
          5,
          0.99,
          Duration.ofSeconds(1),
          Duration.ZERO,
          1000,
          1,
          Placement.WITH_FALLBACK,
          strategy,
          Duration.ofSeconds(1),
          PATIENCE,
          WhenBusy.GIVE_UP,
          strategy == DemotionStrategy.FENCE ? new Fence.Manual() : null,
          false,
          Duration.ofMinutes(1));
    }
  }
}
