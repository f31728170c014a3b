package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.faults.inject.IdParts;
import io.tierkeeper.lab.faults.inject.PlannedFault;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One struck move, with everything that it takes to play it again. One death or unheard answer must leave it where its
 * course leads; after other faults, and after two, it may also end where it began.
 */
public record FaultCase(
    MoveScenario course, long seed, List<PlannedFault> strikes, FaultCaseRun.Journal journal) {

  /**
   * Reads what {@link #id()} wrote.
   *
   * @throws IllegalArgumentException that names the part that is wrong and what is allowed
   */
  static FaultCase of(String id) {
    String[] parts = id.split("/", -1);
    if (parts.length != 4) {
      throw new IllegalArgumentException("trial '" + id + "' has " + parts.length
          + " parts; allowed: COURSE/SEED/STRIKES/kept or /lost");
    }
    List<PlannedFault> strikes = new ArrayList<>();
    for (String strike : parts[2].isEmpty() ? new String[0] : parts[2].split(",", -1)) {
      strikes.add(IdParts.fault(strike));
    }
    boolean lost = parts[3].equals("lost");
    if (!lost && !parts[3].equals("kept")) {
      throw new IllegalArgumentException(
          "journal '" + parts[3] + "' of the trial; allowed: kept, lost");
    }
    return new FaultCase(
        IdParts.constant("course", MoveScenario.values(), parts[0]),
        IdParts.number("seed of the trial", parts[1]),
        strikes,
        lost ? FaultCaseRun.Journal.LOST_AT_DEATH : FaultCaseRun.Journal.KEPT);
  }

  /** COURSE/SEED/STRIKES/JOURNAL, as {@code freeze/1/12=death-after-sending/kept}. */
  String id() {
    return IdParts.word(course) + "/" + seed + "/"
        + strikes.stream().map(IdParts::word).collect(Collectors.joining(","))
        + "/" + (journal == FaultCaseRun.Journal.KEPT ? "kept" : "lost");
  }

  /**
   * Plays it.
   *
   * @return what became of it; no faults where all is well
   */
  Verdict play() {
    List<String> faults = new ArrayList<>();
    FaultCaseRun.Outcome outcome = null;
    try {
      outcome = FaultCaseRun.play(course, seed, strikes, journal);
      faults.addAll(outcome.faults());
      if (outcome.end() != course.end() && !mayEndElsewhere()) {
        faults.add("ended as " + outcome.end() + ", not as " + course.end());
      }
      if (strikes.size() == 1 && outcome.struck().isEmpty()) {
        faults.add("the write was not made");
      }
    } catch (IllegalStateException e) {
      faults.add(String.valueOf(e.getMessage()));
    }
    return new Verdict(this, outcome, faults);
  }

  /** A move may be taken back where its engine or its clock misbehaves, and not because it died or did not hear. */
  private boolean mayEndElsewhere() {
    return strikes.size() > 1
        || !strikes.stream().map(PlannedFault::kind).allMatch(Boundaries.OPEN_FATES::contains);
  }

  /**
   * A trial that was played.
   *
   * @param outcome null where it did not come to its end
   */
  record Verdict(FaultCase trial, FaultCaseRun.@Nullable Outcome outcome, List<String> faults) {

    /** Whether all of its strikes came to pass. */
    boolean struckAll() {
      return outcome != null && outcome.struck().size() == trial.strikes().size();
    }
  }
}
