package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.faults.inject.FaultKind;
import io.tierkeeper.lab.faults.operator.OperatorFaultCase;
import io.tierkeeper.lab.faults.operator.OperatorRun;
import io.tierkeeper.lab.faults.report.ProofFigures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * Runs the fault-injection suite and counts: a fault at every outbound write of every scenario, every pair of faults,
 * mutants, random seeds, and the same moves on a real Qdrant where there is one.
 */
public final class Proof {

  /** Receives progress and findings; called by one thread. */
  public interface Listener {

    /** A part begins, of so many steps. */
    void begins(String part, long steps);

    /** So many steps of the current part are done. */
    void done(long steps);

    /** The current part is over. */
    void ends();

    /** Something is wrong. */
    void found(ProofFigures.Finding finding);
  }

  /** In the first tenants are demoted by freezes, in the second by fences, with moves that are aborted. */
  private static final List<Long> OPERATOR_SEEDS = List.of(1L, 2L);

  private final ProofPlan plan;
  private final Listener listener;
  private final Tally tally = new Tally();
  private final CompletionService<Runnable> results;

  private Proof(ProofPlan plan, Listener listener, ExecutorService threads) {
    this.plan = plan;
    this.listener = listener;
    this.results = new ExecutorCompletionService<>(threads);
  }

  /** Runs all of a plan; findings do not end it. */
  public static ProofFigures run(ProofPlan plan, Listener listener) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(plan.threads());
    try {
      return new Proof(plan, listener, threads).run();
    } finally {
      threads.shutdownNow();
    }
  }

  /** Repeats one random seed; returns its findings, empty when it passed. */
  public static List<String> replaySeed(long seed) {
    return SimulatedRun.numbered(seed).findings();
  }

  /** Repeats one seed of the whole operator; returns its findings, empty when it passed. */
  public static List<String> replayOperatorSeed(long seed) {
    return OperatorRun.numbered(seed).findings();
  }

  private ProofFigures run() throws InterruptedException {
    List<MoveScenario> scenarios = List.of(MoveScenario.values());
    for (int round = 1; round <= plan.rounds(); round++) {
      Boundaries boundaries = Boundaries.of(scenarios, round);
      tally.boundaries(boundaries);
      Set<FaultKind> kinds =
          plan.thorough() ? EnumSet.allOf(FaultKind.class) : Boundaries.OPEN_FATES;
      play(
          "a fault at every write",
          boundaries.faultCases(kinds),
          faultCase -> faultCase::play,
          tally::boundary);
      if (plan.thorough()) {
        injectIntoOperators(round);
      }
      List<FaultPair> pairs = FaultPair.all(boundaries.writes(), round);
      tally.pairs(pairs);
      play("every pair of faults", pairs, pair -> pair::play, tally::pair);
    }
    if (plan.mutantRuns() > 0) {
      play(
          "mutants",
          plan.mutants(),
          mutant -> () -> mutant.run(plan.firstSeed(), plan.mutantRuns()),
          tally::mutant);
    }
    real();
    long began = System.nanoTime();
    play(
        "random seeds of moves",
        seeds(plan.seeds()),
        seed -> () -> SimulatedRun.numbered(seed),
        tally::seed);
    tally.seedsTook(System.nanoTime() - began);
    count(tally::seedsRan);
    play(
        "random seeds of the whole operator",
        seeds(plan.operatorSeeds()),
        seed -> () -> OperatorRun.numbered(seed),
        tally::operatorSeed);
    return tally.figures();
  }

  private void injectIntoOperators(int round) throws InterruptedException {
    List<OperatorFaultCase> faultCases = new ArrayList<>();
    for (long seed : OPERATOR_SEEDS) {
      faultCases.addAll(OperatorFaultCase.all(seed, round));
    }
    tally.operatorBoundaries(faultCases);
    play(
        "a fault at every write of operators",
        faultCases,
        faultCase -> faultCase::play,
        tally::operatorBoundary);
  }

  private <T, R> void play(
      String part, List<T> all, Function<T, Supplier<R>> work, Consumer<R> take)
      throws InterruptedException {
    listener.begins(part, all.size());
    for (T each : all) {
      Supplier<R> play = work.apply(each);
      results.submit(() -> {
        R result = play.get();
        return () -> take.accept(result);
      });
    }
    for (int i = 0; i < all.size(); i++) {
      takeOne();
      listener.done(1);
    }
    listener.ends();
  }

  /** On this thread alone: servers and clients have enough to do with each other. */
  private void real() throws InterruptedException {
    Path binary = plan.qdrant();
    if (binary == null) {
      return;
    }
    listener.begins("rounds of moves on a real Qdrant", plan.realRounds());
    RealRun.Report report = RealRun.play(binary, plan.realRounds(), () -> listener.done(1));
    count(() -> tally.real(report));
    listener.ends();
  }

  private List<Long> seeds(int many) {
    return LongStream.range(plan.firstSeed(), plan.firstSeed() + many).boxed().toList();
  }

  private void takeOne() throws InterruptedException {
    try {
      count(results.take().get());
    } catch (ExecutionException e) {
      throw new IllegalStateException("the simulator itself failed", e.getCause());
    }
  }

  /** Counts something and passes its findings to the listener. */
  private void count(Runnable count) {
    int before = tally.findings().size();
    count.run();
    List<ProofFigures.Finding> all = tally.findings();
    all.subList(before, all.size()).forEach(listener::found);
  }
}
