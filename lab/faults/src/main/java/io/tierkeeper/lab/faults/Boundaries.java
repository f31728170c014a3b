package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.faults.inject.FaultKind;
import io.tierkeeper.lab.faults.inject.PlannedFault;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Every outbound write of every course, and the trials that strike at it. The list is that of an undisturbed run, and the
 * simulator plays the same run up to the strike, so none is left out and none is missed.
 */
final class Boundaries {

  /** What may leave the fate of a write open. */
  static final Set<FaultKind> OPEN_FATES = EnumSet.of(
      FaultKind.DEATH_BEFORE_SENDING,
      FaultKind.DEATH_AFTER_SENDING,
      FaultKind.DEATH_AFTER_THE_ANSWER,
      FaultKind.ANSWER_LOST,
      FaultKind.LATE);

  private final Map<MoveScenario, List<String>> writes = new LinkedHashMap<>();
  private final long seed;

  private Boundaries(long seed) {
    this.seed = seed;
  }

  /**
   * Finds them by playing each course undisturbed.
   *
   * @throws IllegalStateException where an undisturbed course is not well
   */
  static Boundaries of(List<MoveScenario> courses, long seed) {
    Boundaries found = new Boundaries(seed);
    for (MoveScenario course : courses) {
      FaultCase.Verdict verdict =
          new FaultCase(course, seed, List.of(), FaultCaseRun.Journal.KEPT).play();
      if (!verdict.faults().isEmpty() || verdict.outcome() == null) {
        throw new IllegalStateException(
            "undisturbed, " + verdict.trial().id() + ": " + verdict.faults());
      }
      found.writes.put(course, verdict.outcome().writes());
    }
    return found;
  }

  /** How many there are. */
  int existing() {
    return writes.values().stream().mapToInt(List::size).sum();
  }

  /** The writes of each course, in order. */
  Map<MoveScenario, List<String>> writes() {
    return writes;
  }

  /** The write that a trial of one strike is about. */
  String struckBy(FaultCase trial) {
    return Objects.requireNonNull(writes.get(trial.course()), "of another course")
        .get(trial.strikes().getFirst().in() - 1);
  }

  /** Strikes at each with each; deaths with the journal kept and lost. */
  List<FaultCase> trials(Set<FaultKind> kinds) {
    List<FaultCase> trials = new ArrayList<>();
    writes.forEach((course, list) -> {
      for (int at = 1; at <= list.size(); at++) {
        for (FaultKind kind : kinds) {
          List<PlannedFault> strike = List.of(new PlannedFault(at, kind));
          trials.add(new FaultCase(course, seed, strike, FaultCaseRun.Journal.KEPT));
          if (kind.deadly()) {
            trials.add(new FaultCase(course, seed, strike, FaultCaseRun.Journal.LOST_AT_DEATH));
          }
        }
      }
    });
    return trials;
  }
}
