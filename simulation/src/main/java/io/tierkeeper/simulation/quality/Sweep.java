package io.tierkeeper.simulation.quality;

import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.simulation.trace.RecordedTrail;
import io.tierkeeper.simulation.trace.TraceSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleFunction;

/**
 * Simulates policies on traces, seed by seed and in parallel. Nothing depends on the number of threads: each run is
 * computed by itself, and results are put in the order of the seeds. A recorded trail knows but one seed.
 *
 * <p>Rivals are tried on the first seeds alone; the best of these are tried on all, and the best of those is the best in
 * hindsight.
 */
public final class Sweep {
  /** What really happened, for comparison with the policies simulated on a recorded trail. */
  public static final String AS_RECORDED = "as-recorded";

  private static final int SCREENED_SEEDS = 2;
  private static final int FINALISTS = 8;

  private final List<TraceSource> sources;
  private final DoubleFunction<List<Candidate>> candidates;
  private final CostBand costs;
  private final int seeds;
  private final int threads;
  private final PolicyRunner runner;
  private final AtomicBoolean stopped = new AtomicBoolean();

  /**
   * What is to be simulated.
   *
   * @param candidates the policies for a promotion share
   * @param costs what moves cost
   * @param sources all with seeds, or all recorded
   * @param seeds 1 to {@code seeds} are simulated; recorded trails only once
   * @param threads at once
   * @param runner of each run
   */
  public Sweep(
      List<? extends TraceSource> sources,
      DoubleFunction<List<Candidate>> candidates,
      CostBand costs,
      int seeds,
      int threads,
      PolicyRunner runner) {
    this.sources = List.copyOf(sources);
    this.candidates = candidates;
    this.costs = costs;
    this.seeds = sources.stream().allMatch(TraceSource::seeded) ? seeds : 1;
    this.threads = threads;
    this.runner = runner;
  }

  /** Ends {@link #run} soon, with the seeds that were simulated for all sources by then. */
  public void stop() {
    stopped.set(true);
  }

  /** Receives each unit of work that is done. */
  @FunctionalInterface
  public interface Progress {
    /** Called by one thread at a time. */
    void done();
  }

  /** How many units of work there will be. */
  public long units(boolean withRivals) {
    long each = candidates.apply(0.005).size() * (long) seeds;
    int rivals = withRivals ? Candidates.rivals(0.005).size() : 0;
    long rivalRuns = rivals * (long) Math.min(SCREENED_SEEDS, seeds)
        + Math.min(FINALISTS, rivals) * (long) Math.max(0, seeds - SCREENED_SEEDS);
    return sources.stream()
        .mapToLong(source -> runner.units(source) * (each + rivalRuns))
        .sum();
  }

  /**
   * Simulates everything.
   *
   * @return one entry for each source, all with the same seeds; where not even one seed was simulated before {@link #stop}, the
   *     policies that were simulated under it, and none where there is not even one
   */
  public List<FamilyFigures> run(boolean withRivals, Progress progress)
      throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<List<Candidate>> tried = new ArrayList<>();
      sources.forEach(source -> tried.add(candidates.apply(source.promotionShare())));
      Simulated first = simulate(pool, tried, 1, seeds, progress);
      List<List<List<RunFigures>>> simulated = first.whole();
      if (simulated.isEmpty() && first.candidatesOfCut() > 0) {
        simulated = List.of(first.cut());
        tried.replaceAll(candidates -> candidates.subList(0, first.candidatesOfCut()));
      }
      int whole = simulated.size();
      if (whole == 0) {
        return List.of();
      }
      List<List<PolicyFigures>> rivals = withRivals && !stopped.get()
          ? rivals(pool, whole, progress)
          : sources.stream().map(source -> List.<PolicyFigures>of()).toList();
      List<FamilyFigures> families = new ArrayList<>();
      for (int s = 0; s < sources.size(); s++) {
        List<PolicyFigures> policies = new ArrayList<>();
        if (sources.get(s) instanceof RecordedTrail trail) {
          policies.add(new PolicyFigures(
              AS_RECORDED, List.of(RunFigures.of(Trajectory.recorded(trail), costs))));
        }
        policies.addAll(figures(tried.get(s), simulated, s));
        families.add(new FamilyFigures(sources.get(s), policies, rivals.get(s)));
      }
      return families;
    } finally {
      pool.shutdownNow();
    }
  }

  private List<List<PolicyFigures>> rivals(ExecutorService pool, int whole, Progress progress)
      throws InterruptedException {
    List<List<Candidate>> all = new ArrayList<>();
    sources.forEach(source -> all.add(Candidates.rivals(source.promotionShare())));
    int screened = Math.min(SCREENED_SEEDS, whole);
    List<List<List<RunFigures>>> first =
        simulate(pool, all, 1, screened, progress).whole();
    List<List<Candidate>> finalists = new ArrayList<>();
    for (int s = 0; s < sources.size(); s++) {
      List<Candidate> field = all.get(s);
      finalists.add(ranked(figures(field, first, s)).stream()
          .limit(FINALISTS)
          .map(figures -> field.stream()
              .filter(candidate -> candidate.name().equals(figures.name()))
              .findFirst()
              .orElseThrow())
          .toList());
    }
    List<List<List<RunFigures>>> both = new ArrayList<>();
    for (int seed = 0; seed < first.size(); seed++) {
      List<List<RunFigures>> ofSeed = new ArrayList<>();
      for (int s = 0; s < sources.size(); s++) {
        List<Candidate> field = all.get(s);
        List<RunFigures> runs = first.get(seed).get(s);
        ofSeed.add(finalists.get(s).stream()
            .map(finalist -> runs.get(field.indexOf(finalist)))
            .toList());
      }
      both.add(ofSeed);
    }
    both.addAll(simulate(pool, finalists, screened + 1, whole, progress).whole());
    List<List<PolicyFigures>> rivals = new ArrayList<>();
    for (int s = 0; s < sources.size(); s++) {
      // Rivals that were stopped half-way are compared on fewer seeds than the policies, so not at
      // all.
      rivals.add(both.size() == whole ? ranked(figures(finalists.get(s), both, s)) : List.of());
    }
    return rivals;
  }

  private static List<PolicyFigures> ranked(List<PolicyFigures> figures) {
    return figures.stream()
        .sorted(
            Comparator.comparingDouble((PolicyFigures each) -> each.costRatio().mean())
                .thenComparing(PolicyFigures::name))
        .toList();
  }

  private static List<PolicyFigures> figures(
      List<Candidate> tried, List<List<List<RunFigures>>> simulated, int source) {
    List<PolicyFigures> policies = new ArrayList<>();
    for (int c = 0; c < tried.size(); c++) {
      int candidate = c;
      policies.add(new PolicyFigures(
          tried.get(c).name(),
          simulated.stream().map(ofSeed -> ofSeed.get(source).get(candidate)).toList()));
    }
    return policies;
  }

  /**
   * What was simulated.
   *
   * @param whole by seed, source and candidate; only seeds that were simulated for all sources under all candidates
   * @param cut by source and candidate, what there is of the next seed
   */
  private record Simulated(List<List<List<RunFigures>>> whole, List<List<RunFigures>> cut) {
    /** How many candidates, from the first on, were simulated for all sources under the seed that was cut off. */
    int candidatesOfCut() {
      return cut.stream().mapToInt(List::size).min().orElse(0);
    }
  }

  private Simulated simulate(
      ExecutorService pool,
      List<List<Candidate>> tried,
      int firstSeed,
      int lastSeed,
      Progress progress)
      throws InterruptedException {
    List<List<List<Future<RunFigures>>>> begun = new ArrayList<>();
    for (int seed = firstSeed; seed <= lastSeed; seed++) {
      List<List<Future<RunFigures>>> ofSeed = new ArrayList<>();
      for (int s = 0; s < sources.size(); s++) {
        List<Future<RunFigures>> ofSource = new ArrayList<>();
        for (Candidate candidate : tried.get(s)) {
          ofSource.add(pool.submit(task(sources.get(s), candidate, seed, progress)));
        }
        ofSeed.add(ofSource);
      }
      begun.add(ofSeed);
    }
    List<List<List<RunFigures>>> whole = new ArrayList<>();
    for (List<List<Future<RunFigures>>> ofSeed : begun) {
      List<List<RunFigures>> results = new ArrayList<>();
      boolean cut = false;
      for (List<Future<RunFigures>> ofSource : ofSeed) {
        List<RunFigures> done = done(ofSource);
        cut |= done.size() < ofSource.size();
        results.add(done);
      }
      if (cut) {
        return new Simulated(whole, results);
      }
      whole.add(results);
    }
    return new Simulated(whole, List.of());
  }

  /** The runs up to the first that was stopped. */
  private static List<RunFigures> done(List<Future<RunFigures>> runs) throws InterruptedException {
    List<RunFigures> done = new ArrayList<>();
    for (Future<RunFigures> run : runs) {
      try {
        done.add(run.get());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof CancellationException) {
          return done;
        }
        throw new IllegalStateException("a run ended with " + e.getCause(), e.getCause());
      }
    }
    return done;
  }

  private Callable<RunFigures> task(
      TraceSource source, Candidate candidate, int seed, Progress progress) {
    return () -> runner.run(candidate, source, seed, costs, () -> unit(progress));
  }

  private void unit(Progress progress) {
    if (stopped.get()) {
      throw new CancellationException("stopped");
    }
    synchronized (this) {
      progress.done();
    }
  }
}
