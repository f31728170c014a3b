package io.tierkeeper.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Every mishap followed by every other, the same one included, in every course: the first strikes at a write that the
 * seed draws, the second some writes later, which may be those of the process that comes after.
 */
final class FaultPairs {

  /** How far apart the two may be, in writes. */
  private static final int MOST_BETWEEN = 6;

  private FaultPairs() {}

  /**
   * One trial for each pair in each course.
   *
   * @param writes of the undisturbed courses
   * @param seed draws the places
   */
  static List<Trial> trials(Map<Course, List<String>> writes, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Trial> trials = new ArrayList<>();
    writes.forEach((course, list) -> {
      for (Mishap first : Mishap.values()) {
        for (Mishap second : Mishap.values()) {
          // Early enough that a second one is left to be struck, whatever the first has done.
          int at = 1 + random.nextInt(Math.max(1, list.size() * 2 / 3));
          int between = 1 + random.nextInt(Math.min(MOST_BETWEEN, list.size() - at));
          trials.add(new Trial(
              course,
              seed,
              List.of(new Outbound.Strike(at, first), new Outbound.Strike(between, second)),
              StruckMove.Journal.KEPT));
        }
      }
    });
    return trials;
  }
}
