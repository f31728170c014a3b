package io.tierkeeper.proof.bugs;

import io.tierkeeper.proof.BugHunt;
import io.tierkeeper.proof.HuntOutcome;
import io.tierkeeper.proof.SimulatedRun;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;

/**
 * A mistake that a programmer could have made.
 *
 * @param name in kebab-case
 * @param slip what was done wrong, one sentence
 * @param course in what course of a run it is likely to show
 * @param seeds those that are played, since the others do not have that course
 */
public record PlantedBug(
    String name, String slip, String course, Seeds seeds, List<Rewrite> rewrites)
    implements BugHunt {

  /** Which seeds have the course. */
  enum Seeds {
    ALL(1, 0),
    /** Their tenant has more than one page of points. */
    LARGE(16, 0),
    /** All of them with writes that go astray and no other misfortune. */
    STRAYING(1, 0),
    /** Their ids pass the largest {@code long}. */
    UNSIGNED(2, 0);

    private final long every;
    private final long rest;

    Seeds(long every, long rest) {
      this.every = every;
      this.rest = rest;
    }

    private long from(long first, int number) {
      return first + Math.floorMod(rest - first, every) + number * every;
    }
  }

  /**
   * Plants the bug into a copy of the classes and plays seeds until one shows it. A seed that shows a fault without the
   * bug too does not count. May be called for several bugs at once.
   *
   * @param mostSeeds after which it gives up, from 1
   * @throws IllegalStateException where the place for the bug is not there any more, or the copy does not run
   */
  @Override
  public HuntOutcome hunt(long firstSeed, int mostSeeds) {
    try {
      PlantedClasses classes = new PlantedClasses(rewrites);
      Class<?> run = classes.loadClass(SimulatedRun.class.getName());
      Method play = seeds == Seeds.STRAYING
          ? run.getMethod("playWithStragglers", long.class)
          : run.getMethod("play", long.class);
      Method times = classes.loadClass(Reached.class.getName()).getMethod("times");
      for (int played = 1; played <= mostSeeds; played++) {
        long seed = seeds.from(firstSeed, played - 1);
        List<String> words = play(play, seed);
        if (!words.isEmpty() && silentWithoutIt(seed)) {
          return new HuntOutcome.Found(
              name, played, (Long) times.invoke(null), seed, String.join("; ", words));
        }
      }
      return new HuntOutcome.NotFound(name, mostSeeds, (Long) times.invoke(null));
    } catch (ReflectiveOperationException | IllegalStateException | LinkageError e) {
      throw new IllegalStateException("planted bug " + name + ": " + e.getMessage(), e);
    }
  }

  private static List<String> play(Method play, long seed) throws ReflectiveOperationException {
    Object report;
    try {
      report = play.invoke(null, seed);
    } catch (InvocationTargetException e) {
      return failed(e.getTargetException());
    }
    Object faults = report.getClass().getMethod("faults").invoke(report);
    return ((List<?>) faults).stream().map(String::valueOf).toList();
  }

  /** A run that does not come to its end is a finding, unless the copy itself is broken. */
  private static List<String> failed(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof LinkageError || cause instanceof ReflectiveOperationException) {
        throw new IllegalStateException("the copy does not run: " + cause, failure);
      }
    }
    return List.of(String.valueOf(failure.getMessage()));
  }

  private boolean silentWithoutIt(long seed) {
    try {
      SimulatedRun.Report report =
          seeds == Seeds.STRAYING ? SimulatedRun.playWithStragglers(seed) : SimulatedRun.play(seed);
      return report.faults().isEmpty();
    } catch (IllegalStateException e) {
      return false;
    }
  }
}
