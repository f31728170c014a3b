package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.faults.inject.FaultKind;
import io.tierkeeper.lab.faults.inject.PlannedFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A fault followed by another, or by the same once more, in a course: the first strikes at a write that the seed draws, the
 * second some writes later, which may be those of the process that comes after. What the first does may leave no write
 * for the second; then it is tried at nearer places.
 *
 * @param trials the same pair at each of its places
 */
record FaultPair(List<FaultCase> trials) {

  /** How far apart the two may be, in writes. */
  private static final int MOST_BETWEEN = 6;

  private static final int DRAWN = 2;

  /**
   * Every ordered pair in every course.
   *
   * @param writes of the undisturbed courses
   * @param seed draws the places
   */
  static List<FaultPair> all(Map<MoveScenario, List<String>> writes, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<FaultPair> pairs = new ArrayList<>();
    writes.forEach((course, list) -> {
      for (FaultKind first : FaultKind.values()) {
        for (FaultKind second : FaultKind.values()) {
          List<FaultCase> trials = new ArrayList<>();
          for (int i = 0; i < DRAWN; i++) {
            // Early enough that a second one is left to be struck, whatever the first has done.
            int at = 1 + random.nextInt(Math.max(1, list.size() * 2 / 3));
            int between = 1 + random.nextInt(Math.min(MOST_BETWEEN, list.size() - at));
            trials.add(trial(course, seed, at, first, between, second));
            trials.add(trial(course, seed, at, first, 1, second));
          }
          trials.add(trial(course, seed, 1, first, 1, second));
          pairs.add(new FaultPair(List.copyOf(trials)));
        }
      }
    });
    return pairs;
  }

  private static FaultCase trial(
      MoveScenario course, long seed, int at, FaultKind first, int between, FaultKind second) {
    return new FaultCase(
        course,
        seed,
        List.of(new PlannedFault(at, first), new PlannedFault(between, second)),
        FaultCaseRun.Journal.KEPT);
  }

  /** Plays it at one place after the other until both have struck or something is wrong. */
  FaultCase.Verdict play() {
    FaultCase.Verdict verdict = trials.getFirst().play();
    for (FaultCase next : trials.subList(1, trials.size())) {
      if (!verdict.faults().isEmpty() || verdict.struckAll()) {
        break;
      }
      verdict = next.play();
    }
    return verdict;
  }

  /** The course and both faults, wherever they strike. */
  static String name(FaultCase trial) {
    return trial.course() + " "
        + trial.strikes().stream().map(PlannedFault::kind).toList();
  }

  /** The course and both faults. */
  String name() {
    return name(trials.getFirst());
  }
}
