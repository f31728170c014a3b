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
 * Plays traces under policies, seed by seed and in parallel. Nothing depends on the number of threads: each run is
 * computed by itself, and results are put in the order of the seeds. A recorded trail knows but one seed.
 *
 * <p>Rivals are tried on the first seeds alone; the best of these are tried on all, and the best of those is the best in
 * hindsight.
 */
public final class Sweep {
  /** What really happened, beside the policies that are played on a recorded trail. */
  public static final String AS_RECORDED = "as-recorded";

  private static final int SCREENED_SEEDS = 2;
  private static final int FINALISTS = 8;

  private final List<TraceSource> sources;
  private final DoubleFunction<List<Candidate>> candidates;
  private final CostBand costs;
  private final int seeds;
  private final int threads;
  private final AtomicBoolean stopped = new AtomicBoolean();

  /**
   * What is to be played.
   *
   * @param candidates the policies for a promotion share
   * @param costs what the judge charges for moves
   * @param sources all with seeds, or all recorded
   * @param seeds 1 to {@code seeds} are played; recorded trails only once
   * @param threads at once
   */
  public Sweep(
      List<? extends TraceSource> sources,
      DoubleFunction<List<Candidate>> candidates,
      CostBand costs,
      int seeds,
      int threads) {
    this.sources = List.copyOf(sources);
    this.candidates = candidates;
    this.costs = costs;
    this.seeds = sources.stream().allMatch(TraceSource::seeded) ? seeds : 1;
    this.threads = threads;
  }

  /** Ends {@link #run} soon, with the seeds that were played of all sources by then. */
  public void stop() {
    stopped.set(true);
  }

  /** Is told of each run that is done. */
  @FunctionalInterface
  public interface Progress {
    /** Called by one thread at a time. */
    void done();
  }

  /** How many runs there will be. */
  public long runs(boolean withRivals) {
    long each = candidates.apply(0.005).size() * (long) seeds;
    int rivals = withRivals ? Candidates.rivals(0.005).size() : 0;
    long rivalRuns = rivals * (long) Math.min(SCREENED_SEEDS, seeds)
        + Math.min(FINALISTS, rivals) * (long) Math.max(0, seeds - SCREENED_SEEDS);
    return sources.size() * (each + rivalRuns);
  }

  /**
   * Plays everything.
   *
   * @return one entry for each source, all with the same seeds; none where not even one seed was played before {@link
   *     #stop}
   */
  public List<FamilyFigures> run(boolean withRivals, Progress progress)
      throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<List<Candidate>> tried = new ArrayList<>();
      sources.forEach(source -> tried.add(candidates.apply(source.promotionShare())));
      List<List<List<RunFigures>>> played = play(pool, tried, 1, seeds, progress);
      int whole = played.size();
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
              AS_RECORDED, List.of(RunFigures.of(Course.recorded(trail), costs))));
        }
        policies.addAll(figures(tried.get(s), played, s));
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
    List<List<List<RunFigures>>> first = play(pool, all, 1, screened, progress);
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
    both.addAll(play(pool, finalists, screened + 1, whole, progress));
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
      List<Candidate> tried, List<List<List<RunFigures>>> played, int source) {
    List<PolicyFigures> policies = new ArrayList<>();
    for (int c = 0; c < tried.size(); c++) {
      int candidate = c;
      policies.add(new PolicyFigures(
          tried.get(c).name(),
          played.stream().map(ofSeed -> ofSeed.get(source).get(candidate)).toList()));
    }
    return policies;
  }

  /** By seed, source and candidate; only seeds that were played of all sources. */
  private List<List<List<RunFigures>>> play(
      ExecutorService pool,
      List<List<Candidate>> tried,
      int firstSeed,
      int lastSeed,
      Progress progress)
      throws InterruptedException {
    List<List<Future<List<RunFigures>>>> begun = new ArrayList<>();
    for (int seed = firstSeed; seed <= lastSeed; seed++) {
      List<Future<List<RunFigures>>> ofSeed = new ArrayList<>();
      for (int s = 0; s < sources.size(); s++) {
        ofSeed.add(pool.submit(task(sources.get(s), tried.get(s), seed, progress)));
      }
      begun.add(ofSeed);
    }
    List<List<List<RunFigures>>> played = new ArrayList<>();
    for (List<Future<List<RunFigures>>> ofSeed : begun) {
      List<List<RunFigures>> results = new ArrayList<>();
      for (Future<List<RunFigures>> future : ofSeed) {
        try {
          results.add(future.get());
        } catch (ExecutionException e) {
          if (e.getCause() instanceof CancellationException) {
            return played;
          }
          throw new IllegalStateException("a run ended with " + e.getCause(), e.getCause());
        }
      }
      played.add(results);
    }
    return played;
  }

  private Callable<List<RunFigures>> task(
      TraceSource source, List<Candidate> tried, int seed, Progress progress) {
    return () -> {
      List<RunFigures> figures = new ArrayList<>();
      for (Candidate candidate : tried) {
        if (stopped.get()) {
          throw new CancellationException("stopped");
        }
        Course course = Simulator.run(candidate, source.trace(seed), source.promotionShare());
        figures.add(RunFigures.of(course, costs));
        synchronized (this) {
          progress.done();
        }
      }
      return figures;
    };
  }
}
