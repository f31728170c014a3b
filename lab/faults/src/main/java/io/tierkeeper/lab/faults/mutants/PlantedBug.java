package io.tierkeeper.lab.faults.mutants;

import io.tierkeeper.lab.faults.BugHunt;
import io.tierkeeper.lab.faults.Games;
import io.tierkeeper.lab.faults.HuntOutcome;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A mistake that a programmer could have made.
 *
 * @param name in kebab-case
 * @param slip what was done wrong, one sentence
 * @param course in what course of a run it is likely to show
 * @param where the games in which it can show at all
 */
public record PlantedBug(
    String name, String slip, String course, Where where, List<Rewrite> rewrites)
    implements BugHunt {

  /** Which games are played. */
  enum Where {
    ANYWHERE(""),
    IN_A_PROMOTION("promotion.*|struck/.*"),
    IN_A_FREEZE("freeze.*|promotion-undone/.*|contended/.*"),
    IN_A_FENCE("fence.*|struck/.*"),
    AMONG_STRAGGLERS("straying/.*"),
    /** Of more than one page of points. */
    IN_LARGE_TENANTS("");

    private final Pattern games;

    Where(String games) {
      this.games = Pattern.compile(games.isEmpty() ? ".*" : games);
    }

    private boolean has(String game) {
      return this == IN_LARGE_TENANTS
          ? Games.hasManyPoints(game)
          : games.matcher(game).matches();
    }
  }

  /**
   * Plants the bug into a copy of the classes and plays until a game shows it. One that shows a fault without the bug too
   * does not count. May be called for several bugs at once.
   *
   * @param most after which it gives up, from 1
   * @throws IllegalStateException where the place for the bug is not there any more, or the copy does not run
   */
  @Override
  public HuntOutcome hunt(long firstSeed, int most) {
    try {
      PlantedClasses classes = new PlantedClasses(rewrites);
      Method play = classes.loadClass(Games.class.getName()).getMethod("play", String.class);
      Method times = classes.loadClass(Reached.class.getName()).getMethod("times");
      Iterator<String> games =
          Games.inTurns(firstSeed).filter(where::has).limit(most).iterator();
      int played = 0;
      while (games.hasNext()) {
        String game = games.next();
        played++;
        List<String> words = play(play, game);
        if (!words.isEmpty() && Games.play(game).isEmpty()) {
          return new HuntOutcome.Found(
              name, played, (Long) times.invoke(null), game, String.join("; ", words));
        }
      }
      return new HuntOutcome.NotFound(name, played, (Long) times.invoke(null));
    } catch (ReflectiveOperationException | IllegalStateException | LinkageError e) {
      throw new IllegalStateException("planted bug " + name + ": " + e.getMessage(), e);
    }
  }

  @SuppressWarnings("unchecked")
  private static List<String> play(Method play, String game) throws ReflectiveOperationException {
    try {
      return (List<String>) play.invoke(null, game);
    } catch (InvocationTargetException e) {
      return failed(e.getTargetException());
    }
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
}
