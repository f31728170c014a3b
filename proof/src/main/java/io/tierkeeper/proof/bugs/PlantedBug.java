package io.tierkeeper.proof.bugs;

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
 */
public record PlantedBug(String name, String slip, String course, List<Rewrite> rewrites) {

  /**
   * Plants the bug into a copy of the classes and plays seeds until one shows it. A seed that shows a fault without the
   * bug too does not count. May be called for several bugs at once.
   *
   * @param mostSeeds after which it gives up, from 1
   * @throws IllegalStateException where the place for the bug is not there any more, or the copy does not run
   */
  public Outcome hunt(long firstSeed, int mostSeeds) {
    try {
      PlantedClasses classes = new PlantedClasses(rewrites);
      Method play = classes
          .loadClass(SimulatedRun.class.getName())
          .getMethod("play", long.class, boolean.class);
      Method times = classes.loadClass(Reached.class.getName()).getMethod("times");
      for (int played = 1; played <= mostSeeds; played++) {
        long seed = firstSeed + played - 1;
        List<String> words = play(play, seed);
        if (!words.isEmpty() && silentWithoutIt(seed)) {
          return new Outcome.Found(
              name, played, (Long) times.invoke(null), seed, String.join("; ", words));
        }
      }
      return new Outcome.NotFound(name, mostSeeds, (Long) times.invoke(null));
    } catch (ReflectiveOperationException | IllegalStateException | LinkageError e) {
      throw new IllegalStateException("planted bug " + name + ": " + e.getMessage(), e);
    }
  }

  private static List<String> play(Method play, long seed) throws ReflectiveOperationException {
    Object report;
    try {
      report = play.invoke(null, seed, true);
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

  private static boolean silentWithoutIt(long seed) {
    try {
      return SimulatedRun.play(seed, true).faults().isEmpty();
    } catch (IllegalStateException e) {
      return false;
    }
  }
}
